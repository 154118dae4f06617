import type { RequirementName } from '../../contracts/names';
import type { PartnerFacts } from '../../contracts/partner';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays, earlierDay } from '../days';
import type { RefusalCode } from '../refusals';
import { inForce, type EngagementType } from '../rulebook/rulebook';

/** One thing the programme asks of a partner, and how it stands. */
export interface Requirement {
  name: RequirementName;
  met: boolean;
  /** First day on which it was met, as far as a day is on record. */
  since?: string;
  /** Last day on which it will be met, if it runs out. */
  until?: string;
  /** Where the rule comes from. */
  source: string;
  /** What is missing, for a person; of no interest once it is met. */
  detail: string;
  /** What to do as long as it is not met. */
  nextStep: string;
  /** How an unmet requirement is refused. */
  code: RefusalCode;
}

/** From a first to a last day, both included. */
interface Span {
  since: string;
  until: string;
}

/** From when until when one of the spans holds, which all hold on `today`; what is offered for a time holds no longer. */
export function spanOf(spans: readonly Span[], row: EngagementType, today: string): Partial<Span> {
  const [first, ...others] = spans;
  if (!first) return {};
  const since = others.reduce((day, span) => earlierDay(day, span.since), first.since);
  const until = others.reduce((day, span) => (span.until > day ? span.until : day), first.until);
  const { validFrom, validThrough } = inForce(row, today) ? row : {};
  return {
    since: validFrom !== undefined && validFrom > since ? validFrom : since,
    until: earlierDay(until, validThrough),
  };
}

/** The competencies the partner holds on `day` that qualify for the row (source: PC-REQ; to be maintained: PS-POL). */
export function heldFor({ competencies }: PartnerFacts, row: EngagementType, day: string) {
  return competencies.filter(
    (held) =>
      row.competencies.includes(held.competency) &&
      row.tiers.includes(held.tier) &&
      held.attainedOn <= day &&
      day <= held.expiresOn,
  );
}

/** Gate A, asked only where the edition asks for it (source: BASE, step 1; gone in the edition of 2020-12). */
export function complianceTraining(rulebook: Rulebook, partner: PartnerFacts, today: string): Requirement[] {
  const { required, source } = rulebook.complianceTraining;
  if (!required) return [];
  const completedOn = partner.complianceTraining?.completedOn;
  const met = completedOn !== undefined && completedOn <= today;
  return [
    {
      name: 'complianceTraining',
      met,
      ...(met && { since: completedOn }),
      source,
      detail: `${partner.name} has not completed the company compliance training`,
      nextStep: 'Complete the company compliance training and have it recorded (recordComplianceTraining)',
      code: 'compliance-training-missing',
    },
  ];
}

/**
 * Gate B: any of the row's competencies in one of its tiers, held on the day (source: PC-REQ; must be maintained:
 * PS-POL). What ends with the row of the catalogue ends with it here.
 */
export function competency(partner: PartnerFacts, row: EngagementType, today: string): Requirement {
  const held = heldFor(partner, row, today);
  const wanted = `${row.tiers.join(' or ')} ${row.competencies.join(' or ')}`;
  return {
    name: 'competency',
    met: held.length > 0,
    ...spanOf(
      held.map(({ attainedOn, expiresOn }) => ({ since: attainedOn, until: expiresOn })),
      row,
      today,
    ),
    source: 'PC-REQ; to be maintained: PS-POL',
    detail: `${row.name} needs ${wanted}, held on ${today}`,
    nextStep: `Attain or renew ${wanted} and have it recorded (recordCompetency)`,
    code: 'competency-missing',
  };
}

/** The enrollment in the offering that counts on `today`. */
export function enrolledIn({ enrollments }: PartnerFacts, offering: string, today: string) {
  return enrollments.find((row) => row.offering === offering && row.enrolledOn <= today && today <= row.enrolledUntil);
}

/** Enrollment of the year in the offering (source: BASE, step 2). */
export function enrollment(partner: PartnerFacts, offering: string, today: string): Requirement {
  const current = enrolledIn(partner, offering, today);
  return {
    name: 'enrollment',
    met: current !== undefined,
    ...(current && { since: current.enrolledOn, until: current.enrolledUntil }),
    source: 'BASE, step 2',
    detail: `${partner.name} is not enrolled in ${offering} on ${today}`,
    nextStep: `A Global Admin enrolls in ${offering} (enrollInOfferings)`,
    code: 'not-enrolled',
  };
}

/**
 * Who is enrolled needs a membership that is not over; who enrolls needs one that does not end within 90 days, else the
 * new one is activated first (source: PS-QSG; E21).
 */
export function membership(
  { membership: { renewBeforeDays, source } }: Rulebook,
  { membershipRenewsOn }: PartnerFacts,
  isEnrolled: boolean,
  today: string,
): Requirement {
  const until = isEnrolled ? membershipRenewsOn : addDays(membershipRenewsOn, -renewBeforeDays - 1);
  const met = today <= until;
  return {
    name: 'membership',
    met,
    ...(met && { until }),
    source,
    detail: `the MPN membership ends on ${membershipRenewsOn}; who enrolls needs more than ${renewBeforeDays} days of it`,
    nextStep: 'Renew the MPN membership first and have its new date recorded (updateMembership), then enroll',
    code: 'membership-ends-soon',
  };
}

/**
 * The program agreement is signed after all policies were reviewed; who enrolls or renews signs the edition's own version
 * of it (source: BASE, step 2).
 */
export function agreement(
  { agreementVersion }: Rulebook,
  { name, agreement: signed }: PartnerFacts,
  isEnrolled: boolean,
): Requirement {
  const met = signed !== undefined && (isEnrolled || signed.agreementVersion === agreementVersion);
  return {
    name: 'agreement',
    met,
    ...(met && { since: signed.signedOn }),
    source: 'BASE, step 2',
    detail: `${name} has not signed version ${agreementVersion} of the program agreement`,
    nextStep: `A Global Admin reviews the policies and signs version ${agreementVersion} of the agreement (signAgreement)`,
    code: 'agreement-missing',
  };
}
