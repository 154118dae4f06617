import { createHash } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idSchema, instantSchema, nameSchema, voucherIdSchema } from '../../../contracts/common';
import {
  engagementListSchema,
  engagementViewSchema,
  messageStatusSchema,
  startRequestSchema,
  timelineSchema,
} from '../../../contracts/engagement';
import { FINAL_STAGES, STAGES, START_ROLES, type Stage } from '../../../contracts/names';
import type { Refusal } from '../../../domain/refusals';
import { recordStart } from '../../../records/start';
import { recordedInput } from '../../engagements/start';
import { actorOf, listedPartner, visible } from '../access';
import type { ApiDependencies } from '../dependencies';
import { etagOf, messageIdOf, sendView } from '../headers';
import { postHeaders, problemAnswers } from '../openapi';
import { linkToNext, pageQuery } from '../pages';
import { ApiProblem, problemOf } from '../problems';

const filterSchema = pageQuery.extend({
  partnerId: idSchema.optional(),
  stage: z.enum(STAGES).optional(),
  voucherId: voucherIdSchema.optional(),
  customer: nameSchema.optional().describe("A customer's name, customer id or licensing id"),
  openTasks: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  dueBefore: instantSchema.optional().describe('Only engagements whose next deadline comes before'),
});

const tags = ['engagements'];
const one = z.object({ engagementId: z.string() });

/** Starting, finding and reading engagements. */
export const engagementRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (app, dependencies) => {
  const { records, rulebooks, engagements, edition, utcOffset } = dependencies;

  app.post(
    '/v1/engagements',
    {
      schema: {
        tags,
        summary: 'Start an engagement; a repeat is answered alike and heals a missing workflow',
        headers: postHeaders,
        body: startRequestSchema,
        response: { 200: engagementViewSchema, 201: engagementViewSchema, ...problemAnswers },
      },
    },
    async (request, reply) => {
      const messageId = messageIdOf(request.headers);
      const { engagementId = derivedId(request.body.partnerId, messageId), ...terms } = request.body;
      const startedBy = actorOf(request, START_ROLES, terms.partnerId);
      const input = { engagementId, ...terms, rulebook: rulebooks.reference(edition), utcOffset, startedBy };
      const recorded = await recordStart({ records, rulebooks }, input, new Date().toISOString());
      if ('refusal' in recorded) throw refusedStart(recorded.refusal, request.body.engagementId === undefined);
      const view = await records.engagements.view(engagementId);
      if (!view) throw new Error(`${engagementId} is recorded and has no view`);
      const isOver = (FINAL_STAGES as readonly Stage[]).includes(view.stage) && view.tasks.length === 0;
      const started = isOver ? undefined : await engagements.start(recordedInput([recorded.document]), view);
      if (started?.kind === 'unavailable') {
        const detail = `${engagementId} is recorded, but Temporal cannot be reached: repeat the request to have it run`;
        throw new ApiProblem('unavailable', detail, {}, { cause: started.cause });
      }
      return reply
        .code(recorded.created ? 201 : 200)
        .header('location', `/v1/engagements/${engagementId}`)
        .header('etag', etagOf(view.version))
        .send(view);
    },
  );

  app.get(
    '/v1/engagements',
    {
      schema: {
        tags,
        summary: 'Find engagements, in the order of their ids',
        querystring: filterSchema,
        response: { 200: engagementListSchema, ...problemAnswers },
      },
    },
    async (request, reply) => {
      const partner = listedPartner(request.principal, request.query.partnerId);
      const page = partner ? await records.engagements.list({ ...request.query, ...partner }) : { items: [] };
      return linkToNext(reply, page).send(page);
    },
  );

  app.get(
    '/v1/engagements/:engagementId',
    {
      schema: {
        tags,
        summary: 'Read an engagement; its ETag is its version',
        params: one,
        response: { 200: engagementViewSchema, 304: z.undefined().describe('Not changed'), ...problemAnswers },
      },
    },
    async ({ principal, params: { engagementId } }, reply) => {
      const view = visible(principal, await records.engagements.view(engagementId), `engagement ${engagementId}`);
      return sendView(reply, view);
    },
  );

  app.get(
    '/v1/engagements/:engagementId/timeline',
    {
      schema: {
        tags,
        summary: 'Everything that was recorded, version by version',
        params: one,
        response: { 200: timelineSchema, ...problemAnswers },
      },
    },
    async ({ principal, params: { engagementId } }) => {
      visible(principal, await records.engagements.view(engagementId), `engagement ${engagementId}`);
      return { items: await records.engagements.timeline(engagementId) };
    },
  );

  app.get(
    '/v1/engagements/:engagementId/messages/:messageId',
    {
      schema: {
        tags,
        summary: 'What became of a message; one that nobody has seen is pending',
        params: one.extend({ messageId: z.string() }),
        response: { 200: messageStatusSchema, ...problemAnswers },
      },
    },
    async ({ principal, params: { engagementId, messageId } }) => {
      visible(principal, await records.engagements.view(engagementId), `engagement ${engagementId}`);
      return records.engagements.messageStatus(engagementId, messageId);
    },
  );
};

/** Under an id made from the key, other content means that the key was used for something else. */
function refusedStart(no: Refusal, idIsDerived: boolean): ApiProblem {
  if (!idIsDerived || no.code !== 'already-done-differently') return problemOf(no);
  return new ApiProblem('idempotency-key-reused', 'this key was used to start an engagement with other content');
}

/** The id of an engagement whose starter gave none: the same for the same partner and key, so that a repeat finds it. */
const derivedId = (partnerId: string, messageId: string): string =>
  `E-${createHash('sha256').update(`${partnerId}\n${messageId}`).digest('hex').slice(0, 20)}`;
