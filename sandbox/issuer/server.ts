import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ROLES } from '../../contracts/names';
import { authorizeRoutes, invalid } from './authorize';
import { ALGORITHM, readSigningKey } from './keys';
import { createSigner } from './signer';

export interface IssuerOptions {
  keysFolder: string;
  /** `iss` of every token, and the address under which the discovery document names the other routes. */
  issuer: string;
  audience: string;
}

const twelveHoursS = 12 * 60 * 60;
const thirtyDaysS = 30 * 24 * 60 * 60;
const roleSchema = z.enum(ROLES);

/** Body of `POST /token`, JSON or a form. A negative `expiresIn` makes a token that has expired. */
const tokenRequestSchema = z
  .strictObject({
    role: roleSchema.optional(),
    roles: z
      .preprocess((given) => (typeof given === 'string' ? given.split(/[ ,]+/) : given), z.array(roleSchema).min(1))
      .optional(),
    partnerId: z.string().min(1).optional(),
    subject: z.string().min(1).optional(),
    expiresIn: z.coerce.number().int().min(-thirtyDaysS).max(thirtyDaysS).default(twelveHoursS),
  })
  .transform(({ role, roles, ...rest }, context) => {
    if ((role === undefined) === (roles === undefined)) {
      context.addIssue({ code: 'custom', path: ['role'], message: 'give either role or roles' });
      return z.NEVER;
    }
    return { roles: roles ?? [role], ...rest };
  });

/**
 * An OIDC issuer for development: it gives whoever asks a token with the roles asked for, which the thin API checks exactly as it
 * would a real one. @throws Error when its key cannot be read
 */
export async function createIssuer({ keysFolder, issuer, audience }: IssuerOptions): Promise<FastifyInstance> {
  const signingKey = await readSigningKey(keysFolder);
  const sign = createSigner(signingKey, issuer);
  const server = fastify({ bodyLimit: 16 * 1024 });
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );

  server.get('/.well-known/openid-configuration', async () => ({
    issuer,
    jwks_uri: `${issuer}/jwks.json`,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    id_token_signing_alg_values_supported: [ALGORITHM],
    response_types_supported: ['code', 'token'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    subject_types_supported: ['public'],
  }));
  server.get('/jwks.json', async () => ({ keys: [signingKey.publicJwk] }));
  server.get('/healthz', async () => ({ status: 'ok' }));

  const redeem = authorizeRoutes(server, { sign, issuer, audience });
  server.post('/token', async ({ body }, reply) => {
    void reply.header('cache-control', 'no-store');
    if ((body as { grant_type?: string } | undefined)?.grant_type === 'authorization_code') {
      const tokens = await redeem(body);
      return tokens ?? reply.code(400).send({ error: 'invalid_grant', error_description: 'the code is good for none' });
    }
    const parsed = tokenRequestSchema.safeParse(body ?? {});
    if (!parsed.success) return reply.code(400).send(invalid('invalid_request', parsed.error));
    const { roles, partnerId, subject = `dev-${roles.join('-')}`, expiresIn } = parsed.data;
    const token = await sign({ roles, partnerId }, { subject, audience, expiresIn });
    return { access_token: token, token_type: 'Bearer', expires_in: expiresIn };
  });
  return server;
}
