import { z } from 'zod';
import { idSchema } from './common';

/** What came of forgetting a customer. */
export const erasureSchema = z.strictObject({
  customerId: idSchema,
  engagements: z
    .array(idSchema)
    .describe('The engagements that told of the customer until now; none when none has or had this id'),
});
export type ErasureAnswer = z.infer<typeof erasureSchema>;
