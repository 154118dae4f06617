import { ApiFailure } from '../client/cli/failures';
import type { PartnerMessageName } from '../contracts/names';
import { PARTNER_ROUTES, type PartnerFacts, type PartnerPayloads, type PartnerView } from '../contracts/partner';
import { say, type People } from './people';

export type Said = {
  [Name in PartnerMessageName]: { by: keyof People; name: Name; payload: PartnerPayloads[Name] };
}[PartnerMessageName];

export interface Step {
  title: string;
  said: Said[];
}

/** What is said, by whom, to bring a partner from nothing to where `facts` have it: steps 1 to 3 of the programme. */
function onboardingOf(facts: PartnerFacts): Step[] {
  const { name, mpnId, membershipRenewsOn, complianceTraining, agreement, businessProfile } = facts;
  const offerings = facts.enrollments.map(({ offering }) => offering);
  const admin = 'partnerAdmin';
  return [
    {
      title: 'Step 1  Verify eligibility',
      said: [
        { by: 'operator', name: 'updateMembership', payload: { name, mpnId, membershipRenewsOn } },
        ...optional(complianceTraining, (payload) => ({ by: admin, name: 'recordComplianceTraining', payload })),
        ...facts.competencies.map((payload): Said => ({ by: admin, name: 'recordCompetency', payload })),
        ...facts.consultants.map((payload): Said => ({ by: admin, name: 'recordConsultant', payload })),
        ...facts.locations.map((payload): Said => ({ by: admin, name: 'addLocation', payload })),
      ],
    },
    {
      title: 'Step 2  Enroll',
      said: [
        ...optional(agreement, (payload) => ({ by: 'globalAdmin', name: 'signAgreement', payload })),
        { by: 'globalAdmin', name: 'enrollInOfferings', payload: { offerings } },
      ],
    },
    {
      title: 'Step 3  Create the business profile',
      said: optional(businessProfile, (payload) => ({ by: admin, name: 'updateBusinessProfile', payload })),
    },
  ];
}

const optional = <T>(value: T | undefined, said: (value: T) => Said): Said[] =>
  value === undefined ? [] : [said(value)];

/** Method and address, below `/v1`, of what is said to a partner. */
export function routeOf(partnerId: string, name: Said['name']): readonly ['POST' | 'PUT', string] {
  if (name === 'updateMembership') return ['PUT', `/partners/${partnerId}`];
  const route = `/partners/${partnerId}/${PARTNER_ROUTES[name as keyof typeof PARTNER_ROUTES]}`;
  return [name === 'updateBusinessProfile' ? 'PUT' : 'POST', route];
}

/** Says one thing of an onboarding. @throws ApiFailure | Unreachable | Error when it is refused */
export const tellPartner = async (
  people: People,
  partnerId: string,
  { by, name, payload }: Said,
): Promise<PartnerView> =>
  (await say<PartnerView>(people[by], routeOf(partnerId, name), `/partners/${partnerId}`, payload)).body;

/**
 * The steps that are to be said: all of them until the partner, as it is seen `today`, has what the last two bring about. What
 * was said before an interruption is a repeat then; what was said in a year that is over moves its dates.
 */
export function stepsToSay(seen: PartnerView | undefined, facts: PartnerFacts, today: string): Step[] {
  const enrolled = seen?.enrollments.filter(({ enrolledUntil }) => enrolledUntil >= today) ?? [];
  const isEnrolled = facts.enrollments.every(({ offering }) => enrolled.some((year) => year.offering === offering));
  const hasProfile = seen?.businessProfile !== undefined || facts.businessProfile === undefined;
  return seen && isEnrolled && hasProfile ? [] : onboardingOf(facts);
}

/** Brings a partner to where `facts` have it, by calls to the API, unless it is there already. */
export async function onboard(people: People, facts: PartnerFacts, today: string): Promise<void> {
  const { partnerId } = facts;
  for (const { said } of stepsToSay(await partnerAt(people, partnerId), facts, today))
    for (const one of said) await tellPartner(people, partnerId, one);
}

/** The partner, if it is registered. */
export async function partnerAt({ operator }: People, partnerId: string): Promise<PartnerView | undefined> {
  try {
    return (await operator.api.call<PartnerView>('GET', `/partners/${partnerId}`)).body;
  } catch (error) {
    if (error instanceof ApiFailure && error.problem.status === 404) return undefined;
    throw error;
  }
}

/** What the Global Admin says to SAVB's registration, once a voucher of each offering is redeemed; `registered` is done. */
export function registrationsOf(facts: PartnerFacts, { savbRegistrations: registered }: PartnerFacts): Said[] {
  const isNew = ({ offering }: { offering: string }) => !registered.some((done) => done.offering === offering);
  return facts.savbRegistrations.filter(isNew).map(({ offering, locationId }) => {
    const account = facts.bankAccounts.find((mapped) => mapped.locationId === locationId);
    const bankAccountReference = account?.bankAccountReference ?? locationId;
    return { by: 'globalAdmin', name: 'registerWithSavb', payload: { offering, locationId, bankAccountReference } };
  });
}

/** Registers with SAVB for every offering that `facts` name and the partner is not registered for yet. */
export async function registerWithSavb(people: People, facts: PartnerFacts): Promise<void> {
  const registered = (await partnerAt(people, facts.partnerId)) ?? facts;
  for (const one of registrationsOf(facts, registered)) await tellPartner(people, facts.partnerId, one);
}
