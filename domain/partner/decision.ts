import type { Rulebook } from '../../contracts/rulebook';
import type { Decision } from '../decision';
import type { NewPartnerEvent } from './events';

/** What a rule may need to know beyond the partner's own record; read just before the decision. */
export interface PartnerDecisionFacts {
  /** The current edition: a partner follows it. */
  rulebook: Rulebook;
  /** Fixed at the registration; afterwards the record's own counts. */
  utcOffset: string;
  /** Claims that turned out to be held by another partner: claim id → that partner. */
  heldElsewhere: Record<string, string>;
  /** Offerings of which this partner has redeemed at least one voucher. */
  redeemedOfferings: readonly string[];
}

export type PartnerDecision = Decision<NewPartnerEvent>;
