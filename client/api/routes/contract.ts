import { createHash } from 'node:crypto';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { alreadyHas, etagOf } from '../headers';
import { open } from '../contract/openapi';

const KEPT_S = 5 * 60;

const PAGE = '/docs';
/** Where the contract is. */
export const CONTRACT = '/openapi.json';

/** The contract of every route: OpenAPI 3.1 at /openapi.json, and to read at /docs. */
export const contractRoutes: FastifyPluginAsync = async (app) => {
  let made: { bytes: Buffer; etag: string } | undefined;
  /** Made once, when every route is known: it is some hundred kB, and nobody has to name himself to get it. */
  const contract = () => (made ??= published(app.swagger()));

  await app.register(swaggerUi, {
    routePrefix: PAGE,
    uiConfig: { validatorUrl: null },
    staticCSP: true,
    transformStaticCSP: (policy) => policy.replace('upgrade-insecure-requests;', ''),
    uiHooks: {
      // The page asks for a copy of its own, which would be made anew for everybody.
      onRequest: ({ routeOptions: { url } }, reply, next) =>
        url === `${PAGE}/json` || url === `${PAGE}/yaml` ? void reply.redirect(CONTRACT) : next(),
    },
  });

  app.get(
    CONTRACT,
    {
      schema: {
        operationId: 'getContract',
        tags: ['about'],
        summary: 'This contract; its ETag is its content',
        ...open,
        response: {
          200: z.looseObject({ openapi: z.string() }).describe('An OpenAPI 3.1 document'),
          304: z.undefined().describe('Not changed'),
        },
      },
    },
    async ({ headers }, reply) => {
      const { bytes, etag } = contract();
      void reply.header('etag', etag).header('cache-control', `public, max-age=${KEPT_S}`);
      if (alreadyHas(headers, etag)) return reply.code(304).send();
      return reply.type('application/json; charset=utf-8').send(bytes);
    },
  );
};

function published(document: object): { bytes: Buffer; etag: string } {
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, etag: etagOf(createHash('sha256').update(bytes).digest('hex')) };
}
