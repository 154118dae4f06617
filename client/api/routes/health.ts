import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApiDependencies } from '../dependencies';
import { open } from '../contract/openapi';
import { ApiProblem } from '../problems/problems';

const PATIENCE_MS = 1_500;

const answer = z.strictObject({ status: z.literal('ok') });

/** Probes ask every few seconds, and bear no token. */
const probe = (operationId: string, summary: string) =>
  ({
    logLevel: 'warn',
    schema: { operationId, tags: ['about'], summary, ...open, response: { 200: answer } },
  }) as const;

type Needs = Pick<ApiDependencies, 'records' | 'pingTemporal'>;

/** `/healthz`: the process lives. `/readyz`: it can do its work, for it reaches MongoDB and Temporal. */
export const healthRoutes: FastifyPluginAsyncZod<Needs> = async (app, { records, pingTemporal }) => {
  app.get('/healthz', probe('getHealth', 'The process lives'), async () => ({ status: 'ok' as const }));

  app.get('/readyz', probe('getReadiness', 'It reaches what it needs to do its work'), async () => {
    const [mongodb, temporal] = await Promise.all([answers(records.ping()), answers(pingTemporal())]);
    if (mongodb && temporal) return { status: 'ok' as const };
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
