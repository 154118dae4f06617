import type { BatchView } from '../../contracts/batch';
import { keyword, waitingAttributes, type SearchAttribute } from '../searchAttributes';

/** What support staff find a batch by in the Temporal UI's list. */
export const searchAttributesOf = (view: BatchView): SearchAttribute[] => [
  keyword('PartnerId', view.partnerId),
  ...waitingAttributes(view),
];
