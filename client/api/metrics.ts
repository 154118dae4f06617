import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { PROBLEMS, type ProblemCode } from './problems/problems';

/** What this process measures; `docs/observability.md` lists it. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });
const registers = [registry];

const duration = new Histogram({
  name: 'api_request_duration_seconds',
  help: 'Time from the first byte of a request to the last of its answer, by route and status',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  registers,
});

const problems = new Counter({
  name: 'api_problems_total',
  help: 'Answers that were a no, by the code of the problem',
  labelNames: ['code'] as const,
  registers,
});
for (const code of Object.keys(PROBLEMS)) problems.inc({ code }, 0);

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it was answered with a no. */
    problem: ProblemCode | undefined;
  }
}

/** Counts and times every request by its route, never by its path: the number of series stays bounded. */
export function measureRequests(app: FastifyInstance): void {
  app.decorateRequest('problem', undefined);
  app.addHook('onResponse', async ({ method, routeOptions, problem }, { statusCode, elapsedTime }) => {
    duration.observe({ method, route: routeOptions.url ?? 'none', status: statusCode }, elapsedTime / 1_000);
    if (problem) problems.inc({ code: problem });
  });
}

/** Brings up to date what is only known when asked for; what goes wrong is said to `log`. */
export type Refresh = (log: Pick<FastifyBaseLogger, 'warn'>) => Promise<void>;

/** `GET /metrics`, for Prometheus; to be kept off the public port. */
export async function metricsRoutes(app: FastifyInstance, { refresh }: { refresh: Refresh }): Promise<void> {
  app.get('/metrics', { schema: { hide: true } }, async ({ log }, reply) => {
    await refresh(log);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
