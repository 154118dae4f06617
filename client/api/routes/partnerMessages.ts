import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { acceptedSchema } from '../../../contracts/engagement';
import type { PartnerMessageName } from '../../../contracts/names';
import { PARTNER_PUTS, PARTNER_ROUTES, partnerPayloadSchemas, partnerViewSchema } from '../../../contracts/partner';
import { messageHeaders, putHeaders } from '../contract/openapi';
import type { Say } from '../messages/say';

/** The first message gives the partner its id for good; afterwards an id of any other spelling is just not found. */
const named = z.object({ partnerId: partnerViewSchema.shape.partnerId });
const one = z.object({ partnerId: z.string() });

/** What a caller has to know of a message beyond who may send it. */
const NOTES: Partial<Record<PartnerMessageName, string>> = {
  updateMembership:
    'The first one registers the partner. A registration that is accepted with 202 and refused afterwards, such as for an MPN id of another partner, leaves no record: its message stays pending. Put it again without respond-async, and the refusal is the answer.',
};

/** Steps 1 to 3 of the programme: one route per message; the body is the message's payload. */
export const partnerMessageRoutes: FastifyPluginAsyncZod<{ say: Say<PartnerMessageName> }> = async (app, { say }) => {
  for (const name of Object.keys(PARTNER_ROUTES) as (keyof typeof PARTNER_ROUTES)[]) {
    const route = PARTNER_ROUTES[name];
    const isPut = PARTNER_PUTS.includes(name);
    app.route({
      method: isPut ? 'PUT' : 'POST',
      url: `/v1/partners/:partnerId${route && `/${route}`}`,
      config: { keyHeldBy: 'record' },
      schema: {
        operationId: name,
        tags: ['partners'],
        summary: name,
        description: NOTES[name],
        headers: isPut ? putHeaders : messageHeaders,
        params: name === 'updateMembership' ? named : one,
        body: partnerPayloadSchemas[name],
        response: { 200: partnerViewSchema, 202: acceptedSchema },
      },
      handler: async (request, reply) => {
        await say(request, reply, { id: request.params.partnerId, name, payload: request.body });
        return reply;
      },
    });
  }
};
