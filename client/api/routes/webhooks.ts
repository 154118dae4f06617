import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { acceptedSchema } from '../../../contracts/engagement';
import {
  newWebhookSchema,
  refusedUrl,
  webhookDeliveryListSchema,
  webhookDeliverySchema,
  webhookListSchema,
  webhookRequestSchema,
  webhookRotationSchema,
  webhookSchema,
  type Webhook,
} from '../../../contracts/webhooks';
import { fingerprintOf } from '../../../records/fingerprint';
import { MOST_WEBHOOKS, type RecordedWebhook } from '../../../records/webhooks';
import { actorOf, visible } from '../access/access';
import type { ApiDependencies } from '../dependencies';
import { messageIdOf } from '../headers';
import { holdKey } from '../messages/idempotency';
import { postHeaders } from '../contract/openapi';
import { linkToNext, pageQuery } from '../pages';
import { ApiProblem, temporalAway } from '../problems/problems';

/** How long a receiver may take to change to a new secret. */
const OVERLAP_MS = 24 * 60 * 60 * 1_000;
const POLL_AFTER_S = 1;

const tags = ['webhooks'];
const ofPartner = z.object({ partnerId: z.string() });
const one = ofPartner.extend({ endpointId: z.string() });
const url = '/v1/partners/:partnerId/webhooks';

type NewEndpoint = Omit<RecordedWebhook, 'slot'>;
type Needs = Pick<ApiDependencies, 'records' | 'webhooks' | 'allowLocalWebhooks'>;

/** Where partners' machines are told of what happens, so that they need not ask. */
export const webhookRoutes: FastifyPluginAsyncZod<Needs> = async (
  app,
  { records: { answers, partners, webhooks: endpoints }, webhooks, allowLocalWebhooks },
) => {
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
      const why = refusedUrl(request.body.url, allowLocalWebhooks);
      if (why !== undefined)
        throw new ApiProblem('address-not-allowed', why, { errors: [{ pointer: '/url', message: why }] });
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
      const before = await endpoints.create(webhook);
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
      return { items: await endpoints.list(partnerId) };
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
      await endpoints.remove(endpoint.endpointId);
      return known(endpoint);
    },
  );

  app.post(
    `${url}/:endpointId/secret`,
    {
      // An endpoint knows who asked for its secrets, and not whether the one before was to be revoked.
      config: { problems: ['busy'], keyHeldBy: 'handler' },
      schema: {
        operationId: 'rotateWebhookSecret',
        tags,
        summary: 'Get a new secret; for 24 hours the one before it signs, too, unless it is revoked',
        description:
          'The secret is in the first answer alone. A repeat is answered with what is known of the endpoint.',
        headers: postHeaders,
        params: one,
        body: webhookRotationSchema.nullish().describe('May be left out'),
        response: { 200: webhookSchema, 201: newWebhookSchema },
      },
    },
    async (request, reply) => {
      const endpoint = await endpointOf(request, request.params);
      const messageId = nameOf(request);
      void reply.header('cache-control', 'no-store');
      const giveBackKey = await holdKey(answers, request);
      if (endpoint.secrets.some((before) => before.messageId === messageId))
        return reply.code(200).send(known(endpoint));
      const secret = newSecret();
      const before = request.body?.revoke ? [] : ending(endpoint, new Date());
      const rotated = await endpoints.rotate(endpoint, [{ secret, messageId }, ...before]);
      if (!rotated) {
        await giveBackKey();
        throw new ApiProblem('busy', 'somebody else has just asked for a new secret');
      }
      return reply.code(201).send({ ...known(endpoint), secret });
    },
  );

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
      const webhookId = `evt_${createHash('sha256')
        .update(`${endpointId} ${nameOf(request)}`)
        .digest('hex')
        .slice(0, 32)}`;
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
      const page = await endpoints.deliveries(endpointId, request.query);
      return linkToNext(reply, page).send(page);
    },
  );

  /** @throws ApiProblem 404 or 403 */
  const partnerOf = async (request: FastifyRequest, partnerId: string) =>
    visible(request, await partners.view(partnerId), `partner ${partnerId}`);

  /** @throws ApiProblem 404 or 403 */
  async function endpointOf(
    request: FastifyRequest,
    { partnerId, endpointId }: z.infer<typeof one>,
  ): Promise<RecordedWebhook> {
    await partnerOf(request, partnerId);
    return visible(request, await endpoints.find(partnerId, endpointId), `webhook ${endpointId}`);
  }
};

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The same key of another tenant names another request. */
const nameOf = ({ principal, headers }: FastifyRequest): string => `${principal.tenant} ${messageIdOf(headers)}`;

/** The secret before a new one, which ends a little later; whatever was before that ends at once. */
function ending({ secrets: [newest] }: RecordedWebhook, now: Date): RecordedWebhook['secrets'] {
  return newest ? [{ ...newest, until: new Date(now.getTime() + OVERLAP_MS).toISOString() }] : [];
}

/** What may be shown of an endpoint. */
const known = ({
  slot: _slot,
  secrets: _secrets,
  messageId: _messageId,
  fingerprint: _fingerprint,
  ...webhook
}: NewEndpoint & { slot?: number }): Webhook => webhook;
