import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { batchListSchema, batchTimelineSchema, batchViewSchema } from '../../../contracts/batch';
import { idSchema } from '../../../contracts/common';
import { messageStatusSchema } from '../../../contracts/engagement';
import { BATCH_STAGES } from '../../../contracts/names';
import { listedPartner, visible } from '../access';
import type { ApiDependencies } from '../dependencies';
import { sendView } from '../headers';
import { problemAnswers } from '../openapi';
import { linkToNext, pageQuery } from '../pages';

const filterSchema = pageQuery.extend({ partnerId: idSchema.optional(), stage: z.enum(BATCH_STAGES).optional() });

const tags = ['batches'];
const one = z.object({ batchId: z.string() });

/** Finding and reading batches: several vouchers in one payment request. */
export const batchRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (app, { records: { batches } }) => {
  app.get(
    '/v1/batches',
    {
      schema: {
        tags,
        summary: 'Find batches, in the order of their ids',
        querystring: filterSchema,
        response: { 200: batchListSchema, ...problemAnswers },
      },
    },
    async (request, reply) => {
      const partner = listedPartner(request.principal, request.query.partnerId);
      const page = partner ? await batches.list({ ...request.query, ...partner }) : { items: [] };
      return linkToNext(reply, page).send(page);
    },
  );

  app.get(
    '/v1/batches/:batchId',
    {
      schema: {
        tags,
        summary: 'Read a batch; its ETag is its version',
        params: one,
        response: { 200: batchViewSchema, 304: z.undefined().describe('Not changed'), ...problemAnswers },
      },
    },
    async ({ principal, params: { batchId } }, reply) =>
      sendView(reply, visible(principal, await batches.view(batchId), `batch ${batchId}`)),
  );

  app.get(
    '/v1/batches/:batchId/timeline',
    {
      schema: {
        tags,
        summary: 'Everything that was recorded, version by version',
        params: one,
        response: { 200: batchTimelineSchema, ...problemAnswers },
      },
    },
    async ({ principal, params: { batchId } }) => {
      visible(principal, await batches.view(batchId), `batch ${batchId}`);
      return { items: await batches.timeline(batchId) };
    },
  );

  app.get(
    '/v1/batches/:batchId/messages/:messageId',
    {
      schema: {
        tags,
        summary: 'What became of a message; one that nobody has seen is pending',
        params: one.extend({ messageId: z.string() }),
        response: { 200: messageStatusSchema, ...problemAnswers },
      },
    },
    async ({ principal, params: { batchId, messageId } }) => {
      visible(principal, await batches.view(batchId), `batch ${batchId}`);
      return batches.messageStatus(batchId, messageId);
    },
  );
};
