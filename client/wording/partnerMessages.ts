import type { PARTNER_ROUTES, PartnerPayloads } from '../../contracts/partner';

/** Messages that have a route of their own at a partner. */
export type RoutedPartnerMessage = keyof typeof PARTNER_ROUTES;

/** What the help of each message says; every example is a payload its contract accepts. */
export const PARTNER_MESSAGE_HELP: {
  [Name in RoutedPartnerMessage]: { summary: string; example: PartnerPayloads[Name] };
} = {
  updateMembership: {
    summary: 'a partner begins, or its MPN membership changed',
    example: { name: 'Contoso Services', mpnId: '1234567', membershipRenewsOn: '2021-06-30' },
  },
  recordComplianceTraining: {
    summary: 'the company compliance training is completed',
    example: { completedOn: '2020-05-04', evidence: 'course record 4711' },
  },
  recordCompetency: {
    summary: 'a competency was attained or renewed',
    example: {
      competency: 'windowsAndDevices',
      tier: 'gold',
      attainedOn: '2020-03-02',
      expiresOn: '2021-03-01',
    },
  },
  recordConsultant: {
    summary: 'a consultant with all assessments and exams; replaces what was recorded before',
    example: {
      consultantId: 'eva.lind',
      name: 'Eva Lind',
      assessments: [{ code: '70-354', competency: 'windowsAndDevices', passedOn: '2019-11-20' }],
    },
  },
  addLocation: {
    summary: 'an MPN location from which the partner delivers',
    example: { locationId: 'contoso-se', country: 'SE', name: 'Contoso Stockholm' },
  },
  signAgreement: {
    summary: 'the Global Admin signed the program agreement',
    example: {
      signedBy: 'Mira Holm',
      signedOn: '2020-06-02',
      policiesReviewedOn: '2020-06-01',
      agreementVersion: '2020-06',
    },
  },
  enrollInOfferings: {
    summary: 'the partner enrolls for the year of its membership',
    example: { offerings: ['DDPS', 'SDPS'] },
  },
  renewEnrollment: {
    summary: 'the partner renews for another year, from 90 days before the end',
    example: { requirementsReviewedOn: '2021-06-01', policiesReviewedOn: '2021-06-01', offerings: ['DDPS', 'SDPS'] },
  },
  withdrawFromOffering: {
    summary: 'the partner gives an offering up',
    example: { offering: 'SDPS', reason: 'no consultants any more' },
  },
  registerWithSavb: {
    summary: 'the partner is registered for payment; needs a redeemed voucher of the offering',
    example: { offering: 'DDPS', locationId: 'contoso-se', bankAccountReference: 'SE-main' },
  },
  mapBankAccount: {
    summary: 'the bank account to which a location is paid',
    example: { locationId: 'contoso-se', bankAccountReference: 'SE-new' },
  },
  updateBusinessProfile: {
    summary: 'what customers see of the partner',
    example: {
      headline: 'Windows rollouts for the public sector',
      description: 'Planned with your own people, in five days.',
      website: 'https://contoso.example',
      countries: ['SE', 'DE'],
      offerings: ['DDPS'],
      contactEmail: 'planning@contoso.example',
    },
  },
};
