import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiKeys } from '../../../records/apiKeys';
import { looksLikeApiKey, principalOfApiKey } from './apiKeys';
import type { Principal } from './principal';
import { ApiProblem } from '../problems/problems';
import { bearerIn, principalOfToken, type TokenRules } from './tokens';

/** What callers prove themselves against. */
interface Proofs {
  tokens: TokenRules;
  apiKeys: ApiKeys;
}

/** Lets only callers with a valid token or key reach the routes of `app`; `request.principal` tells who calls. */
export function authenticate(app: FastifyInstance, proofs: Proofs): void {
  app.decorateRequest('principal');
  app.addHook('onRequest', async (request, reply) => {
    try {
      request.principal = await principalOf(request, proofs);
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'unauthenticated')
        void reply.header('www-authenticate', challenge(request, error.message));
      throw error;
    }
  });
}

/** RFC 6750: a request without a token is not told of an error. */
const challenge = ({ headers }: FastifyRequest, description: string): string =>
  headers.authorization === undefined
    ? 'Bearer realm="planning-services"'
    : `Bearer realm="planning-services", error="invalid_token", error_description="${description}"`;

/** @throws ApiProblem */
async function principalOf({ headers }: FastifyRequest, { tokens, apiKeys }: Proofs): Promise<Principal> {
  const bearer = bearerIn(headers);
  if (bearer === undefined) throw new ApiProblem('unauthenticated', 'send Authorization: Bearer and a token or key');
  return looksLikeApiKey(bearer) ? principalOfApiKey(bearer, apiKeys) : principalOfToken(bearer, tokens);
}
