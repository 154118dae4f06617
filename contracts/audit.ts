import { z } from 'zod';
import { instantSchema } from './common';
import { ROLES } from './names';

/** SHA-256 in hexadecimal. */
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** What one request to the API was: who asked what, from where, and what came of it. */
const auditFactsSchema = z.strictObject({
  /** When it was answered. */
  at: instantSchema,
  /** `partner:{partnerId}`, `staff`, or `nobody` where no token was valid or it carries no role. */
  tenant: z.string(),
  /** Who the token or the key names; absent where none was valid. */
  subject: z.string().optional(),
  roles: z.array(z.enum(ROLES)).optional(),
  via: z.enum(['token', 'key']).optional(),
  onBehalfOf: z.string().optional(),
  method: z.string(),
  /** The address as the contract spells it; `/v1/*` where there is none. */
  route: z.string(),
  /** The ids that the address names, in its order; neither names of files nor what is no id. */
  about: z.array(z.string()),
  /** The name of the message that was sent. */
  message: z.string().optional(),
  /** Under which the record has the message and its effect, version by version. */
  messageId: z.string().optional(),
  status: z.int(),
  /** The problem's code, where the answer was no. */
  code: z.string().optional(),
  /** The answer is an earlier one again; nothing was done. */
  replayed: z.literal(true).optional(),
  /** Ours, as the answer's X-Request-Id tells it. */
  requestId: z.string(),
  /** The caller's MS-CorrelationId, else its X-Request-Id. */
  correlationId: z.string().optional(),
  /** The other end of the connection. */
  address: z.string(),
});
export type AuditFacts = z.infer<typeof auditFactsSchema>;

/** An entry of the audit: the facts and their place in the chain. */
export const auditEntrySchema = auditFactsSchema.extend({
  /** 1, 2, 3 … without gaps. */
  seq: z.int().positive(),
  /** `hash` of the entry before; of the first, 64 zeros. */
  previous: hashSchema,
  /** Of everything else in this entry. */
  hash: hashSchema,
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditListSchema = z.strictObject({ items: z.array(auditEntrySchema), next: z.string().optional() });
