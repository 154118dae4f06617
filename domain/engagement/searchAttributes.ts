import type { EngagementView } from '../../contracts/engagement';
import { datetime, keyword, waitingAttributes, type SearchAttribute } from '../searchAttributes';

/** What support staff filter the Temporal UI's list by. Nothing personal: search attributes are never encrypted. */
export function searchAttributesOf(view: EngagementView): SearchAttribute[] {
  const { stage, partnerId, engagementType, customer, voucher, awaiting, redemption } = view;
  return [
    keyword('EngagementStage', stage),
    keyword('PartnerId', partnerId),
    keyword('EngagementType', engagementType),
    keyword('CustomerCountry', customer.country),
    keyword('VoucherId', voucher?.voucherId ?? null),
    ...waitingAttributes(view),
    datetime('AwaitedUntil', awaiting?.until),
    keyword('RedeemedOn', redemption?.redeemedOn ?? null),
  ];
}
