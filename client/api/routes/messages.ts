import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { acceptedSchema, engagementViewSchema } from '../../../contracts/engagement';
import { MESSAGE_ROUTES, payloadSchemas } from '../../../contracts/messages';
import type { EngagementMessageName } from '../../../contracts/names';
import { messageHeaders } from '../contract/openapi';
import type { Say } from '../messages/say';

/** One route per message; the body is the message's payload. */
export const messageRoutes: FastifyPluginAsyncZod<{ say: Say<EngagementMessageName> }> = async (app, { say }) => {
  for (const name of Object.keys(MESSAGE_ROUTES) as (keyof typeof MESSAGE_ROUTES)[])
    app.post(
      `/v1/engagements/:engagementId/${MESSAGE_ROUTES[name]}`,
      {
        config: { keyHeldBy: 'record' },
        schema: {
          operationId: name,
          tags: ['messages'],
          summary: name,
          headers: messageHeaders,
          params: z.object({ engagementId: z.string() }),
          body: payloadSchemas[name],
          response: { 200: engagementViewSchema, 202: acceptedSchema },
        },
      },
      async (request, reply) => {
        await say(request, reply, { id: request.params.engagementId, name, payload: request.body });
        return reply;
      },
    );
};
