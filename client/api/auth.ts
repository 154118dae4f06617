import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { ROLES, type Role } from '../../contracts/names';
import { ApiProblem } from './problems';

/** Who calls, as the token says. A partner's role without a partner is none. */
export interface Principal {
  subject: string;
  roles: Role[];
  partnerId?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
  }
}

export interface TokenRules {
  issuer: string;
  audience: string;
  /** Finds the public key a token names. */
  keys: JWTVerifyGetKey;
}

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_S = 30;

/** The roles of people who act for one partner. */
export const PARTNER_ROLES: readonly Role[] = ['globalAdmin', 'partnerAdmin', 'consultant'];

/** The issuer's published keys, fetched when first needed and again when a token names an unknown one. */
export const publishedKeys = (jwksUri: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: 3_000, cooldownDuration: 10_000 });

/** Lets only callers with a valid token reach the routes of `app`; `request.principal` tells who calls. */
export function requireToken(app: FastifyInstance, rules: TokenRules): void {
  app.decorateRequest('principal');
  app.addHook('onRequest', async (request, reply) => {
    try {
      request.principal = await principalOf(request, rules);
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
async function principalOf({ headers }: FastifyRequest, rules: TokenRules): Promise<Principal> {
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw new ApiProblem('unauthenticated', 'send Authorization: Bearer and a token');
  const { sub, roles, partnerId } = await claimsOf(token, rules);
  const partner = typeof partnerId === 'string' && partnerId !== '' ? partnerId : undefined;
  const known = ROLES.filter((role) => Array.isArray(roles) && roles.includes(role));
  return {
    subject: sub,
    roles: known.filter((role) => partner !== undefined || !PARTNER_ROLES.includes(role)),
    ...(partner !== undefined && { partnerId: partner }),
  };
}

async function claimsOf(token: string, { issuer, audience, keys }: TokenRules): Promise<JWTPayload & { sub: string }> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['exp', 'sub'],
    });
    if (typeof payload.sub === 'string' && /^[^\p{C}]{1,200}$/u.test(payload.sub))
      return { ...payload, sub: payload.sub };
  } catch (error) {
    throw tokenProblem(error);
  }
  throw new ApiProblem('unauthenticated', 'the token names no usable subject');
}

/** Only what jose says about the token itself is the caller's fault; all else is between the issuer and us. */
function tokenProblem(error: unknown): ApiProblem {
  if (error instanceof errors.JWTExpired) return new ApiProblem('unauthenticated', 'the token has expired');
  const isTokens = [
    errors.JWTClaimValidationFailed,
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ].some((kind) => error instanceof kind);
  return isTokens
    ? new ApiProblem('unauthenticated', 'the token is not valid here')
    : new ApiProblem('unavailable', 'the issuer of tokens cannot be reached at the moment', {}, { cause: error });
}
