import { z } from 'zod';
import { idSchema, instantSchema } from './common';

/** An amount as it stands in somebody's books, whether it makes sense or not. */
const bookedAmountSchema = z.strictObject({ minor: z.int(), currency: z.string() });

const sideSchema = z.strictObject({
  amount: bookedAmountSchema.optional(),
  microsoftReferenceNumber: z.string().optional(),
});

/** One payment request about which SAVB's books and our records do not agree. */
export const differenceSchema = z.strictObject({
  reference: z.string(),
  /** Absent where nobody knows whose it is. */
  engagementId: idSchema.optional(),
  batchId: idSchema.optional(),
  partnerId: idSchema.optional(),
  /** What our records say; absent when they know nothing of it. */
  here: sideSchema.optional(),
  /** What SAVB has; absent when it has nothing. */
  there: sideSchema.optional(),
  why: z.string(),
});
export type Difference = z.infer<typeof differenceSchema>;

/** The groups of differences. */
export const DIFFERENCE_GROUPS = ['missingThere', 'missingHere', 'amountDiffers'] as const;
export type DifferenceGroup = (typeof DIFFERENCE_GROUPS)[number];

/** Sums in minor units of what was compared, in one currency. */
const sumSchema = z.strictObject({ currency: z.string(), here: z.int(), there: z.int() });

/** What comparing SAVB's list with our payment requests came to. */
const comparisonSchema = z.strictObject({
  /** `byHand`: SAVB has no API here, so that only a person can compare; nothing was compared. */
  savb: z.enum(['compared', 'byHand']),
  matched: z.int(),
  /** Too young to be judged: attempts without a result, bookings SAVB's list may not show yet. */
  underWay: z.int(),
  missingThere: z.array(differenceSchema),
  missingHere: z.array(differenceSchema),
  amountDiffers: z.array(differenceSchema),
  /** All of them; the lists hold the first. */
  counts: z.strictObject({ missingThere: z.int(), missingHere: z.int(), amountDiffers: z.int() }),
  sums: z.array(sumSchema),
  /** About differences, by this reconciliation. */
  tasks: z.strictObject({ opened: z.int(), closed: z.int() }),
});
export type Comparison = z.infer<typeof comparisonSchema>;

const missingWorkflowSchema = z.strictObject({
  workflowId: z.string(),
  partnerId: idSchema,
  /** Of the engagement, or of the batch; a partner is `registered`. */
  stage: z.string(),
  /** Temporal's word for its end, or `MISSING`. */
  workflow: z.string(),
});
const wokenSchema = z.strictObject({
  workflowId: z.string(),
  /** Of the record, and of the workflow before it was woken. */
  version: z.int(),
  workflowVersion: z.int(),
});

/** What looking after the workflows of engagements, batches and partners came to. */
const workflowCheckSchema = z.strictObject({
  /** Workflows that do not run, though their engagement or batch is not over, or their partner is registered. */
  terminated: z.array(missingWorkflowSchema),
  /** Workflows whose record was ahead of them. */
  woken: z.array(wokenSchema),
  /** All of them; the lists hold the first. */
  counts: z.strictObject({ terminated: z.int(), woken: z.int() }),
});
export type WorkflowCheck = z.infer<typeof workflowCheckSchema>;

/** What the workflow `reconciliation` gives back. */
const reconciliationResultSchema = comparisonSchema
  .extend(workflowCheckSchema.shape)
  .extend({ counts: comparisonSchema.shape.counts.extend(workflowCheckSchema.shape.counts.shape) });
export type ReconciliationResult = z.infer<typeof reconciliationResultSchema>;

const run = { reconciliationId: z.string(), startedAt: instantSchema };

/** A reconciliation as everybody sees it. */
export const reconciliationSchema = z.discriminatedUnion('status', [
  z.strictObject({ ...run, status: z.literal('running') }),
  z.strictObject({ ...run, status: z.literal('failed'), endedAt: instantSchema, why: z.string() }),
  z.strictObject({
    ...run,
    status: z.literal('completed'),
    endedAt: instantSchema,
    ...reconciliationResultSchema.shape,
  }),
]);
export type Reconciliation = z.infer<typeof reconciliationSchema>;
