import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { newWebhookSchema, webhookRotationSchema, webhookSchema } from '../../../contracts/webhooks';
import { fingerprintOf } from '../../../records/fingerprint';
import type { RecordedWebhook } from '../../../records/webhooks';
import { postHeaders } from '../contract/openapi';
import type { ApiDependencies } from '../dependencies';
import { ApiProblem } from '../problems/problems';
import { createFind, known, nameOf, newSecret, one, tags, url } from './webhookEndpoint';

/** How long a receiver may take to change to a new secret. */
const OVERLAP_MS = 24 * 60 * 60 * 1_000;

/** What an endpoint's messages are signed with. */
export const webhookSecretRoutes: FastifyPluginAsyncZod<Pick<ApiDependencies, 'records'>> = async (
  app,
  { records },
) => {
  const { endpointOf } = createFind(records);

  app.post(
    `${url}/:endpointId/secret`,
    {
      config: { problems: ['busy'] },
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
      const fingerprint = fingerprintOf('rotateWebhookSecret', request.body ?? {});
      const before = endpoint.rotations?.find((rotation) => rotation.messageId === messageId);
      if (before && before.fingerprint !== fingerprint)
        throw new ApiProblem('idempotency-key-reused', 'this key was used to get a new secret in another way');
      void reply.header('cache-control', 'no-store');
      if (before) return reply.code(200).send(known(endpoint));
      const secret = newSecret();
      const overlapping = request.body?.revoke ? [] : ending(endpoint, new Date());
      const secrets = [{ secret, messageId }, ...overlapping];
      if (!(await records.webhooks.rotate(endpoint, { messageId, fingerprint, secrets })))
        throw new ApiProblem('busy', 'somebody else has just asked for a new secret');
      return reply.code(201).send({ ...known(endpoint), secret });
    },
  );
};

/** The secret before a new one, which ends a little later; whatever was before that ends at once. */
function ending({ secrets: [newest] }: RecordedWebhook, now: Date): RecordedWebhook['secrets'] {
  return newest ? [{ ...newest, until: new Date(now.getTime() + OVERLAP_MS).toISOString() }] : [];
}
