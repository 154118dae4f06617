import { z } from 'zod';
import { countrySchema, daySchema, idSchema, instantSchema, moneySchema, textSchema, voucherIdSchema } from './common';
import { paymentRequestViewSchema } from './engagement';
import { actorSchema, payloadSchemas as engagementPayloads, taskAndNoteSchemas } from './messages';
import { BATCH_DEADLINE_KINDS, BATCH_EVENT_TYPES, BATCH_STAGES, type BatchMessageName } from './names';
import { taskSchema } from './tasks';

/**
 * Several vouchers in one payment request (source: SAVB-TRN, 9.3): redeemed vouchers of one partner, offering, country,
 * location and currency are collected and asked for together.
 */

/** What all vouchers of a batch have in common. */
const batchGroupSchema = z.strictObject({
  partnerId: idSchema,
  offering: idSchema,
  country: countrySchema,
  locationId: idSchema,
  currency: z.string(),
});
export type BatchGroup = z.infer<typeof batchGroupSchema>;

/** A redeemed voucher in a batch. `reference` is the engagement's own key of what it asks for. */
const batchMemberSchema = z.strictObject({
  engagementId: idSchema,
  reference: z.string(),
  voucherId: voucherIdSchema,
  serviceLevelDays: z.int(),
  redeemedOn: daySchema,
  amount: moneySchema,
  /** Last day of the payment window. */
  paymentRequestDueOn: daySchema,
});
export type BatchMember = z.infer<typeof batchMemberSchema>;

/** What each message to a batch carries. */
export const batchPayloadSchemas = {
  /** The first one opens the batch. */
  addToBatch: z.strictObject({
    batchId: idSchema,
    group: batchGroupSchema,
    member: batchMemberSchema,
    utcOffset: z.string(),
  }),
  /** Nothing more is collected; the request goes out now. */
  sendBatch: z.strictObject({ reason: textSchema.optional() }),
  recordPaymentStatus: engagementPayloads.recordPaymentStatus,
  correctPaymentRequest: engagementPayloads.correctPaymentRequest,
  /** These engagements leave the batch; what remains is asked for again. */
  splitBatch: z.strictObject({ engagementIds: z.array(idSchema).min(1).max(500), reason: textSchema }),
  ...taskAndNoteSchemas,
} satisfies Record<BatchMessageName, z.ZodType>;
export type BatchPayloads = { [Name in BatchMessageName]: z.infer<(typeof batchPayloadSchemas)[Name]> };

const batchDeadlineSchema = z.strictObject({ kind: z.enum(BATCH_DEADLINE_KINDS), at: instantSchema });
export type BatchDeadline = z.infer<typeof batchDeadlineSchema>;

/** A batch as everybody sees it. `version` counts its events and is its ETag. */
export const batchViewSchema = batchGroupSchema.extend({
  batchId: idSchema,
  stage: z.enum(BATCH_STAGES),
  version: z.int(),
  members: z.array(batchMemberSchema),
  /** Sum over the members; absent when all have left. */
  total: moneySchema.optional(),
  paymentRequest: paymentRequestViewSchema.optional(),
  nextDeadline: batchDeadlineSchema.optional(),
  tasks: z.array(taskSchema),
  openedAt: instantSchema,
  updatedAt: instantSchema,
});
export type BatchView = z.infer<typeof batchViewSchema>;
export const batchListSchema = z.strictObject({ items: z.array(batchViewSchema), next: z.string().optional() });

/** One fact of a batch's history; versions are 1, 2, 3 … without gaps. */
export const batchEventSchema = z.strictObject({
  batchId: idSchema,
  version: z.int().positive(),
  type: z.enum(BATCH_EVENT_TYPES),
  at: instantSchema,
  messageId: z.string().optional(),
  actor: actorSchema,
  data: z.looseObject({}),
});
export const batchTimelineSchema = z.strictObject({ items: z.array(batchEventSchema) });

/** What an Update of a batch answers. A no is thrown. */
export const batchVerdictSchema = z.strictObject({
  status: z.literal('applied'),
  version: z.int(),
  stage: z.enum(BATCH_STAGES),
  repeated: z.literal(true).optional(),
});
export type BatchVerdict = z.infer<typeof batchVerdictSchema>;

/** The route under `/v1/batches/{batchId}/` that takes a message; tasks have routes of their own. */
export const BATCH_ROUTES = {
  sendBatch: 'dispatch',
  recordPaymentStatus: 'payment-status',
  correctPaymentRequest: 'payment-request-correction',
  splitBatch: 'split',
  addNote: 'notes',
} as const satisfies Partial<Record<BatchMessageName, string>>;
