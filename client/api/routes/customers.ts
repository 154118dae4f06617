import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idSchema } from '../../../contracts/common';
import { erasureSchema } from '../../../contracts/erasure';
import { engagementWorkflowId } from '../../../contracts/names';
import type { Forgettable } from '../../../records/erasure';
import { actorOf, visible } from '../access/access';
import type { ApiDependencies } from '../dependencies';
import { messageIdOf } from '../headers';
import { postHeaders } from '../contract/openapi';
import { ApiProblem, temporalAway } from '../problems/problems';

const IRREVERSIBLE = 'It cannot be undone; repeating it does no harm.';

/** What customers may ask of whoever keeps their data. */
export const customerRoutes: FastifyPluginAsyncZod<Pick<ApiDependencies, 'records' | 'engagements'>> = async (
  app,
  { records, engagements },
) => {
  const common = {
    tags: ['customers'],
    headers: postHeaders,
    body: z.strictObject({}).nullish().describe('May be left out'),
  };

  /** @throws ApiProblem 503 while Temporal does not tell */
  async function isRunning(engagementId: string): Promise<boolean> {
    const state = await engagements.stateOf(engagementId);
    if (state.kind !== 'unavailable') return state.kind === 'open';
    throw temporalAway(state.cause);
  }

  /** The engagements that were forgotten. The answer is kept nowhere, for it names them. @throws ApiProblem 409 */
  async function forget(reply: FastifyReply, named: Forgettable): Promise<string[]> {
    void reply.header('cache-control', 'no-store');
    const erased = await records.erasure.forget(named, isRunning);
    if ('open' in erased) throw stillServed('still open', erased.open);
    if ('running' in erased) throw stillServed('workflow still open', erased.running.map(engagementWorkflowId));
    return erased.forgotten;
  }

  app.post(
    '/v1/customers/:customerId/erasure',
    {
      config: { problems: ['customer-still-served'] },
      schema: {
        ...common,
        operationId: 'forgetCustomer',
        summary: 'Forget a customer: names, people, texts and files go, and the ledger stays whole',
        description: `Engagements are found by customer id or licensing id, those of today and earlier ones. All of them have to be over, and their workflows too. ${IRREVERSIBLE}`,
        params: z.object({ customerId: idSchema }),
        response: { 200: erasureSchema },
      },
    },
    async (request, reply) => {
      const { customerId } = request.params;
      messageIdOf(request.headers);
      actorOf(request);
      return { customerId, engagements: await forget(reply, { customerId }) };
    },
  );

  app.post(
    '/v1/engagements/:engagementId/erasure',
    {
      config: { problems: ['customer-still-served'] },
      schema: {
        ...common,
        operationId: 'forgetEngagement',
        summary: 'Forget the customer of one engagement, whatever its ids',
        description: `The engagement has to be over, and its workflow too. Other engagements of the customer stay as they are. ${IRREVERSIBLE}`,
        params: z.object({ engagementId: idSchema }),
        response: { 200: erasureSchema.pick({ engagements: true }) },
      },
    },
    async (request, reply) => {
      const { engagementId } = request.params;
      messageIdOf(request.headers);
      const { partnerId } = visible(
        request,
        await records.engagements.view(engagementId),
        `engagement ${engagementId}`,
      );
      actorOf(request, partnerId);
      return { engagements: await forget(reply, { engagementId }) };
    },
  );
};

const MOST_NAMED = 20;

function stillServed(why: string, ids: readonly string[]): ApiProblem {
  const more = ids.length - MOST_NAMED;
  const named = `${ids.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return new ApiProblem('customer-still-served', `${why}: ${named}`);
}
