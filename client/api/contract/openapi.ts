import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { apiKeyListSchema, apiKeyRequestSchema, apiKeySchema, newApiKeySchema } from '../../../contracts/apiKeys';
import { auditEntrySchema, auditListSchema } from '../../../contracts/audit';
import { batchListSchema, batchPayloadSchemas, batchTimelineSchema, batchViewSchema } from '../../../contracts/batch';
import { catalogueSchema } from '../../../contracts/rulebook';
import { erasureSchema } from '../../../contracts/erasure';
import {
  acceptedSchema,
  engagementListSchema,
  engagementViewSchema,
  messageStatusSchema,
  startRequestSchema,
  timelineSchema,
  uploadedSchema,
} from '../../../contracts/engagement';
import { payloadSchemas } from '../../../contracts/messages';
import {
  checklistSchema,
  partnerListSchema,
  partnerPayloadSchemas,
  partnerTimelineSchema,
  partnerViewSchema,
} from '../../../contracts/partner';
import { problemSchema } from '../../../contracts/problems';
import { differenceSchema, reconciliationSchema } from '../../../contracts/reconciliation';
import { taskClaimSchema, taskListSchema, taskResolutionSchema, taskSchema } from '../../../contracts/tasks';
import {
  newWebhookSchema,
  webhookDeliveryListSchema,
  webhookDeliverySchema,
  webhookEventSchema,
  webhookListSchema,
  webhookRequestSchema,
  webhookSchema,
} from '../../../contracts/webhooks';
import type { RulebookLibrary } from '../../../records/rulebooks';
import { problemsOf } from './declaredProblems';
import { finished, type Document } from './document';
import { capitalized, examplesOf } from './examples';

const TAGS = [
  { name: 'engagements', description: 'Starting, finding and reading engagements' },
  { name: 'messages', description: 'What can be said to an engagement, step by step' },
  { name: 'deliverables', description: 'Files that were delivered to the customer' },
  { name: 'payment requests', description: "The partner's invoice, and what is typed into SAVB" },
  { name: 'batches', description: 'Several vouchers in one payment request' },
  { name: 'tasks', description: 'What waits for a person' },
  { name: 'partners', description: "A partner's standing in the programme, and what can be said to it" },
  { name: 'customers', description: 'Whose data is kept, and forgotten' },
  { name: 'catalogue', description: 'What the programme offers' },
  { name: 'reconciliations', description: "Comparing SAVB's books with the records" },
  { name: 'API keys', description: "Keys of partners' machines" },
  { name: 'webhooks', description: 'Being told of what happens, so that nobody need ask' },
  { name: 'audit', description: 'Who asked what, and what came of it' },
  { name: 'about', description: 'This service itself: its contract, its problems, its health' },
];

const named = {
  StartRequest: startRequestSchema,
  Engagement: engagementViewSchema,
  EngagementList: engagementListSchema,
  Timeline: timelineSchema,
  MessageStatus: messageStatusSchema,
  Accepted: acceptedSchema,
  Uploaded: uploadedSchema,
  Task: taskSchema,
  TaskList: taskListSchema,
  TaskResolution: taskResolutionSchema,
  TaskClaim: taskClaimSchema,
  Difference: differenceSchema,
  Reconciliation: reconciliationSchema,
  Partner: partnerViewSchema,
  PartnerList: partnerListSchema,
  PartnerTimeline: partnerTimelineSchema,
  Checklist: checklistSchema,
  Batch: batchViewSchema,
  BatchList: batchListSchema,
  BatchTimeline: batchTimelineSchema,
  Catalogue: catalogueSchema,
  Erasure: erasureSchema,
  ApiKeyRequest: apiKeyRequestSchema,
  ApiKey: apiKeySchema,
  NewApiKey: newApiKeySchema,
  ApiKeyList: apiKeyListSchema,
  WebhookRequest: webhookRequestSchema,
  Webhook: webhookSchema,
  NewWebhook: newWebhookSchema,
  WebhookList: webhookListSchema,
  WebhookEvent: webhookEventSchema,
  WebhookDelivery: webhookDeliverySchema,
  WebhookDeliveryList: webhookDeliveryListSchema,
  AuditEntry: auditEntrySchema,
  AuditList: auditListSchema,
  Problem: problemSchema,
  ...Object.fromEntries(
    Object.entries({ ...payloadSchemas, ...partnerPayloadSchemas, ...batchPayloadSchemas }).map(([name, schema]) => [
      capitalized(name),
      schema,
    ]),
  ),
};

for (const [id, schema] of Object.entries(named)) z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id });

/** Writes every route that is registered after it into the contract, OpenAPI 3.1. */
export async function describeRoutes(app: FastifyInstance, rulebooks: RulebookLibrary): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Planning Services engagements',
        version: '1',
        description:
          'What can be said to an engagement and what can be read of it. Every no is a problem document (RFC 9457) whose type is its page.',
        license: { name: 'Proprietary', url: '/docs' },
      },
      servers: [{ url: '/' }],
      tags: TAGS,
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      security: [{ token: [] }],
    },
    transform: withProblems,
    transformObject: (document) =>
      finished(jsonSchemaTransformObject(document) as unknown as Document, examplesOf(rulebooks)) as ReturnType<
        typeof jsonSchemaTransformObject
      >,
  });
}

/** Leaves word in the document of what a route may refuse, and names who may use it. */
const withProblems: typeof jsonSchemaTransform = (document) => {
  const { schema, url } = jsonSchemaTransform(document);
  const { method, config } = document.route;
  const problems = problemsOf({
    method: [method].flat().join(),
    path: url.replace(/:(\w+)/g, '{$1}'),
    takesBody: document.schema?.body !== undefined,
    message: config?.access?.message,
    problems: config?.problems,
  });
  const roles = config?.access && { 'x-roles': config.access.roles };
  return { schema: { ...schema, 'x-problems': problems, ...roles }, url };
};

/** Marks a route that needs no token. */
export const open: { security: [] } = { security: [] };

/** Headers of a POST. Their values are read by `headers.ts`, which says what is wrong with them. */
export const postHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .optional()
    .describe(
      'Names this message for good; MS-RequestId says the same. No name of ours: start:, deadline:, savb:, hand:, cancellation:, partner:, batch:, join: or tenant:',
    ),
  'ms-requestid': z.string().optional().describe('In place of Idempotency-Key'),
  'on-behalf-of': z.string().optional().describe('Whom an operator acts for'),
});
const sendHeaders = {
  prefer: z.string().optional().describe('respond-async: answer 202 as soon as the message is stored'),
  'if-match': z.string().optional().describe('The ETag that was read: 412 when it has changed since'),
};
export const messageHeaders = postHeaders.extend(sendHeaders);
/** Headers of a PUT, which names itself by what it says. */
export const putHeaders = messageHeaders.omit({ 'idempotency-key': true, 'ms-requestid': true });
