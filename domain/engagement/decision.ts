import type { PartnerFacts } from '../../contracts/partner';
import type { Money } from '../../contracts/common';
import type { Rulebook } from '../../contracts/rulebook';
import type { Uploaded, Verdict } from '../../contracts/engagement';
import type { Refusal } from '../refusals';
import type { NewEvent } from './events';

/** What a rule may need to know beyond the engagement itself; read just before the decision. */
export interface Facts {
  rulebook: Rulebook;
  partner?: PartnerFacts;
  /** Claims that turned out to be held by another engagement: claim id → that engagement. */
  heldElsewhere: Record<string, string>;
  /** Files uploaded for this engagement. */
  uploads: Uploaded[];
  /** Microsoft's rate for this delivery; absent when the table has none. */
  rate?: Money;
  gateway: 'http' | 'manual';
  /** The edition on disk is not the one the engagement began with. */
  rulebookDiffers?: true;
}

/**
 * Yes, no, or nothing new. A refusal may open a task beside it. A repeat names the message whose effect stands, or
 * none when there was simply nothing left to do.
 */
export type Decision =
  | { kind: 'accepted'; events: NewEvent[] }
  | { kind: 'refused'; refusal: Refusal; besides?: NewEvent[] }
  | { kind: 'repeated'; sameAs?: string };

/** What a message is answered once it is on record. */
export type Answer = { verdict: Verdict } | { refusal: Refusal };

export const accepted = (...events: NewEvent[]): Decision => ({ kind: 'accepted', events });
export const refused = (refusal: Refusal): Decision => ({ kind: 'refused', refusal });
