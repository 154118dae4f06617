import type { BatchPayloads } from './batch';
import type { StartRequest } from './engagement';
import type { Payloads } from './messages';
import type { BatchMessageName, EngagementMessageName, PartnerMessageName } from './names';
import type { PartnerPayloads } from './partner';

/** What is said in one engagement and its partner, as an example of every message. What comes first makes the rest possible. */

const noted = { note: 'Agreed with the customer by telephone.' };

export const PARTNER_ID = 'contoso-services';

export const PARTNER_EXAMPLES = {
  updateMembership: { name: 'Contoso Services', mpnId: '1234567', membershipRenewsOn: '2021-05-31' },
  recordComplianceTraining: { completedOn: '2020-04-20', evidence: 'Planning Services compliance training' },
  recordCompetency: {
    competency: 'windowsAndDevices',
    tier: 'gold',
    attainedOn: '2019-11-04',
    expiresOn: '2021-11-03',
  },
  recordConsultant: {
    consultantId: 'eva.lind',
    name: 'Eva Lind',
    assessments: [{ code: '70-354', competency: 'windowsAndDevices', passedOn: '2019-09-12' }],
  },
  addLocation: { locationId: 'contoso-se', country: 'SE', name: 'Contoso Stockholm' },
  signAgreement: {
    signedBy: 'Mira Holm',
    signedOn: '2020-06-08',
    policiesReviewedOn: '2020-06-05',
    agreementVersion: '2020-06',
  },
  enrollInOfferings: { offerings: ['DDPS'] },
  updateBusinessProfile: {
    headline: 'Deployment planning for Windows and Office',
    description: 'Twenty consultants in Stockholm plan deployments for customers with 500 to 50,000 seats.',
    website: 'https://contoso.example',
    countries: ['SE'],
    offerings: ['DDPS'],
    contactEmail: 'planning@contoso.example',
  },
  registerWithSavb: { offering: 'DDPS', locationId: 'contoso-se', bankAccountReference: 'contoso-se-payments' },
  mapBankAccount: { locationId: 'contoso-se', bankAccountReference: 'contoso-se-payments-2' },
  renewEnrollment: {
    requirementsReviewedOn: '2021-05-10',
    policiesReviewedOn: '2021-05-10',
    offerings: ['DDPS'],
  },
  withdrawFromOffering: { offering: 'DDPS', reason: 'No consultant is left for it.' },
  addNote: { text: 'The Global Admin is on leave until 1 August.' },
  resolveTask: {
    taskId: `partner:${PARTNER_ID}:competencyExpiring:1`,
    resolution: 'noted',
    note: 'The renewal is booked.',
  },
  claimTask: { taskId: `partner:${PARTNER_ID}:competencyExpiring:1` },
  releaseTask: { taskId: `partner:${PARTNER_ID}:competencyExpiring:1` },
} satisfies { [Name in PartnerMessageName]: PartnerPayloads[Name] };

export const START_EXAMPLE = {
  engagementId: 'E-1001',
  partnerId: PARTNER_ID,
  engagementType: 'windowsOffice',
  serviceLevelDays: 5,
  customer: { name: 'Fabrikam AB', country: 'SE', customerId: 'fabrikam' },
} satisfies StartRequest;

const voucher = {
  voucherId: 'VCH-1001',
  voucherAdministratorEmail: 'voucher.admin@fabrikam.example',
};

const assignment: Payloads['assignVoucher'] = {
  ...voucher,
  projectManager: { name: 'Lars Ek', email: 'lars.ek@fabrikam.example' },
  offering: 'DDPS',
  serviceLevelDays: 5,
  assignedOn: '2020-07-02',
};

export const ENGAGEMENT_EXAMPLES = {
  assignVoucher: assignment,
  reserveVoucher: {
    ...voucher,
    locationId: 'contoso-se',
    reservedOn: '2020-07-06',
    scheduledStart: '2020-08-03',
    scheduledEnd: '2020-08-07',
    consultantIds: ['eva.lind'],
    termsAccepted: true,
  },
  submitCompletionReport: {
    startedOn: '2020-08-03',
    completedOn: '2020-08-07',
    deliveredToCustomerOn: '2020-08-10',
    daysDelivered: 5,
    consultantIds: ['eva.lind'],
    deliverables: [{ name: 'deployment-plan.pdf', kind: 'customerPlan' }],
    summary: 'Deployment plan for Windows and Office in three waves, agreed with the customer.',
  },
  redeemVoucher: { confirmed: true, redeemedOn: '2020-08-12' },
  replaceVoucher: { ...assignment, voucherId: 'VCH-1002', reason: 'reissued', ...noted },
  reportVoucherProblem: { problem: 'emailNotForwarded', ...noted },
  cancelReservation: { reason: 'The customer moved the project to the autumn.' },
  reschedule: { scheduledStart: '2020-08-10', scheduledEnd: '2020-08-14', consultantIds: ['eva.lind'] },
  extendVoucher: { addDays: 90, reason: 'Granted by Microsoft for delayed deliveries.' },
  cancelEngagement: { reason: 'The customer chose another partner.', reasonCode: 'lostToOtherPartner' },
  recordPaymentStatus: {
    status: 'submitted',
    at: '2020-08-13T09:30:00Z',
    microsoftReferenceNumber: 'SAVB-2020-004711',
  },
  correctPaymentRequest: { changes: { invoiceDate: '2020-08-14' }, reason: 'SAVB asks for the day of the invoice.' },
  adoptRules: { rulebook: '2021-04', reason: 'The customer’s voucher follows the new edition.' },
  eligibilityChanged: { requirement: 'competency', met: true, until: '2021-11-03' },
  recordLicenseEnd: { endsOn: '2021-01-31' },
  transferEngagement: { toPartnerId: 'northwind-consulting', reason: 'The accounts were merged.' },
  updateCustomer: { projectManager: { name: 'Anna Berg', email: 'anna.berg@fabrikam.example' } },
  addNote: { text: 'The customer prefers mornings.' },
  resolveTask: { taskId: 'E-1001:voucherMissing:1', resolution: 'keepWaiting', ...noted },
  claimTask: { taskId: 'E-1001:voucherMissing:1' },
  releaseTask: { taskId: 'E-1001:voucherMissing:1' },
} satisfies { [Name in EngagementMessageName]: Payloads[Name] };

export const BATCH_ID = 'DDPS-SE-0123456789-1';

export const BATCH_EXAMPLES = {
  addToBatch: {
    batchId: BATCH_ID,
    group: { partnerId: PARTNER_ID, offering: 'DDPS', country: 'SE', locationId: 'contoso-se', currency: 'SEK' },
    member: {
      engagementId: START_EXAMPLE.engagementId,
      reference: `${START_EXAMPLE.engagementId}:invoice:1`,
      voucherId: voucher.voucherId,
      serviceLevelDays: 5,
      redeemedOn: '2020-08-12',
      amount: { minor: 8_250_000, currency: 'SEK' },
      paymentRequestDueOn: '2020-10-11',
    },
    utcOffset: '+00:00',
  },
  sendBatch: { reason: 'The quarter ends.' },
  splitBatch: { engagementIds: ['E-1001'], reason: 'SAVB refuses this voucher and pays for the others.' },
  recordPaymentStatus: ENGAGEMENT_EXAMPLES.recordPaymentStatus,
  correctPaymentRequest: ENGAGEMENT_EXAMPLES.correctPaymentRequest,
  addNote: ENGAGEMENT_EXAMPLES.addNote,
  resolveTask: { taskId: `batch:${BATCH_ID}:paymentHeld:1`, resolution: 'bankDetailsCorrected' },
  claimTask: { taskId: `batch:${BATCH_ID}:paymentHeld:1` },
  releaseTask: { taskId: `batch:${BATCH_ID}:paymentHeld:1` },
} satisfies { [Name in BatchMessageName]: BatchPayloads[Name] };
