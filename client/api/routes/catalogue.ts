import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { catalogueSchema } from '../../../contracts/rulebook';
import type { ApiDependencies } from '../dependencies';
import { problemAnswers } from '../openapi';

/** What the programme offers by the current edition of its rules. */
export const catalogueRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (app, { rulebooks, edition }) => {
  const { id, offerings, engagementTypes, serviceLevels, competencies } = rulebooks.edition(edition);
  const catalogue = {
    rulebook: id,
    offerings,
    engagementTypes,
    serviceLevels: serviceLevels.days,
    competencies: competencies.map(({ code, name }) => ({ code, name })),
  };
  app.get(
    '/v1/catalogue',
    {
      schema: {
        tags: ['catalogue'],
        summary: 'Offerings, engagement types, service levels and competencies',
        response: { 200: catalogueSchema, ...problemAnswers },
      },
    },
    async () => catalogue,
  );
};
