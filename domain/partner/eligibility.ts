import type { PartnerFacts } from '../../contracts/partner';
import type { Rulebook } from '../../contracts/rulebook';
import { engagementType, type EngagementType } from '../rulebook/rulebook';
import { anyConsultant, anyLocation, consultants, location } from './delivery';
import {
  agreement,
  competency,
  complianceTraining,
  enrolledIn,
  enrollment,
  membership,
  type Requirement,
} from './requirements';

/**
 * Everything the programme asks before a reservation or a redemption, met or not, as of `today`: what the partner must
 * be, where it delivers and who does it. Agreement and membership are judged when the partner enrolls.
 */
export function eligibility(
  rulebook: Rulebook,
  partner: PartnerFacts,
  typeCode: string,
  delivery: { locationId: string; deliveryCountry: string; consultantIds: readonly string[] },
  today: string,
): Requirement[] {
  const row = engagementType(rulebook, typeCode);
  if (!row) return [unknownType(rulebook, typeCode)];
  return [
    ...complianceTraining(rulebook, partner, today),
    competency(partner, row, today),
    enrollment(partner, row.offering, today),
    location(partner, delivery.locationId, delivery.deliveryCountry),
    consultants(rulebook, partner, typeCode, delivery.consultantIds, today),
  ];
}

const unknownType = ({ id, engagementTypes }: Rulebook, typeCode: string): Requirement => ({
  name: 'competency',
  met: false,
  source: 'PC-REQ',
  detail: `edition ${id} has no ${typeCode}`,
  nextStep: `Choose one of ${engagementTypes.map(({ code }) => code).join(', ')}`,
  code: 'engagement-type-unknown',
});

/** Everything the programme asks before the partner may take up an engagement of the type, anywhere, as of `today`. */
export function standingIn(
  rulebook: Rulebook,
  partner: PartnerFacts,
  row: EngagementType,
  today: string,
): Requirement[] {
  const isEnrolled = enrolledIn(partner, row.offering, today) !== undefined;
  return [
    ...complianceTraining(rulebook, partner, today),
    competency(partner, row, today),
    membership(rulebook, partner, isEnrolled, today),
    agreement(rulebook, partner, isEnrolled),
    enrollment(partner, row.offering, today),
    anyLocation(partner),
    anyConsultant(rulebook, partner, row, today),
  ];
}
