import { z } from 'zod';
import { awaitingSchema } from './engagement';

/** One offending field: JSON pointer into the body and the rule it breaks. */
const fieldErrorSchema = z.strictObject({ pointer: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** RFC 9457. `awaiting` and `rule` are set when the programme, not the syntax, refuses. */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  errors: z.array(fieldErrorSchema).optional(),
  awaiting: awaitingSchema.optional(),
  rule: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
