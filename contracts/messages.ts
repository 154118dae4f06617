import { z } from 'zod';
import {
  countrySchema,
  daySchema,
  emailSchema,
  idSchema,
  moneySchema,
  nameSchema,
  referenceNumberSchema,
  reportedInstantSchema,
  textSchema,
  voucherIdSchema,
} from './common';
import {
  keyIn,
  RESERVED_MESSAGE_ID,
  REPORTED_PAYMENT_STATUSES,
  REQUIREMENTS,
  ROLES,
  type EngagementMessageName,
} from './names';

const personSchema = z.strictObject({ name: nameSchema, email: emailSchema });

/** A service level is any positive number of days here; which levels exist is a rule of the rulebook. */
const serviceLevelSchema = z.int().positive().max(365);

const consultantIdsSchema = z.array(idSchema).min(1).max(20);

const voucherSchema = z.strictObject({
  voucherId: voucherIdSchema,
  voucherAdministratorEmail: emailSchema,
  projectManager: personSchema,
  offering: idSchema,
  serviceLevelDays: serviceLevelSchema,
  assignedOn: daySchema,
  expiresOn: daySchema.optional(),
});

/** Name of an uploaded file, as it stands in the URL. */
export const deliverableNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dot, underscore and hyphen, 100 at most');

/** What can be said about the tasks of anything, and noted about anything. */
export const taskAndNoteSchemas = {
  resolveTask: z.strictObject({ taskId: nameSchema, resolution: idSchema.optional(), note: textSchema.optional() }),
  claimTask: z.strictObject({ taskId: nameSchema, note: textSchema.optional() }),
  releaseTask: z.strictObject({ taskId: nameSchema, note: textSchema.optional() }),
  addNote: z.strictObject({ text: textSchema }),
};

/** The payload of every engagement message, by message name: the one source for API, CLI, activities and OpenAPI. */
export const payloadSchemas = {
  assignVoucher: voucherSchema,

  replaceVoucher: voucherSchema.extend({
    reason: z.enum(['corrected', 'reservedByOtherPartner', 'wrongTypeOrLevel', 'reissued']),
    note: textSchema.optional(),
  }),

  reserveVoucher: z.strictObject({
    voucherId: voucherIdSchema,
    voucherAdministratorEmail: emailSchema,
    locationId: idSchema,
    deliveryCountry: countrySchema.optional(),
    reservedOn: daySchema.optional(),
    scheduledStart: daySchema,
    scheduledEnd: daySchema,
    consultantIds: consultantIdsSchema,
    termsAccepted: z.literal(true),
    exemption: z.enum(['differentDivision', 'differentProducts']).optional(),
    exemptionNote: textSchema.optional(),
  }),

  cancelReservation: z.strictObject({ reason: textSchema }),

  reschedule: z.strictObject({
    scheduledStart: daySchema,
    scheduledEnd: daySchema,
    consultantIds: consultantIdsSchema.optional(),
  }),

  submitCompletionReport: z.strictObject({
    startedOn: daySchema,
    completedOn: daySchema,
    deliveredToCustomerOn: daySchema,
    daysDelivered: z.number().positive().max(365),
    offSiteDays: z.number().nonnegative().max(365).optional(),
    consultantIds: consultantIdsSchema,
    deliverables: z.array(z.strictObject({ name: deliverableNameSchema, kind: idSchema })).max(50),
    summary: textSchema,
    outcomes: textSchema.optional(),
    corrects: z.literal(true).optional(),
  }),

  redeemVoucher: z.strictObject({ confirmed: z.literal(true), redeemedOn: daySchema.optional() }),

  extendVoucher: z
    .strictObject({
      expiresOn: daySchema.optional(),
      addDays: z.int().positive().max(365).optional(),
      reason: textSchema,
    })
    .refine((extension) => (extension.expiresOn === undefined) !== (extension.addDays === undefined), {
      message: 'give either expiresOn or addDays',
      path: ['expiresOn'],
    }),

  cancelEngagement: z.strictObject({
    reason: textSchema,
    reasonCode: z.enum(['lostToOtherPartner', 'customerCancelled', 'benefitNotActivated', 'other']).optional(),
  }),

  recordPaymentStatus: z.strictObject({
    status: z.enum(REPORTED_PAYMENT_STATUSES),
    at: reportedInstantSchema,
    note: textSchema.optional(),
    microsoftReferenceNumber: referenceNumberSchema.optional(),
    invoiceDocument: z.strictObject({ kind: z.enum(['upload', 'courier']), reference: nameSchema }).optional(),
  }),

  correctPaymentRequest: z.strictObject({
    changes: z.strictObject({
      locationId: idSchema.optional(),
      deliveryCountry: countrySchema.optional(),
      amount: moneySchema.optional(),
      invoiceDate: daySchema.optional(),
    }),
    reason: textSchema,
  }),

  reportVoucherProblem: z.strictObject({
    problem: z.enum([
      'benefitNotActivated',
      'emailNotForwarded',
      'validationFailed',
      'reservedByOtherPartner',
      'wrongTypeOrLevel',
    ]),
    note: textSchema.optional(),
  }),

  adoptRules: z.strictObject({ rulebook: idSchema, reason: textSchema }),

  eligibilityChanged: z.strictObject({
    requirement: z.enum(REQUIREMENTS),
    met: z.boolean(),
    until: daySchema.optional(),
  }),

  recordLicenseEnd: z.strictObject({ endsOn: daySchema }),

  transferEngagement: z.strictObject({ toPartnerId: idSchema, reason: textSchema }),

  updateCustomer: z
    .strictObject({
      name: nameSchema.optional(),
      licensingId: idSchema.optional(),
      projectManager: personSchema.optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, { message: 'name at least one change' })
    .meta({ minProperties: 1 }),

  ...taskAndNoteSchemas,
} satisfies Record<EngagementMessageName, z.ZodType>;

export type Payloads = { [Name in EngagementMessageName]: z.infer<(typeof payloadSchemas)[Name]> };

/** Who says something: the subject of a token, or whoever reached Temporal directly (`via`). */
export const actorSchema = z.strictObject({
  subject: z.string().min(1).max(200),
  role: z.enum([...ROLES, 'system']),
  partnerId: idSchema.optional(),
  onBehalfOf: z.string().min(1).max(200).optional(),
  via: z.literal('temporal').optional(),
});
export type Actor = z.infer<typeof actorSchema>;

/** Names one thing said, for good: the Idempotency-Key of the call that said it. */
export const messageIdSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'up to 200 visible characters without spaces')
  .refine(
    (key) => !RESERVED_MESSAGE_ID.test(key) && keyIn(key) === key,
    'must not begin with start:, deadline:, savb:, hand:, cancellation:, partner:, batch:, join: or tenant:',
  );

/** The one argument of every Signal and Update. */
export interface Envelope<Payload = unknown> {
  messageId: string;
  /** Instant the sender sent it; never used by a rule. */
  sentAt: string;
  actor: Actor;
  payload: Payload;
}

/** The route under `/v1/engagements/{id}/` that takes a message; tasks have routes of their own. */
export const MESSAGE_ROUTES = {
  assignVoucher: 'voucher-assignment',
  replaceVoucher: 'voucher-replacement',
  reserveVoucher: 'reservation',
  cancelReservation: 'reservation-cancellation',
  reschedule: 'schedule',
  submitCompletionReport: 'completion-report',
  redeemVoucher: 'redemption',
  recordPaymentStatus: 'payment-status',
  correctPaymentRequest: 'payment-request-correction',
  extendVoucher: 'voucher-extension',
  reportVoucherProblem: 'voucher-problem',
  adoptRules: 'rules',
  recordLicenseEnd: 'license-end',
  transferEngagement: 'transfer',
  updateCustomer: 'customer',
  addNote: 'notes',
  cancelEngagement: 'cancellation',
} as const satisfies Partial<Record<EngagementMessageName, string>>;
