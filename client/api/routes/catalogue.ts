import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { catalogueSchema } from '../../../contracts/rulebook';
import { catalogueOf } from '../../../domain/rulebook/rulebook';
import type { ApiDependencies } from '../dependencies';

/** What the programme offers by the current edition of its rules. */
export const catalogueRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (app, { rulebooks, edition }) => {
  const catalogue = catalogueOf(rulebooks.edition(edition));
  app.get(
    '/v1/catalogue',
    {
      schema: {
        operationId: 'getCatalogue',
        tags: ['catalogue'],
        summary: 'Offerings, engagement types, service levels and competencies',
        response: { 200: catalogueSchema },
      },
    },
    async () => catalogue,
  );
};
