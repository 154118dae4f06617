import type { PartnerFacts } from '../../contracts/partner';
import type { Rulebook } from '../../contracts/rulebook';
import { engagementType, type EngagementType } from '../rulebook/rulebook';
import type { RefusalCode } from '../refusals';

/** One thing the programme asks of a partner, and how it stands. */
export interface Requirement {
  name: 'complianceTraining' | 'competency' | 'enrollment' | 'location' | 'consultants';
  met: boolean;
  /** First day on which it was met. */
  since?: string;
  /** Last day on which it will be met, if it runs out. */
  until?: string;
  /** What is missing, for a person. */
  detail: string;
  /** How an unmet requirement is refused. */
  code: RefusalCode;
}

/** The competencies the partner holds on `today` that qualify for the engagement type. */
function qualifyingCompetencies(partner: PartnerFacts, row: EngagementType, today: string) {
  return partner.competencies.filter(
    (held) =>
      row.competencies.includes(held.competency) &&
      row.tiers.includes(held.tier) &&
      held.attainedOn <= today &&
      today <= held.expiresOn,
  );
}

/** Gate A (source: BASE, step 1; gone in the edition of 2020-12). */
function complianceTraining(rulebook: Rulebook, partner: PartnerFacts, today: string): Requirement {
  const completedOn = partner.complianceTraining?.completedOn;
  return {
    name: 'complianceTraining',
    met: !rulebook.complianceTraining.required || (completedOn !== undefined && completedOn <= today),
    since: completedOn,
    detail: `${partner.name} has not completed the company compliance training`,
    code: 'compliance-training-missing',
  };
}

/** Gate B (source: PC-REQ; must be maintained: PS-POL). */
function competency(partner: PartnerFacts, row: EngagementType, today: string): Requirement {
  const [held] = qualifyingCompetencies(partner, row, today);
  return {
    name: 'competency',
    met: held !== undefined,
    since: held?.attainedOn,
    until: held?.expiresOn,
    detail: `${row.name} needs ${row.tiers.join(' or ')} ${row.competencies.join(' or ')}, held on ${today}`,
    code: 'competency-missing',
  };
}

/** Enrollment of the year in the offering (source: BASE, step 2). */
function enrollment(partner: PartnerFacts, row: EngagementType, today: string): Requirement {
  const current = partner.enrollments.find(
    ({ offering, enrolledOn, enrolledUntil }) =>
      offering === row.offering && enrolledOn <= today && today <= enrolledUntil,
  );
  return {
    name: 'enrollment',
    met: current !== undefined,
    since: current?.enrolledOn,
    until: current?.enrolledUntil,
    detail: `${partner.name} is not enrolled in ${row.offering} on ${today}`,
    code: 'not-enrolled',
  };
}

/** A location of the partner in the country of delivery (source: PS-PROC, PS-SUM; E5). */
function location(partner: PartnerFacts, locationId: string, country: string): Requirement {
  const found = partner.locations.find((candidate) => candidate.locationId === locationId);
  const inCountry = partner.locations
    .filter((candidate) => candidate.country === country)
    .map(({ locationId: id }) => id);
  return {
    name: 'location',
    met: found?.country === country,
    detail: found
      ? `location ${locationId} is in ${found.country}, the delivery in ${country}; locations there: ${inCountry.join(', ') || 'none, add one'}`
      : `${partner.name} has no location ${locationId}; locations in ${country}: ${inCountry.join(', ') || 'none, add one'}`,
    code: 'location-not-in-country',
  };
}

/** Gate C for every named consultant (source: BASE, step 6; E8). A competency without assessments asks nothing. */
export function consultants(
  rulebook: Rulebook,
  partner: PartnerFacts,
  typeCode: string,
  consultantIds: readonly string[],
  today: string,
): Requirement {
  const unknown = consultantIds.filter((id) => !partner.consultants.some(({ consultantId }) => consultantId === id));
  if (unknown.length > 0)
    return {
      name: 'consultants',
      met: false,
      detail: `${partner.name} has no consultant ${unknown.join(', ')}`,
      code: 'consultant-unknown',
    };
  const row = engagementType(rulebook, typeCode);
  const unqualified = consultantIds.filter((id) => !row || !isQualified(rulebook, partner, row, id, today));
  return {
    name: 'consultants',
    met: unqualified.length === 0,
    detail: `${unqualified.join(', ')} holds no assessment or exam for ${row?.competencies.join(' or ') ?? typeCode}`,
    code: 'consultant-not-qualified',
  };
}

function isQualified(
  rulebook: Rulebook,
  partner: PartnerFacts,
  row: EngagementType,
  id: string,
  today: string,
): boolean {
  const passed = new Set(
    partner.consultants
      .find(({ consultantId }) => consultantId === id)
      ?.assessments.filter(({ passedOn }) => passedOn <= today)
      .map(({ code }) => code),
  );
  const held = qualifyingCompetencies(partner, row, today).map(({ competency: code }) => code);
  const behind = held.length > 0 ? held : row.competencies;
  const accepted = rulebook.competencies.filter(({ code }) => behind.includes(code));
  return accepted.some(
    ({ assessments }) => assessments.length === 0 || assessments.some((set) => set.every((code) => passed.has(code))),
  );
}

/**
 * Everything the programme asks before a reservation or a redemption, met or not, as of `today`: what the partner must
 * be, where it delivers and who does it.
 */
export function eligibility(
  rulebook: Rulebook,
  partner: PartnerFacts,
  typeCode: string,
  delivery: { locationId: string; deliveryCountry: string; consultantIds: readonly string[] },
  today: string,
): Requirement[] {
  const row = engagementType(rulebook, typeCode);
  if (!row)
    return [
      {
        name: 'competency',
        met: false,
        detail: `edition ${rulebook.id} has no ${typeCode}`,
        code: 'engagement-type-unknown',
      },
    ];
  return [
    complianceTraining(rulebook, partner, today),
    competency(partner, row, today),
    enrollment(partner, row, today),
    location(partner, delivery.locationId, delivery.deliveryCountry),
    consultants(rulebook, partner, typeCode, delivery.consultantIds, today),
  ];
}
