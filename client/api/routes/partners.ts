import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { messageStatusSchema } from '../../../contracts/engagement';
import { partnerTimelineSchema, partnerViewSchema } from '../../../contracts/partner';
import { seesEveryPartner, visible } from '../access';
import type { ApiDependencies } from '../dependencies';
import { sendView } from '../headers';
import { problemAnswers } from '../openapi';

const tags = ['partners'];
const one = z.object({ partnerId: z.string() });

/** Reading partners. */
export const partnerRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (app, { records: { partners } }) => {
  app.get(
    '/v1/partners/:partnerId',
    {
      schema: {
        tags,
        summary: 'Read a partner; its ETag is its version',
        params: one,
        response: { 200: partnerViewSchema, 304: z.undefined().describe('Not changed'), ...problemAnswers },
      },
    },
    async ({ principal, params: { partnerId } }, reply) =>
      sendView(reply, visible(principal, await partners.view(partnerId), `partner ${partnerId}`)),
  );

  app.get(
    '/v1/partners/:partnerId/timeline',
    {
      schema: {
        tags,
        summary: 'Everything that was recorded, version by version',
        params: one,
        response: { 200: partnerTimelineSchema, ...problemAnswers },
      },
    },
    async ({ principal, params: { partnerId } }) => {
      visible(principal, await partners.view(partnerId), `partner ${partnerId}`);
      return { items: await partners.timeline(partnerId) };
    },
  );

  app.get(
    '/v1/partners/:partnerId/messages/:messageId',
    {
      schema: {
        tags,
        summary: 'What became of a message; one that nobody has seen is pending',
        params: one.extend({ messageId: z.string() }),
        response: { 200: messageStatusSchema, ...problemAnswers },
      },
    },
    async ({ principal, params: { partnerId, messageId } }) => {
      // The message that begins a partner is accepted before there is anything to see.
      if (!seesEveryPartner(principal)) visible(principal, await partners.view(partnerId), `partner ${partnerId}`);
      return partners.messageStatus(partnerId, messageId);
    },
  );
};
