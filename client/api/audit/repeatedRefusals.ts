import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal';

const A_MINUTE_MS = 60_000;

/** Of one caller within a minute: more than people come across, fewer than a program that tries addresses. */
const MOST_DENIED = 100;

type Count = ReturnType<FastifyInstance['createRateLimit']>;

/**
 * Tells whether a refusal is one too many of its caller within a minute to be put on record: whoever is refused a thousand
 * times a second must not have as much written. The first 401 of an address (an IPv6 network as one) is not, nor the first
 * refusal of a quota, nor the first hundred 403 and 404 of a caller who is known. Goes after `limitAddresses`.
 */
export function countRefusals(app: FastifyInstance): (request: FastifyRequest, code?: string) => Promise<boolean> {
  const counting = (max: number, keyOf?: (principal: Principal) => string): Count =>
    app.createRateLimit({
      max,
      timeWindow: A_MINUTE_MS,
      ...(keyOf && { keyGenerator: ({ principal }: FastifyRequest) => keyOf(principal) }),
    });
  const ofNobody: Record<string, Count> = { unauthenticated: counting(1), 'quota-exceeded': counting(1) };
  const ofTheGone = counting(1, () => 'gone');
  const denied = counting(MOST_DENIED, ({ tenant, subject }) => `${tenant} ${subject}`);
  const ofCallers: Record<string, Count> = {
    'quota-exceeded': counting(1, ({ tenant }) => tenant),
    forbidden: denied,
    'not-found': denied,
  };

  return async (request, code = '') => {
    const count = isKnown(request) ? ofCallers[code] : hasAddress(request) ? ofNobody[code] : ofTheGone;
    const counted = await count?.(request);
    return counted?.isAllowed === false && counted.isExceeded;
  };
}

const isKnown = ({ principal }: { principal?: Principal }): boolean => principal !== undefined;

/** A caller who has gone away leaves no address behind. */
const hasAddress = ({ ip }: { ip?: string }): boolean => ip !== undefined;
