import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ROLES } from '../../contracts/names';
import { authorizePage } from './authorizePage';
import { PEOPLE, type Person } from './people';
import type { Sign } from './signer';

const CODE_HOLDS_MS = 60_000;
const TOKENS_HOLD_S = 12 * 60 * 60;

const isOnThisMachine = (url: string): boolean =>
  URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** What a client asks for (OpenID Connect Core 3.1.2.1; RFC 7636). Nobody is sent to another machine. */
const askedSchema = z.object({
  response_type: z.literal('code'),
  client_id: z.string().min(1),
  redirect_uri: z.string().refine(isOnThisMachine, 'must be on this machine'),
  code_challenge: z.string().min(43),
  code_challenge_method: z.literal('S256'),
  scope: z.string().optional(),
  state: z.string().optional(),
  nonce: z.string().optional(),
});
type Asked = z.output<typeof askedSchema>;

const chosenSchema = z.union([
  z.object({ person: z.enum(PEOPLE.map(({ subject }) => subject)) }),
  z.object({
    subject: z.string().min(1),
    role: z.enum(ROLES),
    partnerId: z
      .string()
      .transform((text) => text || undefined)
      .optional(),
  }),
]);

const redemptionSchema = z.object({
  code: z.string(),
  client_id: z.string(),
  redirect_uri: z.string(),
  code_verifier: z.string(),
});

interface Issuing {
  sign: Sign;
  issuer: string;
  /** Of access tokens; an ID token is for the client. */
  audience: string;
}

/**
 * The authorization code flow with PKCE: a page to choose a person on, and the tokens for the code it leads to. A code is good
 * once, for a minute. Answers with what the token route does with a code.
 */
export function authorizeRoutes(server: FastifyInstance, { sign, issuer, audience }: Issuing) {
  const granted = new Map<string, { asked: Asked; person: Person; until: number }>();

  server.get('/authorize', async ({ query }, reply) => {
    const asked = askedSchema.safeParse(query);
    if (!asked.success) return reply.code(400).send(invalid('invalid_request', asked.error));
    return reply.type('text/html; charset=utf-8').send(authorizePage(asked.data));
  });

  server.post('/authorize', async ({ body }, reply) => {
    const asked = askedSchema.safeParse(body ?? {});
    if (!asked.success) return reply.code(400).send(invalid('invalid_request', asked.error));
    const chosen = chosenSchema.safeParse(body);
    if (!chosen.success) return reply.code(400).send(invalid('invalid_request', chosen.error));
    const { redirect_uri, state } = asked.data;
    const code = randomBytes(24).toString('base64url');
    granted.set(code, { asked: asked.data, person: personIn(chosen.data), until: Date.now() + CODE_HOLDS_MS });
    const back = new URL(redirect_uri);
    for (const [name, value] of Object.entries({ code, state, iss: issuer }))
      if (value !== undefined) back.searchParams.set(name, value);
    return reply.redirect(back.href, 303);
  });

  /** The tokens for a code, or undefined when it is good for none. */
  return async (body: unknown) => {
    const redeemed = redemptionSchema.safeParse(body);
    const grant = redeemed.success ? granted.get(redeemed.data.code) : undefined;
    if (!redeemed.success || !grant) return undefined;
    granted.delete(redeemed.data.code);
    const { asked, person, until } = grant;
    const { client_id, redirect_uri, code_verifier } = redeemed.data;
    const challenge = createHash('sha256').update(code_verifier).digest('base64url');
    const isMeant =
      client_id === asked.client_id && redirect_uri === asked.redirect_uri && challenge === asked.code_challenge;
    if (!isMeant || Date.now() > until) return undefined;
    const { subject, role, partnerId } = person;
    const terms = { subject, expiresIn: TOKENS_HOLD_S };
    return {
      access_token: await sign({ roles: [role], partnerId }, { ...terms, audience }),
      id_token: await sign({ nonce: asked.nonce }, { ...terms, audience: client_id }),
      token_type: 'Bearer',
      expires_in: TOKENS_HOLD_S,
    };
  };
}

const personIn = (chosen: z.output<typeof chosenSchema>): Person =>
  'person' in chosen ? PEOPLE.find(({ subject }) => subject === chosen.person)! : chosen;

/** An error as OAuth tells it (RFC 6749, 5.2). */
export const invalid = (error: string, { issues }: z.ZodError) => ({
  error,
  error_description: issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
});
