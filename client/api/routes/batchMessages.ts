import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { BATCH_ROUTES, batchPayloadSchemas, batchViewSchema } from '../../../contracts/batch';
import { acceptedSchema } from '../../../contracts/engagement';
import type { BatchMessageName } from '../../../contracts/names';
import { messageHeaders } from '../contract/openapi';
import { MESSAGE_ROUTES } from '../../../contracts/messages';
import type { Say } from '../messages/say';

/** One route per message to a batch; the body is the message's payload. */
export const batchMessageRoutes: FastifyPluginAsyncZod<{ say: Say<BatchMessageName> }> = async (app, { say }) => {
  for (const name of Object.keys(BATCH_ROUTES) as (keyof typeof BATCH_ROUTES)[])
    app.post(
      `/v1/batches/:batchId/${BATCH_ROUTES[name]}`,
      {
        config: { keyHeldBy: 'record' },
        schema: {
          operationId: name in MESSAGE_ROUTES ? `${name}OfBatch` : name,
          tags: ['batches'],
          summary: name,
          headers: messageHeaders,
          params: z.object({ batchId: z.string() }),
          body: batchPayloadSchemas[name],
          response: { 200: batchViewSchema, 202: acceptedSchema },
        },
      },
      async (request, reply) => {
        await say(request, reply, { id: request.params.batchId, name, payload: request.body });
        return reply;
      },
    );
};
