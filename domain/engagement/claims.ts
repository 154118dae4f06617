import type { Customer } from '../../contracts/engagement';
import type { Claim } from '../claims';
import { numbersOf } from '../settlement/request';
import type { Engagement } from './state';

/** The same customer: same customer id, else licensing id, else normalised name and country. */
export function customerKey({ customerId, licensingId, name, country }: Customer): string {
  if (customerId !== undefined) return `customer:${customerId}`;
  if (licensingId !== undefined) return `license:${licensingId}`;
  return `name:${name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()}:${country}`;
}

export const fifteenDayClaim = (state: Pick<Engagement, 'customer' | 'engagementType'>): Claim => ({
  kind: 'fifteenDay',
  key: `${customerKey(state.customer)}:${state.engagementType}`,
});

/**
 * Everything the engagement holds. A voucher is held from assignment until it is replaced, cancelled or expired; a
 * cancelled reservation does not release it. The 15-day claim stands from reservation on, unless an exemption applies.
 */
export function claimsOf(state: Engagement): Claim[] {
  if (state.stage === 'cancelled' || state.stage === 'expired') return [];
  const claims: Claim[] = [];
  const { voucher, reservation, paymentRequest } = state;
  if (voucher) claims.push({ kind: 'voucher', key: voucher.voucherId });
  if (voucher?.serviceLevelDays === 15 && reservation && reservation.exemption === undefined)
    claims.push(fifteenDayClaim(state));
  return [...claims, ...numbersOf(paymentRequest).map((key): Claim => ({ kind: 'referenceNumber', key }))];
}
