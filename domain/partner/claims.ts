import type { Claim } from '../claims';
import type { Partner } from './state';

type PartnerClaim = Claim & { kind: 'mpnId' | 'location' };

/** One MPN id belongs to one partner (source: domain 5.7; a merged account brings its own along). */
export const mpnIdClaim = (mpnId: string): PartnerClaim => ({ kind: 'mpnId', key: mpnId });

/** A location belongs to one partner (source: PS-PROC: the partner's own MPN location id). */
export const locationClaim = (locationId: string): PartnerClaim => ({ kind: 'location', key: locationId });

/** Everything the partner holds: its MPN id and its locations. */
export function partnerClaimsOf({ mpnId, locations }: Pick<Partner, 'mpnId' | 'locations'>): PartnerClaim[] {
  return [mpnIdClaim(mpnId), ...locations.map(({ locationId }) => locationClaim(locationId))];
}
