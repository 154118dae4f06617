import { claimId } from '../claims';
import { accepted, refused } from '../decision';
import { refusal, type Refusal } from '../refusals';
import { refuseOfferings } from './catalogue';
import { locationClaim, mpnIdClaim } from './claims';
import type { PartnerDecision, PartnerDecisionFacts } from './decision';
import type { PartnerMessageOf } from './message';
import type { Partner } from './state';

/** The partner's name, MPN id and the day its membership ends: registers it, and later keeps that up to date. */
export function decideMembership(
  state: Partner | undefined,
  { payload }: PartnerMessageOf<'updateMembership'>,
  { rulebook, utcOffset, heldElsewhere }: PartnerDecisionFacts,
): PartnerDecision {
  const { mpnId, membershipRenewsOn } = payload;
  if (heldElsewhere[claimId(mpnIdClaim(mpnId))] !== undefined)
    return refused(
      refusal('mpn-id-used', `MPN id ${mpnId} belongs to another partner`, { mpnId: 'an id no other partner has' }),
    );
  const { firstOn } = rulebook.programme;
  if (membershipRenewsOn < firstOn)
    return refused(
      refusal('before-programme', `the programme began on ${firstOn}`, { membershipRenewsOn: `at least ${firstOn}` }),
    );
  return accepted(
    state
      ? { type: 'MembershipUpdated', data: payload }
      : { type: 'PartnerRegistered', data: { ...payload, utcOffset } },
  );
}

/** A location keeps its id and country, and belongs to one partner; its name may change (source: PS-PROC, PS-SUM). */
export function decideLocation(
  { locations }: Partner,
  { payload }: PartnerMessageOf<'addLocation'>,
  { heldElsewhere }: PartnerDecisionFacts,
): PartnerDecision {
  const { locationId, country, name } = payload;
  if (heldElsewhere[claimId(locationClaim(locationId))] !== undefined)
    return refused(
      refusal('location-used', `location ${locationId} belongs to another partner`, {
        locationId: 'a location no other partner has',
      }),
    );
  const known = locations.find((location) => location.locationId === locationId);
  if (known && known.country !== country)
    return refused(
      refusal(
        'already-done-differently',
        `location ${locationId} is in ${known.country}: a location keeps its country`,
        {
          country: `must be ${known.country}`,
        },
      ),
    );
  return known?.name === name ? { kind: 'repeated' } : accepted({ type: 'LocationAdded', data: payload });
}

/**
 * The organisation registers with SAVB once per offering, after its first redeemed voucher of it, and names the bank
 * account of the location that is paid (source: PS-PAID, SAVB-UG; E16).
 */
export function decideRegistration(
  state: Partner,
  { payload }: PartnerMessageOf<'registerWithSavb'>,
  { rulebook, redeemedOfferings }: PartnerDecisionFacts,
  today: string,
): PartnerDecision {
  const { offering, locationId } = payload;
  const no =
    refuseOfferings(rulebook, [offering], 'offering') ??
    refuseForeignLocation(state, locationId) ??
    refuseSecondRegistration(state, offering);
  if (no) return refused(no);
  if (!redeemedOfferings.includes(offering))
    return refused(refusal('voucher-not-redeemed', `${state.name} has redeemed no voucher of ${offering} yet`));
  return accepted({ type: 'SavbRegistered', data: { ...payload, registeredOn: today } });
}

function refuseSecondRegistration({ savbRegistrations }: Partner, offering: string): Refusal | undefined {
  const known = savbRegistrations.find((registration) => registration.offering === offering);
  return known
    ? refusal(
        'already-done-differently',
        `registered for ${offering} since ${known.registeredOn}; other bank accounts are mapped with mapBankAccount`,
      )
    : undefined;
}

/** One bank account per location, replaced by the next one (source: SAVB-UG; E19). */
export function decideBankAccount(state: Partner, { payload }: PartnerMessageOf<'mapBankAccount'>): PartnerDecision {
  const { locationId, bankAccountReference } = payload;
  const no = refuseForeignLocation(state, locationId);
  if (no) return refused(no);
  const mapped = state.bankAccounts.find((account) => account.locationId === locationId);
  return mapped?.bankAccountReference === bankAccountReference
    ? { kind: 'repeated' }
    : accepted({ type: 'BankAccountMapped', data: payload });
}

function refuseForeignLocation({ name, locations }: Partner, locationId: string): Refusal | undefined {
  const own = locations.map((location) => location.locationId);
  return own.includes(locationId)
    ? undefined
    : refusal('location-unknown', `${name} has no location ${locationId}`, {
        locationId: `one of ${own.join(', ') || 'none: add a location first'}`,
      });
}
