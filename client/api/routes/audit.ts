import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { auditListSchema } from '../../../contracts/audit';
import { nameSchema } from '../../../contracts/common';
import type { ApiDependencies } from '../dependencies';
import { linkToNext, pageQuery } from '../pages';

/** Whoever checks the chain reads all of it, and entries are small. */
const MOST_ENTRIES = 1_000;

const querySchema = pageQuery.extend({
  limit: z.coerce.number().int().min(1).max(MOST_ENTRIES).default(100),
  order: z.enum(['oldest', 'newest']).default('oldest').describe('Which entries come first'),
  about: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('An engagement, a partner, a task, a customer: whatever the address named'),
  subject: nameSchema.optional(),
  tenant: nameSchema.optional().describe('partner:{partnerId}, staff or nobody'),
  code: nameSchema.optional().describe("A problem's code"),
});

/** Reading the audit. */
export const auditRoutes: FastifyPluginAsyncZod<Pick<ApiDependencies, 'records'>> = async (
  app,
  { records: { audit } },
) => {
  app.get(
    '/v1/audit',
    {
      schema: {
        operationId: 'listAudit',
        tags: ['audit'],
        summary: 'Who asked what, and what came of it: a chain in which every entry holds the hash of the one before',
        querystring: querySchema,
        response: { 200: auditListSchema },
      },
    },
    async (request, reply) => {
      const page = await audit.list(request.query);
      return linkToNext(reply, page).send(page);
    },
  );
};
