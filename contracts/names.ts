/** The words every room shares: plain constants, so that workflow code may use them without loading zod. */

export const STAGES = [
  'awaitingVoucher',
  'voucherAssigned',
  'reserved',
  'completionReported',
  'redeemed',
  'paymentRequested',
  'paymentApproved',
  'paid',
  'expired',
  'cancelled',
  'paymentDenied',
  'paymentLapsed',
] as const;
export type Stage = (typeof STAGES)[number];

/** Stages in which the business of an engagement is over. */
export const FINAL_STAGES = [
  'paid',
  'expired',
  'cancelled',
  'paymentDenied',
  'paymentLapsed',
] as const satisfies readonly Stage[];

export const isFinalStage = (stage: Stage): boolean => (FINAL_STAGES as readonly Stage[]).includes(stage);

export const ROLES = ['operator', 'support', 'globalAdmin', 'partnerAdmin', 'consultant'] as const;
export type Role = (typeof ROLES)[number];

/** The roles of those who act for one partner. */
export const PARTNER_ROLES = ['globalAdmin', 'partnerAdmin', 'consultant'] as const satisfies readonly Role[];

export const isPartnerRole = (role: string): boolean => (PARTNER_ROLES as readonly string[]).includes(role);

/** What can be said about the tasks of anything, and noted about anything. */
const TASK_AND_NOTE_MESSAGES = ['resolveTask', 'claimTask', 'releaseTask', 'addNote'] as const;
export type TaskOrNoteMessageName = (typeof TASK_AND_NOTE_MESSAGES)[number];

/** Everything that can be said to an engagement; each is a Signal and an Update of the same name. */
export const ENGAGEMENT_MESSAGES = [
  'assignVoucher',
  'replaceVoucher',
  'reserveVoucher',
  'cancelReservation',
  'reschedule',
  'submitCompletionReport',
  'redeemVoucher',
  'extendVoucher',
  'cancelEngagement',
  'recordPaymentStatus',
  'correctPaymentRequest',
  'reportVoucherProblem',
  'adoptRules',
  'eligibilityChanged',
  'recordLicenseEnd',
  'transferEngagement',
  'updateCustomer',
  ...TASK_AND_NOTE_MESSAGES,
] as const;
export type EngagementMessageName = (typeof ENGAGEMENT_MESSAGES)[number];

export const isEngagementMessage = (name: string): name is EngagementMessageName =>
  (ENGAGEMENT_MESSAGES as readonly string[]).includes(name);

/** Everything that can be said to a partner; each is a Signal and an Update of the same name. */
export const PARTNER_MESSAGES = [
  'updateMembership',
  'recordComplianceTraining',
  'recordCompetency',
  'recordConsultant',
  'addLocation',
  'updateBusinessProfile',
  'signAgreement',
  'enrollInOfferings',
  'renewEnrollment',
  'withdrawFromOffering',
  'registerWithSavb',
  'mapBankAccount',
  ...TASK_AND_NOTE_MESSAGES,
] as const;
export type PartnerMessageName = (typeof PARTNER_MESSAGES)[number];

export const isPartnerMessage = (name: string): name is PartnerMessageName =>
  (PARTNER_MESSAGES as readonly string[]).includes(name);

/** Everything that can be said to a batch; each is a Signal and an Update of the same name. */
export const BATCH_MESSAGES = [
  'addToBatch',
  'sendBatch',
  'recordPaymentStatus',
  'correctPaymentRequest',
  'splitBatch',
  ...TASK_AND_NOTE_MESSAGES,
] as const;
export type BatchMessageName = (typeof BATCH_MESSAGES)[number];

export const isBatchMessage = (name: string): name is BatchMessageName =>
  (BATCH_MESSAGES as readonly string[]).includes(name);

const TASK_AND_NOTE_ROLES: Record<TaskOrNoteMessageName, readonly Role[]> = {
  resolveTask: ROLES,
  claimTask: ROLES,
  releaseTask: ROLES,
  addNote: ROLES,
};
const operatorsAndAdmins = ['operator', 'partnerAdmin', 'globalAdmin'] as const;

/** Who may send what. Operators may send everything on behalf of someone; a Global Admin may do what a Partner Admin may. */
export const MESSAGE_ROLES: Record<EngagementMessageName, readonly Role[]> = {
  assignVoucher: operatorsAndAdmins,
  replaceVoucher: operatorsAndAdmins,
  reserveVoucher: operatorsAndAdmins,
  cancelReservation: operatorsAndAdmins,
  reschedule: operatorsAndAdmins,
  submitCompletionReport: [...operatorsAndAdmins, 'consultant'],
  redeemVoucher: operatorsAndAdmins,
  extendVoucher: ['operator'],
  cancelEngagement: operatorsAndAdmins,
  recordPaymentStatus: ['operator'],
  correctPaymentRequest: ['operator'],
  reportVoucherProblem: operatorsAndAdmins,
  adoptRules: ['operator'],
  eligibilityChanged: ['operator'],
  recordLicenseEnd: operatorsAndAdmins,
  transferEngagement: ['operator'],
  updateCustomer: operatorsAndAdmins,
  ...TASK_AND_NOTE_ROLES,
};

const operatorsAndGlobalAdmin = ['operator', 'globalAdmin'] as const;

/** Who may say what to a partner (source: BASE, section 1: the Global Admin signs, enrolls and registers with SAVB). */
export const PARTNER_MESSAGE_ROLES: Record<PartnerMessageName, readonly Role[]> = {
  updateMembership: ['operator'],
  recordComplianceTraining: operatorsAndAdmins,
  recordCompetency: operatorsAndAdmins,
  recordConsultant: operatorsAndAdmins,
  addLocation: operatorsAndAdmins,
  updateBusinessProfile: operatorsAndAdmins,
  signAgreement: operatorsAndGlobalAdmin,
  enrollInOfferings: operatorsAndGlobalAdmin,
  renewEnrollment: operatorsAndGlobalAdmin,
  withdrawFromOffering: operatorsAndAdmins,
  registerWithSavb: operatorsAndGlobalAdmin,
  mapBankAccount: operatorsAndGlobalAdmin,
  ...TASK_AND_NOTE_ROLES,
};

/** Who may say what to a batch; vouchers are added by the engagements themselves, which speak as the system. */
export const BATCH_MESSAGE_ROLES: Record<BatchMessageName, readonly Role[]> = {
  addToBatch: [],
  sendBatch: ['operator'],
  recordPaymentStatus: ['operator'],
  correctPaymentRequest: ['operator'],
  splitBatch: ['operator'],
  ...TASK_AND_NOTE_ROLES,
};

/** Messages that correct what somebody has read: they name the version that was read. */
export const CORRECTING_MESSAGES: readonly string[] = [
  'correctPaymentRequest',
  'extendVoucher',
  'adoptRules',
] satisfies EngagementMessageName[];

export const START_ROLES: readonly Role[] = operatorsAndAdmins;

/** Facts of everything that has deadlines, tasks and a timeline. */
const COMMON_EVENT_TYPES = [
  'NoteAdded',
  'DeadlineReminded',
  'TaskOpened',
  'TaskClaimed',
  'TaskReleased',
  'TaskResolved',
  'MessageRefused',
] as const;

/** Facts of a payment request, whoever makes it. */
const PAYMENT_EVENT_TYPES = [
  'PaymentRequestPrepared',
  'PaymentRequestSubmitted',
  'PaymentStatusChanged',
  'PaymentDenied',
  'PaymentRequestCorrected',
] as const;

export const EVENT_TYPES = [
  'EngagementStarted',
  'VoucherAssigned',
  'VoucherReplaced',
  'VoucherProblemReported',
  'VoucherReserved',
  'ReservationCancelled',
  'EngagementRescheduled',
  'CompletionReportSubmitted',
  'VoucherRedeemed',
  ...PAYMENT_EVENT_TYPES,
  'VoucherExtended',
  'VoucherExpired',
  'PaymentWindowLapsed',
  'EngagementCancelled',
  'RulesAdopted',
  'EligibilityChanged',
  'LicenseEndRecorded',
  'EngagementTransferred',
  'CustomerUpdated',
  ...COMMON_EVENT_TYPES,
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const BATCH_EVENT_TYPES = [
  'BatchOpened',
  'VoucherAdded',
  'BatchSplit',
  ...PAYMENT_EVENT_TYPES,
  ...COMMON_EVENT_TYPES,
] as const;
export type BatchEventType = (typeof BATCH_EVENT_TYPES)[number];

/** How far a batch has come. */
export const BATCH_STAGES = [
  'collecting',
  'prepared',
  'paymentRequested',
  'paymentApproved',
  'paid',
  'paymentDenied',
  'dissolved',
] as const;
export type BatchStage = (typeof BATCH_STAGES)[number];

/** Stages in which the business of a batch is over. */
const FINAL_BATCH_STAGES: readonly BatchStage[] = ['paid', 'paymentDenied', 'dissolved'];

export const isFinalBatchStage = (stage: BatchStage): boolean => FINAL_BATCH_STAGES.includes(stage);

/** Tasks of a batch: what a payment request may need, whoever makes it. */
export const BATCH_TASK_KINDS = [
  'savbRegistrationMissing',
  'invoiceDocumentRequired',
  'manualSubmission',
  'submissionUnknown',
  'paymentRejected',
  'paymentHeld',
  'paymentOverdue',
  'paymentWindowClosing',
  'paymentWindowLapsed',
  'recordsDiffer',
] as const;
export type BatchTaskKind = (typeof BATCH_TASK_KINDS)[number];

/** Tasks of an engagement. */
export const ENGAGEMENT_TASK_KINDS = [
  'voucherMissing',
  'voucherProblem',
  'voucherExpired',
  'cancelInPartnerCenter',
  'engagementStartedEarly',
  'eligibilityLapsed',
  'rateMissing',
  ...BATCH_TASK_KINDS,
] as const;
export type EngagementTaskKind = (typeof ENGAGEMENT_TASK_KINDS)[number];

/** Tasks of a partner. */
export const PARTNER_TASK_KINDS = [
  'membershipRenewalDue',
  'enrollmentRenewalDue',
  'competencyExpiring',
  'agreementChanged',
] as const;
export type PartnerTaskKind = (typeof PARTNER_TASK_KINDS)[number];

export const TASK_KINDS = [...ENGAGEMENT_TASK_KINDS, ...PARTNER_TASK_KINDS] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export const DEADLINE_KINDS = [
  'voucherReminder',
  'voucherMissing',
  'expiryReminder',
  'voucherExpiry',
  'recordingGraceEnd',
  'plannedEnd',
  'paymentWindowReminder',
  'paymentWindowClosing',
  'paymentWindowEnd',
  'paymentOverdue',
  'closing',
] as const;
export type DeadlineKind = (typeof DEADLINE_KINDS)[number];

export const BATCH_DEADLINE_KINDS = [
  'batchDue',
  'paymentWindowClosing',
  'paymentWindowEnd',
  'paymentOverdue',
  'closing',
] as const;
export type BatchDeadlineKind = (typeof BATCH_DEADLINE_KINDS)[number];

export const PARTNER_EVENT_TYPES = [
  'PartnerRegistered',
  'MembershipUpdated',
  'ComplianceTrainingRecorded',
  'CompetencyRecorded',
  'ConsultantRecorded',
  'LocationAdded',
  'BusinessProfileUpdated',
  'AgreementSigned',
  'OfferingsEnrolled',
  'EnrollmentRenewed',
  'EnrollmentLapsed',
  'OfferingWithdrawn',
  'CompetencyExpired',
  'SavbRegistered',
  'BankAccountMapped',
  ...COMMON_EVENT_TYPES,
] as const;
export type PartnerEventType = (typeof PARTNER_EVENT_TYPES)[number];

export const PARTNER_DEADLINE_KINDS = [
  'membershipReminder',
  'enrollmentReminder',
  'enrollmentEnd',
  'competencyReminder',
  'competencyExpiry',
] as const;
export type PartnerDeadlineKind = (typeof PARTNER_DEADLINE_KINDS)[number];

/** What the programme asks of a partner, in the order in which it is asked. */
export const REQUIREMENTS = [
  'complianceTraining',
  'competency',
  'membership',
  'agreement',
  'enrollment',
  'location',
  'consultants',
] as const;
export type RequirementName = (typeof REQUIREMENTS)[number];

/** Where a partner stands with an engagement type; the programme's own words of 2019. */
export const CHECKLIST_STATUSES = ['notStarted', 'inProgress', 'active', 'lapsed'] as const;
export type ChecklistStatus = (typeof CHECKLIST_STATUSES)[number];

/** SAVB's words for how far a payment request has come. */
export const SAVB_STATUSES = [
  'validating',
  'awaitingInvoice',
  'approved',
  'held',
  'sent',
  'paid',
  'rejected',
  'cancelled',
] as const;
export type SavbStatus = (typeof SAVB_STATUSES)[number];

/** What is known of a payment request. The first four are the system's own, the rest are SAVB's or an operator's. */
export const PAYMENT_STATUSES = [
  'prepared',
  'notRegistered',
  'collected',
  'unknown',
  'submitted',
  ...SAVB_STATUSES,
  'denied',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Statuses an operator may record. */
export const REPORTED_PAYMENT_STATUSES = PAYMENT_STATUSES.slice(4) as readonly Exclude<
  PaymentStatus,
  'prepared' | 'notRegistered' | 'collected' | 'unknown'
>[];
export type ReportedPaymentStatus = (typeof REPORTED_PAYMENT_STATUSES)[number];

export const ENGAGEMENT_WORKFLOW = 'engagement';
export const PARTNER_WORKFLOW = 'partnerEnrollment';
export const BATCH_WORKFLOW = 'paymentBatch';
export const TASK_QUEUE = 'planning-services';
/** Of the activities that speak to partners' endpoints: whoever keeps them waiting holds up nothing but webhooks. */
export const WEBHOOK_TASK_QUEUE = 'planning-services-webhooks';

/**
 * Longer than a worker stands still and lives on: where a task times out on a worker that waits for a local activity, the SDK
 * (1.24) takes up the next one in the middle of it, and messages may be lost until a reset (found by `npm run chaos`). The
 * price: a worker killed in the middle of a task holds the engagement up this long.
 */
export const WORKFLOW_TASK_TIMEOUT = '30s';

/** Workflow id of an engagement. */
export const engagementWorkflowId = (engagementId: string): string => `engagement:${engagementId}`;

/** Workflow id of a partner. */
export const partnerWorkflowId = (partnerId: string): string => `partner:${partnerId}`;

/** Workflow id of a batch. */
export const batchWorkflowId = (batchId: string): string => `batch:${batchId}`;

/** How a message id is spelled on the record: a caller's key of 200 characters and whose key it is. */
export const MESSAGE_ID = /^[\x21-\x7e]{1,300}$/;

/** Message ids the workflows give to what they say themselves; nobody else may use them. */
export const RESERVED_MESSAGE_ID = /^(start|deadline|savb|hand|cancellation|partner|batch|join):/;

/** The message id of what a partner says: the same key of another tenant names another message. Staff's keys are bare. */
export const partnersMessageId = (partnerId: string, key: string): string => `tenant:${partnerId}:${key}`;

/** The key its sender gave a message. */
export const keyIn = (messageId: string): string => messageId.replace(/^tenant:[^:]*:/, '');

/** Message ids under which one workflow speaks to another, as the system: a partner's, a batch's, an engagement's that joins one. */
export const FROM_WORKFLOW = /^(partner|batch|join):/;

/** Who says what nobody says. */
export const SYSTEM = { subject: 'system', role: 'system' } as const;

/** Whoever may write to the namespace has an operator's rights; closing it is the deployment's business. */
export const UNKNOWN_OPERATOR = { subject: 'unknown', role: 'operator', via: 'temporal' } as const;

/** Message id under which the start of an engagement is recorded, whoever records it first. */
export const startMessageId = (engagementId: string): string => `start:${engagementId}`;

/**
 * Business key of an invoice (design: stable over retries, crashes, resets and second starts). `ownerId` is an engagement's
 * or a batch's, `seq` counts from 1.
 */
export const invoiceReference = (ownerId: string, seq: number): string => `${ownerId}:invoice:${seq}`;

/** Custom search attributes and their Temporal types; they are never encrypted and hold nothing personal. */
export const SEARCH_ATTRIBUTES = {
  EngagementStage: 'Keyword',
  PartnerId: 'Keyword',
  EngagementType: 'Keyword',
  CustomerCountry: 'Keyword',
  VoucherId: 'Keyword',
  NextDeadline: 'Datetime',
  /** Until when what an engagement waits for is in time; a reminder is no such instant. */
  AwaitedUntil: 'Datetime',
  /** A day, `YYYY-MM-DD`. */
  RedeemedOn: 'Keyword',
  OpenTasks: 'KeywordList',
} as const;

/** Sends one webhook, once, to try an endpoint. */
export const WEBHOOK_TEST_WORKFLOW = 'webhookTest';

/** Workflow id of a try; `webhookId` is the id of what is sent. */
export const webhookTestWorkflowId = (webhookId: string): string => `webhook-test:${webhookId}`;

export const RECONCILIATION_WORKFLOW = 'reconciliation';

/** The Temporal Schedule that starts it every day. */
export const RECONCILIATION_SCHEDULE = 'reconciliation-daily';

/** Workflow id of a reconciliation. */
export const reconciliationWorkflowId = (reconciliationId: string): string => `reconciliation:${reconciliationId}`;

/** Has somebody told of overdue tasks. */
export const ESCALATION_WORKFLOW = 'escalation';

/** The Temporal Schedule that starts it every hour. */
export const ESCALATION_SCHEDULE = 'escalation-hourly';

/** What the ids of its runs begin with. */
export const ESCALATION_WORKFLOW_ID = 'escalation';

export const RECONCILIATION_ROLES: readonly Role[] = ['operator', 'support'];

/** Ids of the tasks that reconciliation keeps by itself: they are on no engagement's, partner's or batch's record. */
export const RECONCILIATION_TASK = /^reconciliation:.+:recordsDiffer:\d+$/;
