import type { PartnerFacts } from '../../contracts/partner';
import type { Rulebook } from '../../contracts/rulebook';
import type { Decision } from '../decision';
import type { NewBatchEvent } from './events';

/** How long a batch collects. */
export interface BatchPolicy {
  /** Day of the month on which it is sent: 1 to 28. */
  dayOfMonth: number;
  /** Number of vouchers with which it is sent at once. */
  size: number;
  /** So many days before the first of its payment windows closes it is sent, whatever else. */
  daysBeforeDue: number;
}

/** What a rule may need to know beyond the batch itself; read just before the decision. */
export interface BatchFacts {
  /** The current edition: deadlines and windows. */
  rulebook: Rulebook;
  partner?: PartnerFacts;
  /** Claims that turned out to be held by somebody else: claim id → the holder. */
  heldElsewhere: Record<string, string>;
  /** How Microsoft is asked. */
  gateway: 'http' | 'manual';
  policy: BatchPolicy;
}

export type BatchDecision = Decision<NewBatchEvent>;
