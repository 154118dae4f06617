import type { PartnerFacts } from '../../contracts/partner';
import { addDays } from '../../domain/days';

/**
 * What steps 1 to 3 of the programme brought about for two partners: one that may do its work, one that lacks this and
 * that. Days are relative to `today`.
 */
export const samplePartners = (today: string): readonly [PartnerFacts, PartnerFacts] => [
  {
    ...memberOf(today, 'Mira Holm', ['DDPS', 'PVDPS', 'SDPS', 'S-EDPS']),
    partnerId: 'contoso-services',
    name: 'Contoso Services',
    mpnId: '1234567',
    competencies: [
      competencyOf('windowsAndDevices', 'gold', today),
      competencyOf('enterpriseMobilityManagement', 'silver', today),
      competencyOf('datacenter', 'silver', today),
      competencyOf('collaborationAndContent', 'silver', today),
      competencyOf('messaging', 'silver', today),
    ],
    locations: [
      { locationId: 'contoso-se', country: 'SE', name: 'Contoso Stockholm' },
      { locationId: 'contoso-de', country: 'DE', name: 'Contoso München' },
    ],
    consultants: [
      consultantOf('eva.lind', 'Eva Lind', today, [
        ['70-354', 'windowsAndDevices'],
        ['EMS Overview assessment', 'enterpriseMobilityManagement'],
        ['MDM assessment', 'enterpriseMobilityManagement'],
        ['70-740', 'datacenter'],
        ['70-347', 'collaborationAndContent'],
        ['70-345', 'messaging'],
      ]),
      consultantOf('max.berg', 'Max Berg', today, []),
    ],
    businessProfile: {
      headline: 'Deployment planning for Windows, Office and Windows Server',
      description:
        'Twenty consultants in Stockholm and München plan deployments for customers with 500 to 50,000 seats.',
      website: 'https://contoso.example',
      countries: ['SE', 'DE'],
      offerings: ['DDPS', 'PVDPS', 'SDPS', 'S-EDPS'],
      contactEmail: 'planning@contoso.example',
    },
    savbRegistrations: [{ offering: 'DDPS', locationId: 'contoso-se', registeredOn: addDays(today, -120) }],
    bankAccounts: [{ locationId: 'contoso-se', bankAccountReference: 'contoso-se-payments' }],
  },
  {
    ...memberOf(today, 'Paul Brandt', ['SDPS']),
    partnerId: 'northwind-consulting',
    name: 'Northwind Consulting',
    mpnId: '7654321',
    competencies: [
      competencyOf('collaborationAndContent', 'silver', addDays(today, -375)),
      competencyOf('projectAndPortfolioManagement', 'silver', today),
    ],
    locations: [{ locationId: 'northwind-de', country: 'DE', name: 'Northwind Hamburg' }],
    consultants: [
      consultantOf('jonas.weber', 'Jonas Weber', today, [
        ['70-339', 'collaborationAndContent'],
        ['74-343', 'projectAndPortfolioManagement'],
      ]),
    ],
    savbRegistrations: [],
    bankAccounts: [],
  },
];

const memberOf = (today: string, signedBy: string, offerings: string[]) => ({
  membershipRenewsOn: addDays(today, 365),
  complianceTraining: { completedOn: addDays(today, -160), evidence: 'Planning Services compliance training' },
  agreement: {
    signedBy,
    signedOn: addDays(today, -151),
    policiesReviewedOn: addDays(today, -152),
    agreementVersion: '2020-06',
  },
  enrollments: offerings.map((offering) => ({
    offering,
    enrolledOn: addDays(today, -150),
    enrolledUntil: addDays(today, 365),
  })),
});

/** Held a year ahead of `asOf`. */
const competencyOf = (competency: string, tier: 'silver' | 'gold', asOf: string) => ({
  competency,
  tier,
  attainedOn: addDays(asOf, -200),
  expiresOn: addDays(asOf, 365),
});

const consultantOf = (
  consultantId: string,
  name: string,
  today: string,
  passed: [code: string, competency: string][],
) => ({
  consultantId,
  name,
  assessments: passed.map(([code, competency]) => ({ code, competency, passedOn: addDays(today, -300) })),
});
