import { z } from 'zod';
import { idSchema, instantSchema, nameSchema } from './common';
import { PARTNER_ROLES } from './names';

/** Body of `POST /v1/api-keys`. */
export const apiKeyRequestSchema = z.strictObject({
  partnerId: idSchema,
  roles: z
    .array(z.enum(PARTNER_ROLES))
    .min(1)
    .refine((roles) => new Set(roles).size === roles.length, 'each role once'),
  name: nameSchema.describe('What the key is for, such as the machine that holds it'),
  expiresAt: instantSchema.describe('From then on the key is not valid; at most 366 days ahead'),
});

/** What is known of a key; the key itself is not. */
export const apiKeySchema = apiKeyRequestSchema.extend({
  keyId: idSchema,
  roles: z.array(z.enum(PARTNER_ROLES)),
  createdAt: instantSchema,
  createdBy: z.string(),
  revokedAt: instantSchema.optional(),
  revokedBy: z.string().optional(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

/** A key as it is shown once, to whoever created it. */
export const newApiKeySchema = apiKeySchema.extend({
  key: z.string().describe('Send it as Authorization: Bearer …; it is kept nowhere and not shown again'),
});
export type NewApiKey = z.infer<typeof newApiKeySchema>;

export const apiKeyListSchema = z.strictObject({ items: z.array(apiKeySchema), next: z.string().optional() });
