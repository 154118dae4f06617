import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { missingParts, type Parts } from '../../../telemetry/parts';
import type { ApiDependencies } from '../dependencies';
import { open } from '../contract/openapi';
import { ApiProblem } from '../problems/problems';

const answer = z.strictObject({ status: z.literal('ok') });

/** Probes ask every few seconds, and bear no token. */
const probe = (operationId: string, summary: string) =>
  ({
    logLevel: 'warn',
    schema: { operationId, tags: ['about'], summary, ...open, response: { 200: answer } },
  }) as const;

type Needs = Pick<ApiDependencies, 'records' | 'pingTemporal'>;

/** What the API cannot do its work without. */
export const needsOf = ({ records, pingTemporal }: Needs): Parts => ({
  MongoDB: () => records.ping(),
  Temporal: pingTemporal,
});

/** `/healthz`: the process lives. `/readyz`: it can do its work, for it reaches MongoDB and Temporal. */
export const healthRoutes: FastifyPluginAsyncZod<Needs> = async (app, needs) => {
  app.get('/healthz', probe('getHealth', 'The process lives'), async () => ({ status: 'ok' as const }));

  app.get('/readyz', probe('getReadiness', 'It reaches what it needs to do its work'), async () => {
    const missing = await missingParts(needsOf(needs));
    if (missing.length === 0) return { status: 'ok' as const };
    throw new ApiProblem('unavailable', `no answer from ${missing.join(' and ')}`);
  });
};
