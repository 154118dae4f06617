import type { PartnerFacts } from '../../contracts/partner';
import type { Money } from '../../contracts/common';
import type { Rulebook } from '../../contracts/rulebook';
import type { PaymentRequest, RulebookReference, Uploaded } from '../../contracts/engagement';
import type { Decision as DecisionOn } from '../decision';
import type { NewEvent } from './events';

/** What a rule may need to know beyond the engagement itself; read just before the decision. */
export interface Facts {
  rulebook: Rulebook;
  partner?: PartnerFacts;
  /** Ids of the editions of the rules there are, where one of them is to be adopted. */
  editions?: readonly string[];
  /** The edition that `adoptRules` names, if there is such. */
  adopted?: { rulebook: Rulebook; reference: RulebookReference };
  /** The partner that `transferEngagement` names, if it is known. */
  newPartner?: PartnerFacts;
  /** Claims that turned out to be held by another engagement: claim id → that engagement. */
  heldElsewhere: Record<string, string>;
  /** Files uploaded for this engagement. */
  uploads: Uploaded[];
  /** Microsoft's rate for this delivery; absent when the table has none. */
  rate?: Money;
  /** How Microsoft is asked for the money: `batch` with others, else on its own. */
  gateway: PaymentRequest['gateway'];
  /** The edition on disk is not the one the engagement began with. */
  rulebookDiffers?: true;
}

export type Decision = DecisionOn<NewEvent>;
