import { z } from 'zod';
import { idSchema, instantSchema } from './common';
import { ROLES, TASK_KINDS } from './names';

/** A thing only a person can do, with everything needed to do it. */
export const taskSchema = z.strictObject({
  taskId: z.string(),
  kind: z.enum(TASK_KINDS),
  status: z.enum(['open', 'resolved']),
  engagementId: idSchema.optional(),
  batchId: idSchema.optional(),
  /** Absent where nobody knows whose it is: about a payment request that only SAVB has. */
  partnerId: idSchema.optional(),
  role: z.enum(ROLES),
  /** The account a person needs outside: Partner Center and CHIP know different logins. */
  accountKind: z.string().optional(),
  /** Which one it is, where a kind has several: the problem with a voucher. */
  about: z.string().optional(),
  title: z.string(),
  instructions: z.string(),
  resolutions: z.array(z.string()),
  openedAt: instantSchema,
  dueAt: instantSchema.optional(),
  claimedBy: z.string().optional(),
});
export type Task = z.infer<typeof taskSchema>;

export const taskListSchema = z.strictObject({ items: z.array(taskSchema), next: z.string().optional() });

export const taskResolutionSchema = z.strictObject({
  resolution: z.string().min(1).max(64).optional(),
  note: z.string().trim().min(1).max(2000).optional(),
});
export const taskClaimSchema = taskResolutionSchema.omit({ resolution: true });
