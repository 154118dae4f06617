import { randomBytes } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { apiKeyListSchema, apiKeyRequestSchema, apiKeySchema, newApiKeySchema } from '../../../contracts/apiKeys';
import { idSchema } from '../../../contracts/common';
import { refusal } from '../../../domain/refusals';
import type { RecordedApiKey } from '../../../records/apiKeys';
import { fingerprintOf } from '../../../records/fingerprint';
import { actorOf } from '../access/access';
import { newApiKey, sha256Of } from '../access/apiKeys';
import type { ApiDependencies } from '../dependencies';
import { messageIdOf } from '../headers';
import { postHeaders } from '../contract/openapi';
import { linkToNext, pageQuery } from '../pages';
import { ApiProblem, problemOf } from '../problems/problems';

const LONGEST_DAYS = 366;
const DAY_MS = 86_400_000;

const tags = ['API keys'];

/** Keys with which partners' machines call without an issuer of their own. */
export const apiKeyRoutes: FastifyPluginAsyncZod<Pick<ApiDependencies, 'records'>> = async (
  app,
  { records: { apiKeys, partners } },
) => {
  app.post(
    '/v1/api-keys',
    {
      config: { problems: ['partner-unknown'] },
      schema: {
        operationId: 'createApiKey',
        tags,
        summary: "Create a key for a partner's machine",
        description:
          'The key is in the first answer alone. A repeat is answered with what is known of it: when the first answer was lost, revoke it and create another.',
        headers: postHeaders,
        body: apiKeyRequestSchema,
        response: { 200: apiKeySchema, 201: newApiKeySchema },
      },
    },
    async (request, reply) => {
      const { partnerId, roles, name, expiresAt } = request.body;
      const messageId = messageIdOf(request.headers);
      const { subject: createdBy } = actorOf(request);
      const now = new Date();
      refuseExpiry(expiresAt, now);
      if (!(await partners.view(partnerId)))
        throw problemOf(
          refusal('partner-unknown', `there is no partner ${partnerId}`, { partnerId: 'a known partner' }),
        );
      const apiKey = {
        keyId: `key-${randomBytes(8).toString('hex')}`,
        partnerId,
        roles,
        name,
        createdAt: now.toISOString(),
        createdBy,
        expiresAt: new Date(expiresAt).toISOString(),
      };
      const key = newApiKey();
      const fingerprint = fingerprintOf('createApiKey', request.body);
      const before = await apiKeys.create({ ...apiKey, sha256: sha256Of(key), messageId, fingerprint });
      void reply.header('cache-control', 'no-store');
      if (before === undefined) return reply.code(201).send({ ...apiKey, key });
      if (before.fingerprint !== fingerprint)
        throw new ApiProblem('idempotency-key-reused', 'this key was used to create another API key');
      return reply.code(200).send(known(before));
    },
  );

  app.get(
    '/v1/api-keys',
    {
      schema: {
        operationId: 'listApiKeys',
        tags,
        summary: 'Find keys, in the order of their ids; those that have expired or been revoked stay on record',
        querystring: pageQuery.extend({ partnerId: idSchema.optional() }),
        response: { 200: apiKeyListSchema },
      },
    },
    async ({ query }, reply) => {
      const page = await apiKeys.list(query);
      return linkToNext(reply, page).send(page);
    },
  );

  app.delete(
    '/v1/api-keys/:keyId',
    {
      schema: {
        operationId: 'revokeApiKey',
        tags,
        summary: 'Revoke a key: from now on it is refused',
        params: z.object({ keyId: z.string() }),
        response: { 200: apiKeySchema },
      },
    },
    async (request) => {
      const { keyId } = request.params;
      const { subject: revokedBy } = actorOf(request);
      const revoked = await apiKeys.revoke(keyId, { revokedAt: new Date().toISOString(), revokedBy });
      if (!revoked) throw new ApiProblem('not-found', `there is no key ${keyId}`);
      return revoked;
    },
  );
};

/** @throws ApiProblem 400 */
function refuseExpiry(expiresAt: string, now: Date): void {
  const aheadMs = Date.parse(expiresAt) - now.getTime();
  if (aheadMs > 0 && aheadMs <= LONGEST_DAYS * DAY_MS) return;
  const message = `later than now, by ${LONGEST_DAYS} days at most`;
  throw new ApiProblem('malformed-request', `expiresAt: ${message}`, { errors: [{ pointer: '/expiresAt', message }] });
}

const known = ({ sha256: _sha256, messageId: _messageId, fingerprint: _fingerprint, ...apiKey }: RecordedApiKey) =>
  apiKey;
