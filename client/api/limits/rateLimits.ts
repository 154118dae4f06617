import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Rate } from './limits';
import { ApiProblem } from '../problems/problems';

/** Who asks these is the deployment's own: refused, it would end a process for its callers' sake. */
const PROBES: readonly (string | undefined)[] = ['/healthz', '/readyz'];

/** Counts every request to `app` but probes by its address. Goes before everything that costs anything. */
export async function limitAddresses(app: FastifyInstance, rate: Rate): Promise<void> {
  await app.register(rateLimit, { global: false });
  const count = countedBy(app, { policy: 'address', rate });
  app.addHook('onRequest', async (request, reply) => {
    if (!PROBES.includes(request.routeOptions.url)) await count(request, reply);
  });
}

/** Counts every request to `api` by its tenant, and those of staff by who they are. Goes after `authenticate`. */
export function limitTenants(api: FastifyInstance, rate: Rate): void {
  const keyGenerator = ({ principal: { tenant, subject } }: FastifyRequest) =>
    tenant === 'staff' ? `${tenant}:${subject}` : tenant;
  api.addHook('onRequest', countedBy(api, { policy: 'default', rate, keyGenerator }));
}

interface Counting {
  /** What the headers call it. */
  policy: string;
  rate: Rate;
  /** Who is counted; the address, an IPv6 network as one, unless told otherwise. */
  keyGenerator?: (request: FastifyRequest) => string;
}

/** Tells what is left in the headers of the IETF's draft-ietf-httpapi-ratelimit-headers-11, and refuses what is beyond. */
function countedBy(app: FastifyInstance, { policy, rate: { requests, windowMs }, keyGenerator }: Counting) {
  const count = app.createRateLimit({ max: requests, timeWindow: windowMs, ...(keyGenerator && { keyGenerator }) });
  const stated = `"${policy}";q=${requests};w=${Math.ceil(windowMs / 1_000)}`;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const counted = await count(request);
    if (counted.isAllowed) return;
    const { remaining, ttlInSeconds, isExceeded } = counted;
    void reply.header('ratelimit-policy', stated).header('ratelimit', `"${policy}";r=${remaining};t=${ttlInSeconds}`);
    if (!isExceeded) return;
    void reply.header('retry-after', ttlInSeconds);
    throw new ApiProblem('quota-exceeded', `more than ${requests} requests in ${Math.ceil(windowMs / 1_000)} s`);
  };
}
