import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
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
import { isFinalStage, STAGES, startMessageId } from '../../../contracts/names';
import { ENGAGEMENT_REFUSALS } from '../../../domain/refusalsByMessage';
import type { Refusal } from '../../../domain/refusals';
import { recordStart, type StartOutcome } from '../../../records/start';
import { recordedInput } from '../../engagements/start';
import { actorOf, listedPartner, sees, visible } from '../access/access';
import type { ApiDependencies } from '../dependencies';
import { messageIdOf, sendView, staleness, viewTagOf } from '../headers';
import { holdKey } from '../messages/idempotency';
import { idOnRecord, statusOfMessage, withKeys } from '../messages/messageIds';
import { messageHeaders } from '../contract/openapi';
import { linkToNext, pageQuery } from '../pages';
import { ApiProblem, problemOf } from '../problems/problems';

const filterSchema = pageQuery.extend({
  partnerId: idSchema.optional(),
  stage: z.enum(STAGES).optional(),
  over: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('Only engagements in a final stage, or only the others'),
  voucherId: voucherIdSchema.optional(),
  customer: nameSchema.optional().describe("What a customer's name, customer id or licensing id begins with"),
  openTasks: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  dueBefore: instantSchema.optional().describe('Only engagements whose next deadline comes before'),
  order: z
    .enum(['id', 'deadline'])
    .optional()
    .describe(
      'By id, unless asked for otherwise; by deadline, those without one come last. A cursor holds for its order',
    ),
});

const tags = ['engagements'];
const one = z.object({ engagementId: z.string() });

/** Starting, finding and reading engagements. */
export const engagementRoutes: FastifyPluginAsyncZod<ApiDependencies> = async (app, dependencies) => {
  const { records, rulebooks, engagements, edition, utcOffset } = dependencies;

  app.post(
    '/v1/engagements',
    {
      config: {
        problems: [...ENGAGEMENT_REFUSALS.startEngagement, 'id-not-available', 'not-found', 'precondition-failed'],
        // Contents with different ids are on different records.
        keyHeldBy: 'handler',
      },
      schema: {
        operationId: 'startEngagement',
        tags,
        summary: 'Start an engagement; a repeat is answered alike and heals a missing workflow',
        headers: messageHeaders.omit({ prefer: true }),
        body: startRequestSchema,
        response: { 200: engagementViewSchema, 201: engagementViewSchema },
      },
    },
    async (request, reply) => {
      const messageId = idOnRecord(request.principal, messageIdOf(request.headers));
      const { engagementId = derivedId(request.body.partnerId, messageId), ...terms } = request.body;
      const startedBy = actorOf(request, terms.partnerId);
      if (request.headers['if-match'] !== undefined) await holdToVersion(request, engagementId);
      const input = { engagementId, ...terms, rulebook: rulebooks.reference(edition), utcOffset, startedBy };
      const giveBackKey = await holdKey(records.answers, request);
      const recorded = await recordStart({ records, rulebooks }, input, new Date().toISOString());
      const view = await records.engagements.view(engagementId);
      if (isTaken(recorded) && !sees(request.principal, view?.partnerId)) {
        await giveBackKey();
        throw new ApiProblem('id-not-available', `${engagementId} cannot be the id of a new engagement`);
      }
      if ('refusal' in recorded) {
        await giveBackKey();
        throw refusedStart(recorded.refusal, request.body.engagementId === undefined);
      }
      if (!view) throw new Error(`${engagementId} is recorded and has no view`);
      request.about = { what: 'engagement', id: engagementId, messageId: startMessageId(engagementId) };
      const isOver = isFinalStage(view.stage) && view.tasks.length === 0;
      const started = isOver ? undefined : await engagements.start(recordedInput([recorded.document]), view);
      if (started?.kind === 'unavailable') {
        const detail = `${engagementId} is recorded, but Temporal cannot be reached: repeat the request to have it run`;
        throw new ApiProblem('unavailable', detail, {}, { cause: started.cause });
      }
      return reply
        .code(recorded.created ? 201 : 200)
        .header('location', `/v1/engagements/${engagementId}`)
        .header('etag', viewTagOf(view))
        .send(view);
    },
  );

  /** @throws ApiProblem 412, or 404 when there is none or it is somebody else's */
  async function holdToVersion(request: FastifyRequest, engagementId: string): Promise<void> {
    const view = visible(request, await records.engagements.view(engagementId), `engagement ${engagementId}`);
    const stale = staleness(request.headers, 'engagement', viewTagOf(view));
    if (stale) throw stale;
  }

  app.get(
    '/v1/engagements',
    {
      schema: {
        operationId: 'listEngagements',
        tags,
        summary: 'Find engagements, in the order of their ids or the nearest deadline first',
        querystring: filterSchema,
        response: { 200: engagementListSchema },
      },
    },
    async (request, reply) => {
      const partner = listedPartner(request, request.query.partnerId);
      const page = partner ? await records.engagements.list({ ...request.query, ...partner }) : { items: [] };
      return linkToNext(reply, page).send(page);
    },
  );

  app.get(
    '/v1/engagements/:engagementId',
    {
      schema: {
        operationId: 'getEngagement',
        tags,
        summary: 'Read an engagement; its ETag is its version',
        params: one,
        response: { 200: engagementViewSchema, 304: z.undefined().describe('Not changed') },
      },
    },
    async (request, reply) => {
      const { engagementId } = request.params;
      const view = visible(request, await records.engagements.view(engagementId), `engagement ${engagementId}`);
      return sendView(reply, view);
    },
  );

  app.get(
    '/v1/engagements/:engagementId/timeline',
    {
      schema: {
        operationId: 'getEngagementTimeline',
        tags,
        summary: 'Everything that was recorded, version by version',
        params: one,
        response: { 200: timelineSchema },
      },
    },
    async (request) => {
      const { engagementId } = request.params;
      visible(request, await records.engagements.view(engagementId), `engagement ${engagementId}`);
      return { items: withKeys(await records.engagements.timeline(engagementId)) };
    },
  );

  app.get(
    '/v1/engagements/:engagementId/messages/:messageId',
    {
      schema: {
        operationId: 'getEngagementMessage',
        tags,
        summary: 'What became of a message; one that nobody has seen is pending',
        params: one.extend({ messageId: z.string() }),
        response: { 200: messageStatusSchema },
      },
    },
    async (request) => {
      const { engagementId, messageId: key } = request.params;
      const view = visible(request, await records.engagements.view(engagementId), `engagement ${engagementId}`);
      const asked = { id: engagementId, partnerId: view.partnerId, key };
      return statusOfMessage(records.engagements, request.principal, asked);
    },
  );
};

/** There was an engagement under the id, with this content or other. */
const isTaken = (start: StartOutcome): boolean =>
  'refusal' in start ? start.refusal.code === 'already-done-differently' : !start.created;

/** Under an id made from the key, other content means that the key was used for something else. */
function refusedStart(no: Refusal, idIsDerived: boolean): ApiProblem {
  if (!idIsDerived || no.code !== 'already-done-differently') return problemOf(no);
  return new ApiProblem('idempotency-key-reused', 'this key was used to start an engagement with other content');
}

/** The id of an engagement whose starter gave none: the same for the same partner and key, so that a repeat finds it. */
const derivedId = (partnerId: string, messageId: string): string =>
  `E-${createHash('sha256').update(`${partnerId}\n${messageId}`).digest('hex').slice(0, 20)}`;
