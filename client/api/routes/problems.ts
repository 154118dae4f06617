import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { open } from '../contract/openapi';
import { ApiProblem, PROBLEMS, type ProblemCode } from '../problems/problems';

const pageSchema = z.strictObject({
  code: z.string(),
  status: z.int(),
  title: z.string(),
  rule: z.string(),
  source: z.string(),
  nextStep: z.string(),
});
type Page = z.infer<typeof pageSchema>;

/** The page each problem's `type` leads to: for people, and as JSON for programs. */
export const problemRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/problems/:code',
    {
      schema: {
        operationId: 'getProblem',
        tags: ['about'],
        summary: 'What a problem means and what to do about it',
        ...open,
        params: z.object({ code: z.string() }),
        response: {
          200: {
            description: 'The explanation',
            content: { 'application/json': { schema: pageSchema }, 'text/html': { schema: z.string() } },
          },
        },
      },
    },
    async ({ params: { code }, headers: { accept = '' } }, reply) => {
      if (!isCode(code)) throw new ApiProblem('not-found', `no problem is called ${code}`);
      const page = { code, ...PROBLEMS[code] };
      return accept.includes('application/json') ? page : reply.type('text/html; charset=utf-8').send(htmlOf(page));
    },
  );
};

const isCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

const htmlOf = ({ code, status, title, rule, source, nextStep }: Page): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · ${code}</title>
<style>body { font: 1rem/1.5 system-ui; max-width: 40rem; margin: 3rem auto; padding: 0 1rem } dt { font-weight: 600 }</style>
<h1>${title}</h1>
<dl>
<dt>Code</dt><dd><code>${code}</code>, HTTP status ${status}</dd>
<dt>Rule</dt><dd>${rule}</dd>
<dt>Source</dt><dd>${source}</dd>
<dt>What to do</dt><dd>${nextStep}</dd>
</dl>
`;
