import type { PartnerFacts } from '../../contracts/partner';
import { frozen } from './frozen';

/** A partner that may do everything the story needs. */
export const contoso: PartnerFacts = frozen({
  partnerId: 'contoso',
  name: 'Contoso Services',
  mpnId: '1234567',
  membershipRenewsOn: '2021-06-30',
  complianceTraining: { completedOn: '2020-05-01', evidence: 'course record' },
  competencies: [
    { competency: 'windowsAndDevices', tier: 'silver', attainedOn: '2020-01-01', expiresOn: '2021-06-30' },
  ],
  agreement: {
    signedBy: 'Mira Holm',
    signedOn: '2020-06-01',
    policiesReviewedOn: '2020-05-28',
    agreementVersion: '2020-06',
  },
  enrollments: [{ offering: 'DDPS', enrolledOn: '2020-06-02', enrolledUntil: '2021-06-30' }],
  locations: [
    { locationId: 'contoso-se', country: 'SE', name: 'Contoso Stockholm' },
    { locationId: 'contoso-de', country: 'DE', name: 'Contoso München' },
  ],
  consultants: [
    {
      consultantId: 'eva.lind',
      name: 'Eva Lind',
      assessments: [{ code: '70-354', competency: 'windowsAndDevices', passedOn: '2019-03-01' }],
    },
    {
      consultantId: 'nils.berg',
      name: 'Nils Berg',
      assessments: [{ code: '70-355', competency: 'windowsAndDevices', passedOn: '2019-04-01' }],
    },
    { consultantId: 'ola.ny', name: 'Ola Ny', assessments: [] },
  ],
  savbRegistrations: [{ offering: 'DDPS', locationId: 'contoso-se', registeredOn: '2020-06-10' }],
  bankAccounts: [{ locationId: 'contoso-se', bankAccountReference: 'SE-1' }],
});

/** Contoso with something different about it. */
export const contosoWith = (differing: Partial<PartnerFacts>): PartnerFacts => frozen({ ...contoso, ...differing });

/** Another partner that may do everything the story needs, with the same locations and people: accounts were merged. */
export const fabrikamServices: PartnerFacts = contosoWith({
  partnerId: 'fabrikam-services',
  name: 'Fabrikam Services',
  mpnId: '7654321',
});
