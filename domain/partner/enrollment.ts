import type { PartnerFacts } from '../../contracts/partner';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays } from '../days';
import { accepted, refused } from '../decision';
import { refusal, type Refusal } from '../refusals';
import { inForce } from '../rulebook/rulebook';
import { refuseOfferings } from './catalogue';
import type { PartnerDecision, PartnerDecisionFacts } from './decision';
import type { PartnerMessageOf } from './message';
import { agreement, competency, complianceTraining, enrolledIn, membership, type Requirement } from './requirements';
import type { Partner } from './state';

/** At least one engagement type of the offering, in force on `day`, whose competency is held (source: PC-REQ; BASE, step 1). */
function competencyIn(rulebook: Rulebook, partner: PartnerFacts, offering: string, day: string): Requirement {
  const rows = rulebook.engagementTypes.filter((row) => row.offering === offering && inForce(row, day));
  const each = rows.map((row) => competency(partner, row, day));
  const [first] = each;
  const found = each.find(({ met }) => met) ?? first;
  const details = each.map(({ detail }) => detail).join(', or ');
  return found
    ? { ...found, detail: details }
    : {
        name: 'competency',
        met: false,
        source: 'PC-REQ',
        detail: `no engagement type of ${offering} is in force on ${day}`,
        nextStep: 'Choose another offering',
        code: 'engagement-type-retired',
      };
}

/** Refuses by the first thing that is missing and lists everything, each once. */
function refuseMissing(requirements: readonly Requirement[]): Refusal | undefined {
  const unmet = requirements.filter(({ met }) => !met);
  const [first] = unmet;
  if (!first) return undefined;
  const missing = new Set(unmet.map(({ detail, nextStep }) => `${detail}. ${nextStep}.`));
  return refusal(first.code, [...missing].join(' '));
}

/**
 * Step 2: enrolls in offerings until the membership ends. First come training, where the edition asks for it, a
 * qualifying competency per offering, a membership that does not end within 90 days and the signed agreement (source:
 * BASE, steps 1 and 2; PS-QSG; E21).
 */
export function decideEnrollment(
  state: Partner,
  { payload }: PartnerMessageOf<'enrollInOfferings'>,
  { rulebook }: PartnerDecisionFacts,
  today: string,
): PartnerDecision {
  const unknown = refuseOfferings(rulebook, payload.offerings);
  if (unknown) return refused(unknown);
  const offerings = [...new Set(payload.offerings)].filter((offering) => !isGoingOn(state, offering, today));
  if (offerings.length === 0) return { kind: 'repeated' };
  const no = refuseMissing([
    ...complianceTraining(rulebook, state, today),
    ...offerings.map((offering) => competencyIn(rulebook, state, offering, today)),
    membership(rulebook, state, false, today),
    agreement(rulebook, state, false),
  ]);
  if (no) return refused(no);
  return accepted({
    type: 'OfferingsEnrolled',
    data: { offerings, enrolledOn: today, enrolledUntil: state.membershipRenewsOn },
  });
}

/** Enrolled, and not given up. */
const isGoingOn = (state: Partner, offering: string, today: string): boolean =>
  enrolledIn(state, offering, today) !== undefined && !state.withdrawn.includes(offering);

/**
 * The yearly renewal, from 90 days before the year ends and with a membership that goes beyond it; every requirement is
 * met for the new year, which then ends with that membership (source: BASE, step 2; PS-QSG). What has lapsed is not
 * renewed but enrolled again.
 */
export function decideRenewal(
  state: Partner,
  { payload }: PartnerMessageOf<'renewEnrollment'>,
  { rulebook }: PartnerDecisionFacts,
  today: string,
): PartnerDecision {
  const offerings = [...new Set(payload.offerings)];
  const years = state.enrollments.filter(
    ({ offering }) => offerings.includes(offering) && isGoingOn(state, offering, today),
  );
  const no =
    refuseOfferings(rulebook, offerings) ??
    refuseNotEnrolled(offerings, years, today) ??
    refuseEarly(rulebook, years, today) ??
    refuseMembership(state, years) ??
    refuseReviews(rulebook, payload, years, today) ??
    refuseMissing([
      ...complianceTraining(rulebook, state, today),
      ...years.map(({ offering, enrolledUntil }) => competencyIn(rulebook, state, offering, addDays(enrolledUntil, 1))),
      agreement(rulebook, state, false),
    ]);
  if (no) return refused(no);
  return accepted({
    type: 'EnrollmentRenewed',
    data: { ...payload, offerings, enrolledUntil: state.membershipRenewsOn },
  });
}

/** What is to be renewed: an offering, and the day on which its year ends. */
type Years = readonly Pick<Partner['enrollments'][number], 'offering' | 'enrolledUntil'>[];

function refuseNotEnrolled(offerings: readonly string[], years: Years, today: string): Refusal | undefined {
  const over = offerings.filter((offering) => !years.some((year) => year.offering === offering));
  return over.length > 0
    ? refusal('not-enrolled', `not enrolled on ${today}, so enroll (again) instead: ${over.join(', ')}`, {
        offerings: 'offerings in which the partner is enrolled',
      })
    : undefined;
}

const opensOn = ({ enrollment }: Rulebook, enrolledUntil: string): string =>
  addDays(enrolledUntil, -enrollment.renewalOpensDaysBefore);

function refuseEarly(rulebook: Rulebook, years: Years, today: string): Refusal | undefined {
  const early = years
    .map(({ offering, enrolledUntil }) => ({ offering, day: opensOn(rulebook, enrolledUntil) }))
    .filter(({ day }) => today < day)
    .map(({ offering, day }) => `${offering} from ${day} on`);
  return early.length > 0 ? refusal('renewal-not-open', `can be renewed: ${early.join(', ')}`) : undefined;
}

function refuseMembership({ membershipRenewsOn }: Partner, years: Years): Refusal | undefined {
  return years.some(({ enrolledUntil }) => membershipRenewsOn <= enrolledUntil)
    ? refusal('membership-not-renewed', `the membership still ends on ${membershipRenewsOn}; record its new date first`)
    : undefined;
}

/** Requirements and policies are reviewed anew for every year, inside the time of its renewal. */
function refuseReviews(
  rulebook: Rulebook,
  { requirementsReviewedOn, policiesReviewedOn }: PartnerMessageOf<'renewEnrollment'>['payload'],
  years: Years,
  today: string,
): Refusal | undefined {
  const first = years
    .map(({ enrolledUntil }) => opensOn(rulebook, enrolledUntil))
    .reduce((day, other) => (other > day ? other : day));
  const wrong = Object.entries({ requirementsReviewedOn, policiesReviewedOn }).filter(
    ([, day]) => day < first || day > today,
  );
  if (wrong.length === 0) return undefined;
  return refusal(
    'dates-out-of-order',
    'requirements and policies are reviewed for the new year, once its renewal is open',
    Object.fromEntries(wrong.map(([field]) => [field, `from ${first} until ${today}`])),
  );
}

/** Gives an offering up: its enrollment ends with this day. */
export function decideWithdrawal(
  state: Partner,
  { payload }: PartnerMessageOf<'withdrawFromOffering'>,
  { rulebook }: PartnerDecisionFacts,
  today: string,
): PartnerDecision {
  const { offering } = payload;
  if (isGoingOn(state, offering, today))
    return accepted({ type: 'OfferingWithdrawn', data: { ...payload, enrolledUntil: today } });
  return refused(
    refuseOfferings(rulebook, [offering], 'offering') ??
      refusal('not-enrolled', `${state.name} is not enrolled in ${offering} on ${today}, or has withdrawn`),
  );
}
