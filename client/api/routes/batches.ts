import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { batchListSchema, batchTimelineSchema, batchViewSchema } from '../../../contracts/batch';
import { idSchema } from '../../../contracts/common';
import { messageStatusSchema } from '../../../contracts/engagement';
import { BATCH_STAGES } from '../../../contracts/names';
import { listedPartner, visible } from '../access/access';
import type { ApiDependencies } from '../dependencies';
import { sendView } from '../headers';
import { statusOfMessage, withKeys } from '../messages/messageIds';
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
        operationId: 'listBatches',
        tags,
        summary: 'Find batches, in the order of their ids',
        querystring: filterSchema,
        response: { 200: batchListSchema },
      },
    },
    async (request, reply) => {
      const partner = listedPartner(request, request.query.partnerId);
      const page = partner ? await batches.list({ ...request.query, ...partner }) : { items: [] };
      return linkToNext(reply, page).send(page);
    },
  );

  app.get(
    '/v1/batches/:batchId',
    {
      schema: {
        operationId: 'getBatch',
        tags,
        summary: 'Read a batch; its ETag is its version',
        params: one,
        response: { 200: batchViewSchema, 304: z.undefined().describe('Not changed') },
      },
    },
    async (request, reply) => {
      const { batchId } = request.params;
      return sendView(reply, visible(request, await batches.view(batchId), `batch ${batchId}`));
    },
  );

  app.get(
    '/v1/batches/:batchId/timeline',
    {
      schema: {
        operationId: 'getBatchTimeline',
        tags,
        summary: 'Everything that was recorded, version by version',
        params: one,
        response: { 200: batchTimelineSchema },
      },
    },
    async (request) => {
      const { batchId } = request.params;
      visible(request, await batches.view(batchId), `batch ${batchId}`);
      return { items: withKeys(await batches.timeline(batchId)) };
    },
  );

  app.get(
    '/v1/batches/:batchId/messages/:messageId',
    {
      schema: {
        operationId: 'getBatchMessage',
        tags,
        summary: 'What became of a message; one that nobody has seen is pending',
        params: one.extend({ messageId: z.string() }),
        response: { 200: messageStatusSchema },
      },
    },
    async (request) => {
      const { batchId, messageId: key } = request.params;
      const { partnerId } = visible(request, await batches.view(batchId), `batch ${batchId}`);
      return statusOfMessage(batches, request.principal, { id: batchId, partnerId, key });
    },
  );
};
