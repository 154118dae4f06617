import { z } from 'zod';
import {
  countrySchema,
  daySchema,
  emailSchema,
  idSchema,
  instantSchema,
  moneySchema,
  nameSchema,
  voucherIdSchema,
} from './common';
import { actorSchema } from './messages';
import { DEADLINE_KINDS, EVENT_TYPES, PAYMENT_STATUSES, REQUIREMENTS, STAGES } from './names';
import { taskSchema } from './tasks';

const customerSchema = z.strictObject({
  name: nameSchema,
  country: countrySchema,
  customerId: idSchema.optional(),
  licensingId: idSchema.optional(),
});
export type Customer = z.infer<typeof customerSchema>;

/** Body of `POST /v1/engagements`. */
export const startRequestSchema = z.strictObject({
  engagementId: idSchema.optional(),
  partnerId: idSchema,
  engagementType: idSchema,
  serviceLevelDays: z.int().positive().max(365).optional(),
  customer: customerSchema,
});
export type StartRequest = z.infer<typeof startRequestSchema>;

/** Which edition of the rules an engagement follows; the hash holds the edition to what it was when released. */
const rulebookReferenceSchema = z.strictObject({ id: z.string(), hash: z.string() });
export type RulebookReference = z.infer<typeof rulebookReferenceSchema>;

/** Input of the workflow `engagement`. */
export const engagementInputSchema = startRequestSchema.required({ engagementId: true }).extend({
  rulebook: rulebookReferenceSchema,
  utcOffset: z.string().regex(/^[+-]\d{2}:\d{2}$/),
  startedBy: actorSchema,
});
export type EngagementInput = z.infer<typeof engagementInputSchema>;

/** What would move the engagement: the message, who can bring it about, and until when. */
export const awaitingSchema = z.strictObject({
  message: z.string(),
  from: z.string(),
  until: instantSchema.optional(),
});
export type Awaiting = z.infer<typeof awaitingSchema>;

const deadlineSchema = z.strictObject({ kind: z.enum(DEADLINE_KINDS), at: instantSchema });
export type Deadline = z.infer<typeof deadlineSchema>;

const voucherViewSchema = z.strictObject({
  voucherId: voucherIdSchema,
  voucherAdministratorEmail: emailSchema,
  projectManager: z.strictObject({ name: nameSchema, email: emailSchema }),
  offering: z.string(),
  serviceLevelDays: z.int(),
  assignedOn: daySchema,
  /** The last day on which the voucher may be redeemed; it counts to its end. */
  expiresOn: z.iso.date(),
});
export type Voucher = z.infer<typeof voucherViewSchema>;

const reservationSchema = z.strictObject({
  locationId: idSchema,
  deliveryCountry: countrySchema,
  reservedOn: daySchema,
  scheduledStart: daySchema,
  scheduledEnd: daySchema,
  consultantIds: z.array(idSchema),
  exemption: z.string().optional(),
  exemptionNote: z.string().optional(),
});
export type Reservation = z.infer<typeof reservationSchema>;

const completionReportSchema = z.strictObject({
  startedOn: daySchema,
  completedOn: daySchema,
  deliveredToCustomerOn: daySchema,
  daysDelivered: z.number(),
  offSiteDays: z.number().optional(),
  consultantIds: z.array(idSchema),
  deliverables: z.array(z.strictObject({ name: z.string(), kind: z.string(), sha256: z.string(), size: z.int() })),
  summary: z.string(),
  outcomes: z.string().optional(),
});
export type CompletionReport = z.infer<typeof completionReportSchema>;

const redemptionSchema = z.strictObject({ redeemedOn: daySchema, paymentRequestDueOn: daySchema });
export type Redemption = z.infer<typeof redemptionSchema>;

export const paymentRequestViewSchema = z.strictObject({
  reference: z.string(),
  status: z.enum(PAYMENT_STATUSES),
  /** `batch`: it is asked for together with others, see `batchId`; the invoice is the batch's. */
  gateway: z.enum(['http', 'manual', 'batch']),
  batchId: idSchema.optional(),
  offering: z.string(),
  country: countrySchema,
  locationId: idSchema,
  vouchers: z.array(z.strictObject({ voucherId: z.string(), serviceLevelDays: z.int(), redeemedOn: daySchema })),
  amount: moneySchema,
  invoice: z.strictObject({ number: z.string(), date: daySchema, documentSha256: z.string().optional() }).optional(),
  microsoftReferenceNumber: z.string().optional(),
  submittedAt: instantSchema.optional(),
  approvedAt: instantSchema.optional(),
  paidAt: instantSchema.optional(),
  rejection: z.strictObject({ code: z.string().optional(), message: z.string() }).optional(),
  invoiceDocument: z.strictObject({ kind: z.enum(['upload', 'courier']), reference: z.string() }).optional(),
});
export type PaymentRequest = z.infer<typeof paymentRequestViewSchema>;

const eligibilitySchema = z.strictObject({
  requirement: z.enum(REQUIREMENTS),
  met: z.boolean(),
  /** Last day on which it is met, if it runs out. */
  until: daySchema.optional(),
});
/** What the partner's record last told this engagement about one requirement. */
export type Eligibility = z.infer<typeof eligibilitySchema>;

/** An engagement as everybody sees it. `version` counts its events and makes its ETag. */
export const engagementViewSchema = z.strictObject({
  engagementId: idSchema,
  partnerId: idSchema,
  engagementType: z.string(),
  serviceLevelDays: z.int().optional(),
  customer: customerSchema,
  rulebook: rulebookReferenceSchema,
  stage: z.enum(STAGES),
  version: z.int(),
  voucher: voucherViewSchema.optional(),
  reservation: reservationSchema.optional(),
  completionReport: completionReportSchema.optional(),
  redemption: redemptionSchema.optional(),
  paymentRequest: paymentRequestViewSchema.optional(),
  paymentAtRisk: z.strictObject({ reasons: z.array(z.string()) }).optional(),
  /** Changes of the partner's standing that this engagement was told of; what it never was told is not here. */
  eligibility: z.array(eligibilitySchema).optional(),
  /** Last day of the customer's licence enrollment, if that is known. */
  licenseEndsOn: daySchema.optional(),
  awaiting: awaitingSchema.optional(),
  nextDeadline: deadlineSchema.optional(),
  tasks: z.array(taskSchema),
  startedAt: instantSchema,
  updatedAt: instantSchema,
});
export type EngagementView = z.infer<typeof engagementViewSchema>;

export const engagementListSchema = z.strictObject({
  items: z.array(engagementViewSchema),
  next: z.string().optional(),
});

/** One fact of an engagement's history; versions are 1, 2, 3 … without gaps. */
export const engagementEventSchema = z.strictObject({
  engagementId: idSchema,
  version: z.int().positive(),
  type: z.enum(EVENT_TYPES),
  at: instantSchema,
  messageId: z.string().optional(),
  actor: actorSchema,
  data: z.looseObject({}),
});
export const timelineSchema = z.strictObject({ items: z.array(engagementEventSchema) });

/** What became of one message; an id nobody has seen is pending. */
export const messageStatusSchema = z.strictObject({
  messageId: z.string(),
  status: z.enum(['pending', 'applied', 'refused']),
  reason: z.looseObject({ code: z.string(), detail: z.string() }).optional(),
});
export type MessageStatus = z.infer<typeof messageStatusSchema>;

/** What an Update answers: the message took effect, or had taken effect before. A no is thrown. */
export const verdictSchema = z.strictObject({
  status: z.literal('applied'),
  version: z.int(),
  stage: z.enum(STAGES),
  repeated: z.literal(true).optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

export const acceptedSchema = z.strictObject({ status: z.literal('accepted'), messageId: z.string() });

export const uploadedSchema = z.strictObject({ name: z.string(), size: z.int(), sha256: z.string() });
export type Uploaded = z.infer<typeof uploadedSchema>;
