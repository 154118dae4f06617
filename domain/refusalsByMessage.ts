import type { BatchMessageName, EngagementMessageName, PartnerMessageName } from '../contracts/names';
import type { RefusalCode } from './refusals';

/** Who may say what, and when: what every message that belongs to certain stages can be refused with. */
const OUT_OF_TURN = ['role-not-allowed', 'wrong-stage', 'already-done-differently', 'engagement-closed'] as const;
const BATCH_OUT_OF_TURN = ['role-not-allowed', 'wrong-stage', 'batch-closed'] as const;

const TASK = ['task-unknown', 'task-resolved', 'task-of-another-role', 'task-claimed'] as const;
const RESOLUTION = [...TASK, 'resolution-unknown'] as const;

const ASSIGNMENT = [
  'wrong-offering',
  'service-level-unknown',
  'service-level-differs',
  'outside-assign-window',
  'voucher-held',
  'dates-out-of-order',
] as const;

/** What the programme asks of the partner, judged by its record. */
const ELIGIBILITY = [
  'partner-unknown',
  'engagement-type-unknown',
  'compliance-training-missing',
  'competency-missing',
  'not-enrolled',
  'location-not-in-country',
  'consultant-unknown',
  'consultant-not-qualified',
] as const;

const ENROLLMENT = [
  'partner-unknown',
  'role-not-allowed',
  'offering-unknown',
  'engagement-type-retired',
  'compliance-training-missing',
  'competency-missing',
  'membership-ends-soon',
  'agreement-missing',
] as const;

const PAYMENT_STATUS = [
  'payment-status-out-of-order',
  'dates-out-of-order',
  'reference-number-missing',
  'reference-number-wrong',
  'reference-number-used',
] as const;

const CORRECTION = ['nothing-to-correct', 'location-not-in-country', 'dates-out-of-order', 'rate-unknown'] as const;

type Refusals<Name extends string> = Record<Name, readonly RefusalCode[]>;

/** With what an engagement can refuse each message, and with what it can refuse to begin. */
export const ENGAGEMENT_REFUSALS: Refusals<EngagementMessageName | 'startEngagement'> = {
  startEngagement: [
    'role-not-allowed',
    'partner-unknown',
    'engagement-type-unknown',
    'engagement-type-retired',
    'service-level-unknown',
    'already-done-differently',
  ],
  assignVoucher: [...OUT_OF_TURN, ...ASSIGNMENT],
  replaceVoucher: [...OUT_OF_TURN, ...ASSIGNMENT],
  reportVoucherProblem: OUT_OF_TURN,
  reserveVoucher: [
    ...OUT_OF_TURN,
    ...ELIGIBILITY,
    'voucher-mismatch',
    'voucher-expired',
    'dates-out-of-order',
    'schedule-past-expiry',
    'second-fifteen-day-engagement',
  ],
  cancelReservation: OUT_OF_TURN,
  reschedule: [...OUT_OF_TURN, ...ELIGIBILITY, 'dates-out-of-order', 'schedule-past-expiry', 'voucher-expired'],
  submitCompletionReport: [
    ...OUT_OF_TURN,
    'partner-unknown',
    'consultant-unknown',
    'consultant-not-qualified',
    'dates-out-of-order',
    'too-many-days',
    'too-many-off-site-days',
    'deliverable-missing',
  ],
  redeemVoucher: [
    ...OUT_OF_TURN,
    ...ELIGIBILITY,
    'report-missing',
    'dates-out-of-order',
    'redeemed-after-last-day',
    'held-by-task',
  ],
  recordPaymentStatus: [...OUT_OF_TURN, ...PAYMENT_STATUS, 'held-by-task', 'settled-by-batch'],
  correctPaymentRequest: [...OUT_OF_TURN, ...CORRECTION],
  extendVoucher: [...OUT_OF_TURN, 'extension-not-later'],
  adoptRules: [...OUT_OF_TURN, 'rulebook-unknown', 'engagement-type-unknown'],
  eligibilityChanged: [...OUT_OF_TURN, 'partner-unknown'],
  recordLicenseEnd: OUT_OF_TURN,
  transferEngagement: [...OUT_OF_TURN, 'partner-unknown', 'invoice-under-way'],
  updateCustomer: [...OUT_OF_TURN, 'second-fifteen-day-engagement'],
  cancelEngagement: [...OUT_OF_TURN, 'cancel-after-redemption'],
  addNote: OUT_OF_TURN,
  resolveTask: [...OUT_OF_TURN, ...RESOLUTION, 'resolution-not-possible'],
  claimTask: [...OUT_OF_TURN, ...TASK],
  releaseTask: [...OUT_OF_TURN, ...TASK],
};

/** With what a partner can refuse each message. */
export const PARTNER_REFUSALS: Refusals<PartnerMessageName> = {
  updateMembership: ['role-not-allowed', 'mpn-id-used', 'before-programme'],
  recordComplianceTraining: ['partner-unknown', 'role-not-allowed', 'dates-out-of-order', 'before-programme'],
  recordCompetency: [
    'partner-unknown',
    'role-not-allowed',
    'competency-unknown',
    'dates-out-of-order',
    'before-programme',
  ],
  recordConsultant: [
    'partner-unknown',
    'role-not-allowed',
    'competency-unknown',
    'dates-out-of-order',
    'before-programme',
  ],
  addLocation: ['partner-unknown', 'role-not-allowed', 'location-used', 'already-done-differently'],
  updateBusinessProfile: ['partner-unknown', 'role-not-allowed', 'offering-unknown'],
  signAgreement: [
    'partner-unknown',
    'role-not-allowed',
    'agreement-version-differs',
    'dates-out-of-order',
    'before-programme',
  ],
  enrollInOfferings: ENROLLMENT,
  renewEnrollment: [...ENROLLMENT, 'not-enrolled', 'renewal-not-open', 'membership-not-renewed', 'dates-out-of-order'],
  withdrawFromOffering: ['partner-unknown', 'role-not-allowed', 'offering-unknown', 'not-enrolled'],
  registerWithSavb: [
    'partner-unknown',
    'role-not-allowed',
    'offering-unknown',
    'location-unknown',
    'voucher-not-redeemed',
    'already-done-differently',
  ],
  mapBankAccount: ['partner-unknown', 'role-not-allowed', 'location-unknown'],
  addNote: ['partner-unknown', 'role-not-allowed'],
  resolveTask: ['partner-unknown', 'role-not-allowed', ...RESOLUTION],
  claimTask: ['partner-unknown', 'role-not-allowed', ...TASK],
  releaseTask: ['partner-unknown', 'role-not-allowed', ...TASK],
};

/** With what a batch can refuse each message. */
export const BATCH_REFUSALS: Refusals<BatchMessageName> = {
  addToBatch: [...BATCH_OUT_OF_TURN, 'batch-sealed', 'already-in-batch', 'batch-group-differs'],
  sendBatch: BATCH_OUT_OF_TURN,
  recordPaymentStatus: [...BATCH_OUT_OF_TURN, ...PAYMENT_STATUS],
  correctPaymentRequest: [...BATCH_OUT_OF_TURN, ...CORRECTION, 'correct-by-splitting'],
  splitBatch: [...BATCH_OUT_OF_TURN, 'batch-sealed', 'not-in-batch'],
  addNote: BATCH_OUT_OF_TURN,
  resolveTask: [...BATCH_OUT_OF_TURN, ...RESOLUTION, 'resolution-not-possible'],
  claimTask: [...BATCH_OUT_OF_TURN, ...TASK],
  releaseTask: [...BATCH_OUT_OF_TURN, ...TASK],
};
