import { createHash } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { acceptedSchema } from '../../../contracts/engagement';
import { webhookDeliveryListSchema, webhookDeliverySchema } from '../../../contracts/webhooks';
import { postHeaders } from '../contract/openapi';
import type { ApiDependencies } from '../dependencies';
import { linkToNext, pageQuery } from '../pages';
import { temporalAway } from '../problems/problems';
import { createFind, nameOf, one, tags, url } from './webhookEndpoint';

const POLL_AFTER_S = 1;

/** What an endpoint was sent, and how to have something sent there. */
export const webhookDeliveryRoutes: FastifyPluginAsyncZod<Pick<ApiDependencies, 'records' | 'webhooks'>> = async (
  app,
  { records, webhooks },
) => {
  const { endpointOf } = createFind(records);

  app.post(
    `${url}/:endpointId/test`,
    {
      schema: {
        operationId: 'testWebhook',
        tags,
        summary: 'Have one message sent there, once, and see what comes of it',
        headers: postHeaders,
        params: one,
        body: z.strictObject({}).nullish().describe('May be left out'),
        response: { 200: webhookDeliverySchema, 202: acceptedSchema },
      },
    },
    async (request, reply) => {
      const { endpointId, partnerId } = await endpointOf(request, request.params);
      const webhookId = idOfTest(endpointId, nameOf(request));
      const timestamp = new Date().toISOString();
      const event = { type: 'webhook.test' as const, timestamp, data: { partnerId, endpointId } };
      const tried = await webhooks.tryOut({ webhookId, endpointId, event });
      if (tried.kind === 'known') return reply.code(200).send(tried.delivery);
      if (tried.kind === 'unavailable') throw temporalAway(tried.cause);
      void reply.header('location', `/v1/partners/${partnerId}/webhooks/${endpointId}/deliveries`);
      return reply.code(202).header('retry-after', POLL_AFTER_S).send({ status: 'accepted', messageId: webhookId });
    },
  );

  app.get(
    `${url}/:endpointId/deliveries`,
    {
      schema: {
        operationId: 'listWebhookDeliveries',
        tags,
        summary: 'What was sent there, the latest event first, and what came of it',
        params: one,
        querystring: pageQuery,
        response: { 200: webhookDeliveryListSchema },
      },
    },
    async (request, reply) => {
      const { endpointId } = await endpointOf(request, request.params);
      const page = await records.webhooks.deliveries(endpointId, request.query);
      return linkToNext(reply, page).send(page);
    },
  );
};

/** One for one key, so that a repeat sends nothing new. */
const idOfTest = (endpointId: string, name: string): string =>
  `evt_${createHash('sha256').update(`${endpointId} ${name}`).digest('hex').slice(0, 32)}`;
