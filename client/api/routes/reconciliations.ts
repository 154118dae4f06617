import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { reconciliationSchema, type Reconciliation } from '../../../contracts/reconciliation';
import { reconciliationIdOf, type Answered } from '../../reconciliations/client';
import type { ApiDependencies } from '../dependencies';
import { messageIdOf, prefersAsync } from '../headers';
import { messageHeaders } from '../contract/openapi';
import { ApiProblem, temporalAway } from '../problems/problems';

const POLL_AFTER_S = 1;

const tags = ['reconciliations'];

/** Comparing SAVB's books with ours, and looking after workflows. */
export const reconciliationRoutes: FastifyPluginAsyncZod<Pick<ApiDependencies, 'reconciliations'>> = async (
  app,
  { reconciliations },
) => {
  app.post(
    '/v1/reconciliations',
    {
      config: { problems: ['not-found'] },
      schema: {
        operationId: 'startReconciliation',
        tags,
        summary: "Compare SAVB's books with our records; the same key is the same reconciliation",
        headers: messageHeaders.omit({ 'if-match': true, 'on-behalf-of': true }),
        body: z.strictObject({}).nullish().describe('May be left out'),
        response: {
          200: reconciliationSchema,
          202: reconciliationSchema.describe('It takes longer: ask again at Location'),
        },
      },
    },
    async (request, reply) => {
      const key = messageIdOf(request.headers);
      const respondAsync = prefersAsync(request.headers);
      if (respondAsync) void reply.header('preference-applied', 'respond-async');
      const id = reconciliationIdOf(key);
      const reconciliation = knownOr404(await reconciliations.run(id, { wait: !respondAsync }), id);
      void reply.header('location', `/v1/reconciliations/${id}`);
      if (reconciliation.status !== 'running') return reply.code(200).send(reconciliation);
      return reply.code(202).header('retry-after', POLL_AFTER_S).send(reconciliation);
    },
  );

  app.get(
    '/v1/reconciliations/:reconciliationId',
    {
      schema: {
        operationId: 'getReconciliation',
        tags,
        summary: 'What came of a reconciliation',
        params: z.object({ reconciliationId: z.string() }),
        response: { 200: reconciliationSchema },
      },
    },
    async (request) => {
      const { reconciliationId } = request.params;
      return knownOr404(await reconciliations.find(reconciliationId), reconciliationId);
    },
  );
};

/** @throws ApiProblem */
function knownOr404(found: Answered, id: string): Reconciliation {
  switch (found.kind) {
    case 'known':
      return found.reconciliation;
    case 'unknown':
      throw new ApiProblem('not-found', `there is no reconciliation ${id}`);
    case 'unavailable':
      throw temporalAway(found.cause);
  }
}
