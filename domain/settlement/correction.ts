import type { PartnerFacts } from '../../contracts/partner';
import { refusal, type Refusal } from '../refusals';
import { isRefused, type OwnRequest } from './request';

/** What SAVB may still have is never asked for twice: only after a definite no a request is made anew (E20). */
export function refuseUnlessRejected(request: OwnRequest | undefined): Refusal | undefined {
  if (request && isRefused(request.status)) return undefined;
  return refusal('nothing-to-correct', request ? `the request is ${request.status}` : 'there is no request yet');
}

/** The invoice is under a location in the country of delivery (source: PS-264, 9.4; E4). */
export function refuseLocation(
  partner: PartnerFacts | undefined,
  locationId: string,
  country: string,
): Refusal | undefined {
  const location = partner?.locations.find((candidate) => candidate.locationId === locationId);
  if (location?.country === country) return undefined;
  return refusal('location-not-in-country', `${locationId} is no location of the partner in ${country}`, {
    'changes/locationId': `a location in ${country}`,
  });
}

/** There can be no invoice before the redemption, nor one of tomorrow. */
export function refuseInvoiceDate(
  invoiceDate: string | undefined,
  days: { from: string; until: string },
): Refusal | undefined {
  if (invoiceDate === undefined || (invoiceDate >= days.from && invoiceDate <= days.until)) return undefined;
  return refusal('dates-out-of-order', 'an invoice is dated between redemption and today', {
    'changes/invoiceDate': `from ${days.from} until ${days.until}`,
  });
}
