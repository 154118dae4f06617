import type { PartnerFacts } from '../../contracts/partner';
import type { Rulebook } from '../../contracts/rulebook';
import { engagementType, type EngagementType } from '../rulebook/rulebook';
import { heldFor, spanOf, type Requirement } from './requirements';

const LOCATION = {
  name: 'location',
  source: 'PS-PROC, PS-SUM; exception E5',
  nextStep: 'Add an MPN location in the country of delivery (addLocation)',
  code: 'location-not-in-country',
} as const;

/** A location of the partner in the country of delivery (source: PS-PROC, PS-SUM; E5). */
export function location(partner: PartnerFacts, locationId: string, country: string): Requirement {
  const found = partner.locations.find((candidate) => candidate.locationId === locationId);
  const inCountry = partner.locations.filter((candidate) => candidate.country === country).map((row) => row.locationId);
  const wouldDo = `locations in ${country}: ${inCountry.join(', ') || 'none, add one'}`;
  return {
    ...LOCATION,
    met: found?.country === country,
    detail: found
      ? `location ${locationId} is in ${found.country}, the delivery in ${country}; ${wouldDo}`
      : `${partner.name} has no location ${locationId}; ${wouldDo}`,
  };
}

/** At least one location, so that something can be delivered somewhere (source: PS-PROC, PS-SUM). */
export const anyLocation = ({ name, locations }: PartnerFacts): Requirement => ({
  ...LOCATION,
  met: locations.length > 0,
  detail: `${name} has no location`,
});

const CONSULTANTS = {
  name: 'consultants',
  source: 'BASE, step 6; exception E8',
} as const;

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
      ...CONSULTANTS,
      met: false,
      detail: `${partner.name} has no consultant ${unknown.join(', ')}`,
      nextStep: 'Have the consultants recorded with their assessments (recordConsultant)',
      code: 'consultant-unknown',
    };
  const row = engagementType(rulebook, typeCode);
  const held = row ? heldFor(partner, row, today).map(({ competency }) => competency) : [];
  const behind = held.length > 0 ? held : (row?.competencies ?? []);
  const named = partner.consultants.filter(({ consultantId }) => consultantIds.includes(consultantId));
  const days = named.map(
    (consultant) => behind.flatMap((code) => provedOn(rulebook, code, consultant, today)).sort()[0],
  );
  const unqualified = named.filter((_consultant, index) => days[index] === undefined);
  const since = days.reduce<string>((day, other = '') => (other > day ? other : day), ALWAYS);
  const met = unqualified.length === 0;
  const wanted = row?.competencies.join(' or ') ?? typeCode;
  return {
    ...CONSULTANTS,
    met,
    ...(met && since !== ALWAYS && { since }),
    detail: `${unqualified.map((row) => row.consultantId).join(', ')} holds no assessment or exam for ${wanted}`,
    nextStep: `Name a qualified consultant, or record an assessment or exam for ${wanted} (recordConsultant)`,
    code: 'consultant-not-qualified',
  };
}

/** At least one consultant qualified for a competency the partner holds for the row (source: BASE, step 6). */
export function anyConsultant(
  rulebook: Rulebook,
  partner: PartnerFacts,
  row: EngagementType,
  today: string,
): Requirement {
  const spans = heldFor(partner, row, today).flatMap(({ competency, attainedOn, expiresOn }) => {
    const proofs = asksNothing(rulebook, competency)
      ? [ALWAYS]
      : partner.consultants.flatMap((consultant) => provedOn(rulebook, competency, consultant, today));
    return proofs.map((day) => ({ since: day > attainedOn ? day : attainedOn, until: expiresOn }));
  });
  return {
    ...CONSULTANTS,
    met: spans.length > 0,
    ...spanOf(spans, row, today),
    detail: `${partner.name} has no consultant qualified for a competency it holds for ${row.name}`,
    nextStep: `Hold the competency, and record a consultant with an assessment or exam for it (recordConsultant): ${row.competencies.join(' or ')}`,
    code: 'consultant-not-qualified',
  };
}

/** Before every day: nothing had to be passed. */
const ALWAYS = '';

const asksNothing = ({ competencies }: Rulebook, competency: string): boolean =>
  competencies.some(({ code, assessments }) => code === competency && assessments.length === 0);

/** The days on which the consultant had passed all of one set of codes behind the competency, up to `today`. */
function provedOn(
  rulebook: Rulebook,
  competency: string,
  { assessments: passed }: PartnerFacts['consultants'][number],
  today: string,
): string[] {
  return rulebook.competencies
    .filter(({ code }) => code === competency)
    .flatMap(({ assessments }) => assessments)
    .flatMap((set) => {
      const days = set.map((code) => firstPassed(passed, code, today));
      return days.every((day) => day !== undefined) ? days.sort().slice(-1) : [];
    })
    .concat(asksNothing(rulebook, competency) ? [ALWAYS] : []);
}

const firstPassed = (
  passed: PartnerFacts['consultants'][number]['assessments'],
  code: string,
  today: string,
): string | undefined =>
  passed
    .filter((assessment) => assessment.code === code && assessment.passedOn <= today)
    .map(({ passedOn }) => passedOn)
    .sort()[0];
