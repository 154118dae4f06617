import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { checklistSchema } from '../../../contracts/partner';
import { dayOf } from '../../../domain/days';
import { checklistOf } from '../../../domain/partner/checklist';
import { visible } from '../access/access';
import type { ApiDependencies } from '../dependencies';
import { ApiProblem } from '../problems/problems';

/** Where a partner stands with what the programme asks, by the current edition of its rules. */
export const checklistRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (
  app,
  { records, rulebooks, edition, utcOffset },
) => {
  const rulebook = rulebooks.edition(edition);
  const { offerings, engagementTypes } = rulebook;

  app.get(
    '/v1/partners/:partnerId/checklist',
    {
      schema: {
        operationId: 'getPartnerChecklist',
        tags: ['partners'],
        summary: 'What the programme asks for each engagement type: met, or what to do next',
        params: z.object({ partnerId: z.string() }),
        querystring: z.strictObject({ offering: z.string().optional(), engagementType: z.string().optional() }),
        response: { 200: checklistSchema },
      },
    },
    async (request) => {
      const {
        params: { partnerId },
        query,
      } = request;
      const partner = visible(request, await records.partners.view(partnerId), `partner ${partnerId}`);
      const isAsked = (row: { offering: string }) => (query.offering ?? row.offering) === row.offering;
      refuseUnknown('offering', query.offering, offerings);
      refuseUnknown('engagementType', query.engagementType, engagementTypes.filter(isAsked));
      const items = checklistOf(partner, rulebook, dayOf(new Date().toISOString(), utcOffset));
      return {
        items: items
          .filter(isAsked)
          .filter(({ engagementType }) => (query.engagementType ?? engagementType) === engagementType),
      };
    },
  );
};

/** @throws ApiProblem 400 that names what there is */
function refuseUnknown(field: string, asked: string | undefined, known: readonly { code: string }[]): void {
  if (asked === undefined || known.some(({ code }) => code === asked)) return;
  const message = `one of ${known.map(({ code }) => code).join(', ')}`;
  throw new ApiProblem('malformed-request', `${field}: ${message}`, { errors: [{ pointer: `/${field}`, message }] });
}
