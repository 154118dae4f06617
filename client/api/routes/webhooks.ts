import { randomBytes } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import {
  newWebhookSchema,
  refusedUrl,
  webhookListSchema,
  webhookRequestSchema,
  webhookSchema,
} from '../../../contracts/webhooks';
import { fingerprintOf } from '../../../records/fingerprint';
import { MOST_WEBHOOKS } from '../../../records/webhooks';
import { actorOf } from '../access/access';
import { postHeaders } from '../contract/openapi';
import type { ApiDependencies } from '../dependencies';
import { ApiProblem } from '../problems/problems';
import { createFind, known, nameOf, newSecret, ofPartner, one, tags, url, type NewEndpoint } from './webhookEndpoint';

/** Where partners' machines are told of what happens, so that they need not ask. */
export const webhookRoutes: FastifyPluginAsyncZod<Pick<ApiDependencies, 'records' | 'allowLocalWebhooks'>> = async (
  app,
  { records, allowLocalWebhooks },
) => {
  const { webhooks } = records;
  const { partnerOf, endpointOf } = createFind(records);

  app.post(
    url,
    {
      config: { problems: ['address-not-allowed', 'too-many-webhooks'] },
      schema: {
        operationId: 'createWebhook',
        tags,
        summary: 'Be told of the stages of your engagements (Standard Webhooks 1.0)',
        description:
          'The secret is in the first answer alone. A repeat is answered with what is known of the endpoint: when the first answer was lost, ask for a new secret.',
        headers: postHeaders,
        params: ofPartner,
        body: webhookRequestSchema,
        response: { 200: webhookSchema, 201: newWebhookSchema },
      },
    },
    async (request, reply) => {
      const { partnerId } = await partnerOf(request, request.params.partnerId);
      const { subject: createdBy } = actorOf(request, partnerId);
      refuseUrl(request.body.url, allowLocalWebhooks);
      const messageId = nameOf(request);
      const fingerprint = fingerprintOf('createWebhook', request.body);
      const secret = newSecret();
      const webhook: NewEndpoint = {
        endpointId: `we-${randomBytes(8).toString('hex')}`,
        partnerId,
        url: request.body.url,
        status: 'enabled',
        createdAt: new Date().toISOString(),
        createdBy,
        secrets: [{ secret, messageId }],
        messageId,
        fingerprint,
      };
      const before = await webhooks.create(webhook);
      void reply.header('cache-control', 'no-store');
      if (before === 'created') return reply.code(201).send({ ...known(webhook), secret });
      if (before === 'tooMany')
        throw new ApiProblem('too-many-webhooks', `${partnerId} has ${MOST_WEBHOOKS} endpoints already`);
      if (before.fingerprint === fingerprint) return reply.code(200).send(known(before));
      throw new ApiProblem('idempotency-key-reused', 'this key was used to create another endpoint');
    },
  );

  app.get(
    url,
    {
      schema: {
        operationId: 'listWebhooks',
        tags,
        summary: 'Endpoints, oldest first',
        params: ofPartner,
        response: { 200: webhookListSchema },
      },
    },
    async (request) => {
      const { partnerId } = await partnerOf(request, request.params.partnerId);
      return { items: await webhooks.list(partnerId) };
    },
  );

  app.delete(
    `${url}/:endpointId`,
    {
      schema: {
        operationId: 'deleteWebhook',
        tags,
        summary: 'Be told nothing there any more; what was sent there is forgotten',
        params: one,
        response: { 200: webhookSchema },
      },
    },
    async (request) => {
      const endpoint = await endpointOf(request, request.params);
      await webhooks.remove(endpoint.endpointId);
      return known(endpoint);
    },
  );
};

/** @throws ApiProblem 422 */
function refuseUrl(address: string, allowLocal: boolean): void {
  const why = refusedUrl(address, allowLocal);
  if (why !== undefined)
    throw new ApiProblem('address-not-allowed', why, { errors: [{ pointer: '/url', message: why }] });
}
