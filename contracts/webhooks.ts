import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { idSchema, instantSchema } from './common';
import { STAGES } from './names';

const LONGEST_URL = 2_000;

/** Body of `POST /v1/partners/{partnerId}/webhooks`. */
export const webhookRequestSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'an https address' })
    .max(LONGEST_URL)
    .describe('Where to send: https, with an address on the public internet'),
});

/** Body of `POST /v1/partners/{partnerId}/webhooks/{endpointId}/secret`. */
export const webhookRotationSchema = z.strictObject({
  revoke: z
    .boolean()
    .optional()
    .describe('Whether the secrets before the new one end at once: when somebody else may know them'),
});

/** Where a partner is told of what happens to its engagements. */
export const webhookSchema = webhookRequestSchema.extend({
  endpointId: idSchema,
  partnerId: idSchema,
  status: z.enum(['enabled', 'disabled']),
  createdAt: instantSchema,
  createdBy: z.string(),
  disabledAt: instantSchema.optional(),
  why: z.string().optional().describe('Why nothing is sent there any more'),
});
export type Webhook = z.infer<typeof webhookSchema>;

/** With the secret that signs what is sent there; it is shown once. */
export const newWebhookSchema = webhookSchema.extend({
  secret: z.string().describe('Verifies signatures (Standard Webhooks, whsec_…); it is not shown again'),
});
export type NewWebhook = z.infer<typeof newWebhookSchema>;

export const webhookListSchema = z.strictObject({ items: z.array(webhookSchema) });

/** An engagement has come to another stage. Who wants to know more reads it. */
const stageChangeSchema = z.strictObject({
  engagementId: idSchema,
  partnerId: idSchema,
  stage: z.enum(STAGES),
  previousStage: z.enum(STAGES).optional().describe('Absent when the engagement has just begun'),
  version: z.int().positive().describe('Of the engagement, as its ETag; the higher one is the later one'),
  at: instantSchema,
});
export type StageChange = z.infer<typeof stageChangeSchema>;

/** Body of what an endpoint is sent; the webhook-id header names it for good. */
export const webhookEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('engagement.stageChanged'),
    timestamp: instantSchema,
    data: stageChangeSchema,
  }),
  z.strictObject({
    type: z.literal('webhook.test'),
    timestamp: instantSchema,
    data: z.strictObject({ partnerId: idSchema, endpointId: idSchema }),
  }),
]);
export type WebhookEvent = z.infer<typeof webhookEventSchema>;

/** One event for one endpoint. */
const webhookMessageSchema = z.strictObject({
  webhookId: z.string().describe('The webhook-id header; the same however often it is sent'),
  endpointId: idSchema,
  event: webhookEventSchema,
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;

/** What became of it. `failed`: it is not sent again. */
export const webhookDeliverySchema = webhookMessageSchema.extend({
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int().nonnegative(),
  createdAt: instantSchema,
  lastAttempt: z
    .strictObject({
      at: instantSchema,
      responseStatus: z.int().optional().describe('HTTP status of the answer, if there was one'),
      why: z.string().optional().describe('What was wrong'),
    })
    .optional(),
});
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;

export const webhookDeliveryListSchema = z.strictObject({
  items: z.array(webhookDeliverySchema),
  next: z.string().optional(),
});

/** Told to whoever names an address that is nobody's business of ours. */
export const NOT_PUBLIC = 'its address is not on the public internet';

/** Azure answers its machines here with secrets of the platform; it lies in a public range. */
const CLOUD_ADDRESSES = ['168.63.129.16'];
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Whether an IP address may be on the public internet: neither ours, nor a neighbour's, nor reserved (IANA special-purpose registries). */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || CLOUD_ADDRESSES.includes(text)) return false;
  const address = ipaddr.parse(text);
  return address.range() === 'unicast' && (!(address instanceof ipaddr.IPv6) || address.match(GLOBAL_UNICAST));
}

const isLoopbackAddress = (text: string): boolean =>
  ipaddr.isValid(text) && ipaddr.process(text).range() === 'loopback';

/** Whether this process may connect there for a webhook. `allowLocal`: to loopback too, and there without TLS. */
export function isAllowedAddress(address: string, { protocol }: URL, allowLocal: boolean): boolean {
  const isLocal = allowLocal && isLoopbackAddress(address);
  return isLocal || (protocol === 'https:' && isPublicAddress(address));
}

/**
 * Why nothing is sent to this address, as far as can be told before its name is resolved; undefined when it may be. What the
 * name stands for is judged anew whenever a connection is made.
 */
export function refusedUrl(text: string, allowLocal: boolean): string | undefined {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isAddress = ipaddr.isValid(host);
  if (url.username !== '' || url.password !== '') return 'it holds a user name or a password';
  if (url.hash !== '') return 'it holds a fragment';
  if (isAddress) return isAllowedAddress(host, url, allowLocal) ? undefined : NOT_PUBLIC;
  if (url.protocol === 'https:' || (allowLocal && host === 'localhost')) return undefined;
  return 'it must be https';
}
