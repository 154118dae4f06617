import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { batchListSchema, batchPayloadSchemas, batchTimelineSchema, batchViewSchema } from '../../contracts/batch';
import { catalogueSchema } from '../../contracts/rulebook';
import {
  acceptedSchema,
  engagementListSchema,
  engagementViewSchema,
  messageStatusSchema,
  startRequestSchema,
  timelineSchema,
  uploadedSchema,
} from '../../contracts/engagement';
import { payloadSchemas } from '../../contracts/messages';
import {
  checklistSchema,
  partnerPayloadSchemas,
  partnerTimelineSchema,
  partnerViewSchema,
} from '../../contracts/partner';
import { problemSchema } from '../../contracts/problems';
import { differenceSchema, reconciliationSchema } from '../../contracts/reconciliation';
import { taskListSchema, taskSchema } from '../../contracts/tasks';

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
  Difference: differenceSchema,
  Reconciliation: reconciliationSchema,
  Partner: partnerViewSchema,
  PartnerTimeline: partnerTimelineSchema,
  Checklist: checklistSchema,
  Batch: batchViewSchema,
  BatchList: batchListSchema,
  BatchTimeline: batchTimelineSchema,
  Catalogue: catalogueSchema,
  Problem: problemSchema,
  ...Object.fromEntries(
    Object.entries({ ...payloadSchemas, ...partnerPayloadSchemas, ...batchPayloadSchemas }).map(([name, schema]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      schema,
    ]),
  ),
};

const schemaRegistry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(named)) schemaRegistry.add(schema, { id });

/** Publishes the contract of every route registered after it: OpenAPI 3.1 at /openapi.json, and to read at /docs. */
export async function publishContract(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Planning Services engagements',
        version: '1',
        description:
          'What can be said to an engagement and what can be read of it. Every no is a problem document (RFC 9457) whose type is its page.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      security: [{ token: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { validatorUrl: null },
    staticCSP: true,
    transformStaticCSP: (policy) => policy.replace('upgrade-insecure-requests;', ''),
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

/** A no of any kind, for the `response` of a route. */
const problemAnswer = {
  description: 'A problem document; its type is the page that explains it',
  content: { 'application/problem+json': { schema: problemSchema } },
};
export const problemAnswers = { '4xx': problemAnswer, '5xx': problemAnswer };

/** Marks a route that needs no token. */
export const open: { security: [] } = { security: [] };

/** Headers of a POST. Their values are read by `headers.ts`, which says what is wrong with them. */
export const postHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .optional()
    .describe('Names this message for good; required, unless MS-RequestId is sent'),
  'ms-requestid': z.string().optional().describe('The same as Idempotency-Key'),
  'on-behalf-of': z.string().optional().describe('Whom an operator acts for'),
});
const sendHeaders = {
  prefer: z.string().optional().describe('respond-async: answer 202 as soon as the message is stored'),
  'if-match': z.string().optional().describe('The ETag that was read: 412 when it has changed since'),
};
export const messageHeaders = postHeaders.extend(sendHeaders);
/** Headers of a PUT, which names itself by what it says. */
export const putHeaders = messageHeaders.omit({ 'idempotency-key': true, 'ms-requestid': true });
