import type { IncomingHttpHeaders } from 'node:http';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwksCache,
  jwtVerify,
  type ExportedJWKSCache,
  type JWKSCacheInput,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { idSchema } from '../../../contracts/common';
import { isPartnerRole, ROLES } from '../../../contracts/names';
import { tenantOf, type Principal } from './principal';
import { ApiProblem } from '../problems/problems';

export interface TokenRules {
  issuer: string;
  audience: string;
  /** Finds the public key a token names. */
  keys: JWTVerifyGetKey;
}

/** What the log says while the issuer's keys cannot be fetched. */
export const ISSUER_AWAY = 'the keys of the issuer of tokens cannot be fetched; the last ones hold for 24 hours';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_S = 30;

/** An access token says so (RFC 9068), or is a plain JWT; those an issuer makes for other ends name their own type. */
const TYPES: readonly unknown[] = [undefined, 'JWT', 'at+jwt', 'application/at+jwt'];

/** Claims of ID tokens and logout tokens alone (OpenID Connect Core 3.1.3.6, Back-Channel Logout 2.4). */
const OTHER_TOKENS_CLAIMS = ['nonce', 'at_hash', 'c_hash', 'events'];

/** While the issuer does not answer, its last keys hold so long: then a key it has withdrawn meanwhile must end. */
const LAST_KEYS_HOLD_MS = 24 * 60 * 60 * 1_000;
/** Between two attempts to fetch keys. */
const COOLDOWN_MS = 10_000;

/** What is said of a token by keys that were had. */
const ABOUT_TOKEN = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/**
 * The issuer's published keys: fetched when first needed, every ten minutes, and when a token names an unknown one. While they
 * cannot be fetched the last ones hold, for 24 hours since they were; `tell` is told why, every ten seconds at most.
 */
export function publishedKeys(jwksUri: string, tell: (why: unknown) => void): JWTVerifyGetKey {
  const fetched: JWKSCacheInput = {};
  const remote = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: 3_000,
    cooldownDuration: COOLDOWN_MS,
    [jwksCache]: fetched,
  });
  let away = { since: Number.NEGATIVE_INFINITY, why: undefined as unknown };

  /** @throws why there are none that still hold */
  async function lastKey(
    ...[header, token]: Parameters<JWTVerifyGetKey>
  ): Promise<Awaited<ReturnType<JWTVerifyGetKey>>> {
    const { jwks, uat } = fetched as Partial<ExportedJWKSCache>;
    if (!jwks || uat === undefined || Date.now() >= uat + LAST_KEYS_HOLD_MS) throw away.why;
    try {
      return await createLocalJWKSet(jwks)(header, token);
    } catch (error) {
      // A key we do not know may be a new one.
      throw error instanceof errors.JWKSNoMatchingKey ? away.why : error;
    }
  }

  return async (header, token) => {
    if (Date.now() < away.since + COOLDOWN_MS) return lastKey(header, token);
    try {
      return await remote(header, token);
    } catch (error) {
      if (ABOUT_TOKEN.some((kind) => error instanceof kind)) throw error;
      if (Date.now() >= away.since + COOLDOWN_MS) tell(error);
      away = { since: Date.now(), why: error };
      return lastKey(header, token);
    }
  };
}

/** What stands in Authorization as a bearer's (RFC 6750). */
export const bearerIn = ({ authorization }: IncomingHttpHeaders): string | undefined =>
  /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];

/** Who calls with a token. @throws ApiProblem 401, or 503 when the issuer's keys cannot be had */
export async function principalOfToken(token: string, rules: TokenRules): Promise<Principal> {
  const { sub, roles, partnerId } = await claimsOf(token, rules);
  const partner = idSchema.safeParse(partnerId).data;
  const known = ROLES.filter((role) => Array.isArray(roles) && roles.includes(role));
  const counted = known.filter((role) => partner !== undefined || !isPartnerRole(role));
  return {
    subject: sub,
    roles: counted,
    ...(partner !== undefined && { partnerId: partner }),
    tenant: tenantOf(counted, partner),
    via: 'token',
  };
}

type Claims = JWTPayload & { sub: string };

/** What was found valid by which rules, and until when that is taken as it is: milliseconds since 1970. */
const found = new WeakMap<TokenRules, Map<string, { claims: Claims; until: number }>>();

/** A caller's next request comes at once; a key that was withdrawn is withdrawn in ten minutes anyway. */
const FOUND_HOLDS_MS = 5_000;
const MOST_FOUND = 1_000;

/** @throws ApiProblem */
async function claimsOf(token: string, rules: TokenRules): Promise<Claims> {
  const known = found.get(rules) ?? new Map<string, { claims: Claims; until: number }>();
  const before = known.get(token);
  if (before && Date.now() < before.until) return before.claims;
  const claims = await verifiedClaims(token, rules);
  if (known.size >= MOST_FOUND) known.clear();
  const endsAt = ((claims.exp ?? 0) + CLOCK_TOLERANCE_S) * 1_000;
  found.set(rules, known.set(token, { claims, until: Math.min(Date.now() + FOUND_HOLDS_MS, endsAt) }));
  return claims;
}

async function verifiedClaims(token: string, { issuer, audience, keys }: TokenRules): Promise<Claims> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['exp', 'sub'],
    });
    if (!TYPES.includes(protectedHeader.typ) || OTHER_TOKENS_CLAIMS.some((claim) => claim in payload))
      throw new ApiProblem('unauthenticated', 'this is no access token');
    if (typeof payload.sub === 'string' && /^[^\p{C}]{1,200}$/u.test(payload.sub))
      return { ...payload, sub: payload.sub };
  } catch (error) {
    throw error instanceof ApiProblem ? error : tokenProblem(error);
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
