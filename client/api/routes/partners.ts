import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { nameSchema } from '../../../contracts/common';
import { messageStatusSchema } from '../../../contracts/engagement';
import { partnerListSchema, partnerTimelineSchema, partnerViewSchema } from '../../../contracts/partner';
import { listedPartner, seesEveryPartner, visible } from '../access/access';
import type { ApiDependencies } from '../dependencies';
import { sendView } from '../headers';
import { statusOfMessage, withKeys } from '../messages/messageIds';
import { linkToNext, pageQuery } from '../pages';

const filterSchema = pageQuery.extend({
  name: nameSchema.optional().describe("What a partner's name, id or MPN id begins with"),
});

const tags = ['partners'];
const one = z.object({ partnerId: z.string() });

/** Finding and reading partners. */
export const partnerRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (app, { records: { partners } }) => {
  app.get(
    '/v1/partners',
    {
      schema: {
        operationId: 'listPartners',
        tags,
        summary: 'Find partners, in the order of their ids',
        querystring: filterSchema,
        response: { 200: partnerListSchema },
      },
    },
    async (request, reply) => {
      const page = await partners.list({ ...request.query, ...listedPartner(request, undefined) });
      return linkToNext(reply, page).send(page);
    },
  );

  app.get(
    '/v1/partners/:partnerId',
    {
      schema: {
        operationId: 'getPartner',
        tags,
        summary: 'Read a partner; its ETag is its version',
        params: one,
        response: { 200: partnerViewSchema, 304: z.undefined().describe('Not changed') },
      },
    },
    async (request, reply) => {
      const { partnerId } = request.params;
      return sendView(reply, visible(request, await partners.view(partnerId), `partner ${partnerId}`));
    },
  );

  app.get(
    '/v1/partners/:partnerId/timeline',
    {
      schema: {
        operationId: 'getPartnerTimeline',
        tags,
        summary: 'Everything that was recorded, version by version',
        params: one,
        response: { 200: partnerTimelineSchema },
      },
    },
    async (request) => {
      const { partnerId } = request.params;
      visible(request, await partners.view(partnerId), `partner ${partnerId}`);
      return { items: withKeys(await partners.timeline(partnerId)) };
    },
  );

  app.get(
    '/v1/partners/:partnerId/messages/:messageId',
    {
      schema: {
        operationId: 'getPartnerMessage',
        tags,
        summary: 'What became of a message; one that nobody has seen is pending',
        params: one.extend({ messageId: z.string() }),
        response: { 200: messageStatusSchema },
      },
    },
    async (request) => {
      const { partnerId, messageId: key } = request.params;
      // The message that begins a partner is accepted before there is anything to see.
      if (!seesEveryPartner(request.principal))
        visible(request, await partners.view(partnerId), `partner ${partnerId}`);
      return statusOfMessage(partners, request.principal, { id: partnerId, partnerId, key });
    },
  );
};
