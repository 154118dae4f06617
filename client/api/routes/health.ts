import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { ApiDependencies } from '../dependencies';
import { ApiProblem } from '../problems';

const PATIENCE_MS = 1_500;

/** Probes ask every few seconds. */
const quiet = { logLevel: 'warn', schema: { hide: true } } as const;

type Needs = Pick<ApiDependencies, 'records' | 'pingTemporal'>;

/** `/healthz`: the process lives. `/readyz`: it can do its work, for it reaches MongoDB and Temporal. */
export const healthRoutes: FastifyPluginAsyncZod<Needs> = async (app, { records, pingTemporal }) => {
  app.get('/healthz', quiet, async () => ({ status: 'ok' }));

  app.get('/readyz', quiet, async () => {
    const [mongodb, temporal] = await Promise.all([answers(records.ping()), answers(pingTemporal())]);
    if (mongodb && temporal) return { status: 'ok' };
    const silent = [...(mongodb ? [] : ['MongoDB']), ...(temporal ? [] : ['Temporal'])];
    throw new ApiProblem('unavailable', `no answer from ${silent.join(' and ')}`);
  });
};

async function answers(ping: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), PATIENCE_MS)));
  try {
    return await Promise.race([ping.then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
