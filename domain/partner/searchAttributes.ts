import type { PartnerView } from '../../contracts/partner';
import { keyword, waitingAttributes, type SearchAttribute } from '../searchAttributes';

/** What support staff find a partner by in the Temporal UI's list. */
export const partnerSearchAttributesOf = (view: PartnerView): SearchAttribute[] => [
  keyword('PartnerId', view.partnerId),
  ...waitingAttributes(view),
];
