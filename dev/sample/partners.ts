import type { PartnerFacts } from '../../contracts/partner';
import { addDays } from '../../domain/days';

/** Two partners that may do their work: what steps 1 to 3 of the programme brought about. Days are relative to `today`. */
export const samplePartners = (today: string): readonly [PartnerFacts, PartnerFacts] => [
  {
    ...enrolledYear(today, 'DDPS', 'Mira Holm'),
    partnerId: 'contoso-services',
    name: 'Contoso Services',
    mpnId: '1234567',
    competencies: [competencyOf(today, 'windowsAndDevices', 'gold'), competencyOf(today, 'datacenter', 'silver')],
    locations: [
      { locationId: 'contoso-se', country: 'SE', name: 'Contoso Stockholm' },
      { locationId: 'contoso-de', country: 'DE', name: 'Contoso München' },
    ],
    consultants: [consultantOf(today, 'eva.lind', 'Eva Lind', '70-354', 'windowsAndDevices')],
    savbRegistrations: [{ offering: 'DDPS', locationId: 'contoso-se', registeredOn: addDays(today, -120) }],
  },
  {
    ...enrolledYear(today, 'SDPS', 'Paul Brandt'),
    partnerId: 'northwind-planning',
    name: 'Northwind Planning',
    mpnId: '7654321',
    competencies: [competencyOf(today, 'collaborationAndContent', 'silver')],
    locations: [{ locationId: 'northwind-de', country: 'DE', name: 'Northwind Hamburg' }],
    consultants: [consultantOf(today, 'jonas.weber', 'Jonas Weber', '70-339', 'collaborationAndContent')],
    savbRegistrations: [{ offering: 'SDPS', locationId: 'northwind-de', registeredOn: addDays(today, -120) }],
  },
];

const enrolledYear = (today: string, offering: string, signedBy: string) => ({
  membershipRenewsOn: addDays(today, 215),
  complianceTraining: { completedOn: addDays(today, -160), evidence: 'Planning Services compliance training' },
  agreement: { signedBy, signedOn: addDays(today, -151), agreementVersion: '2020-06' },
  enrollments: [{ offering, enrolledOn: addDays(today, -150), enrolledUntil: addDays(today, 215) }],
});

const competencyOf = (today: string, competency: string, tier: 'silver' | 'gold') => ({
  competency,
  tier,
  attainedOn: addDays(today, -200),
  expiresOn: addDays(today, 215),
});

const consultantOf = (today: string, consultantId: string, name: string, code: string, competency: string) => ({
  consultantId,
  name,
  assessments: [{ code, competency, passedOn: addDays(today, -300) }],
});
