import type { ChecklistStatus } from '../../contracts/names';
import type { ChecklistItem, PartnerFacts } from '../../contracts/partner';
import type { Rulebook } from '../../contracts/rulebook';
import { inForce, type EngagementType } from '../rulebook/rulebook';
import { standingIn } from './eligibility';
import type { Requirement } from './requirements';

/**
 * Where the partner stands with every engagement type in force on `today`: each requirement met or not, since when and
 * until when, where the rule comes from and what to do (source: BASE, section 1: green check marks).
 */
export function checklistOf(partner: PartnerFacts, rulebook: Rulebook, today: string): ChecklistItem[] {
  return rulebook.engagementTypes
    .filter((row) => inForce(row, today))
    .map((row) => {
      const requirements = standingIn(rulebook, partner, row, today);
      return {
        offering: row.offering,
        engagementType: row.code,
        status: statusOf(partner, row, requirements, today),
        requirements: requirements.map(asItem),
      };
    });
}

/**
 * The programme's words of 2019 (source: PC-DPS@2019-01). Active: an engagement may start. Lapsed: it once might, and may
 * no longer. A membership alone starts nothing: whoever is registered has one.
 */
function statusOf(
  partner: PartnerFacts,
  row: EngagementType,
  requirements: readonly Requirement[],
  today: string,
): ChecklistStatus {
  if (requirements.every(({ met }) => met)) return 'active';
  if (wasEligible(partner, row, today)) return 'lapsed';
  return requirements.some(({ name, met }) => met && name !== 'membership') ? 'inProgress' : 'notStarted';
}

/** Enrolled once, and with a qualifying competency: enrollment in an offering alone opens only some of its types. */
const wasEligible = ({ enrollments, competencies }: PartnerFacts, row: EngagementType, today: string): boolean =>
  enrollments.some(({ offering }) => offering === row.offering) &&
  competencies.some(
    ({ competency, tier, attainedOn }) =>
      row.competencies.includes(competency) && row.tiers.includes(tier) && attainedOn <= today,
  );

const asItem = ({ name, met, since, until, source, nextStep }: Requirement) => ({
  name,
  met,
  ...(since !== undefined && { since }),
  ...(until !== undefined && { expires: until }),
  source,
  ...(!met && { nextStep }),
});
