import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { batchViewSchema } from '../../../contracts/batch';
import { idSchema, instantSchema, nameSchema } from '../../../contracts/common';
import { acceptedSchema, engagementViewSchema } from '../../../contracts/engagement';
import {
  RECONCILIATION_TASK,
  ROLES,
  TASK_KINDS,
  type BatchMessageName,
  type EngagementMessageName,
  type PartnerMessageName,
} from '../../../contracts/names';
import { partnerViewSchema } from '../../../contracts/partner';
import { taskClaimSchema, taskListSchema, taskResolutionSchema, taskSchema } from '../../../contracts/tasks';
import { listedPartner, visible } from '../access/access';
import type { ApiDependencies } from '../dependencies';
import { messageHeaders } from '../contract/openapi';
import { linkToNext, pageQuery } from '../pages';
import { ApiProblem } from '../problems/problems';
import type { Say } from '../messages/say';
import { sayAboutDifference } from '../messages/sayAboutDifference';

const filterSchema = pageQuery.extend({
  status: taskSchema.shape.status.optional(),
  partnerId: idSchema.optional(),
  kind: z.enum(TASK_KINDS).optional(),
  role: z.enum(ROLES).optional(),
  claimedBy: nameSchema.optional().describe('Whose they are, by the subject of his token'),
  dueBefore: instantSchema.optional().describe('Only tasks that are due before'),
  order: z
    .enum(['id', 'due'])
    .optional()
    .describe(
      'By id, unless asked for otherwise; by due, those without a date come last. A cursor holds for its order',
    ),
});

const ACTIONS = [
  { path: 'resolution', name: 'resolveTask', body: taskResolutionSchema, summary: 'Resolve a task in one of its ways' },
  { path: 'claim', name: 'claimTask', body: taskClaimSchema, summary: 'Take a task on' },
  { path: 'release', name: 'releaseTask', body: taskClaimSchema, summary: 'Give a task back' },
] as const;

interface Saying {
  say: Say<EngagementMessageName>;
  sayToPartner: Say<PartnerMessageName>;
  sayToBatch: Say<BatchMessageName>;
}

const tags = ['tasks'];

/** What waits for a person, and what the person does about it. */
export const taskRoutes: FastifyPluginAsyncZod<ApiDependencies & Saying> = async (
  app,
  { records, say, sayToPartner, sayToBatch },
) => {
  app.get(
    '/v1/tasks',
    {
      schema: {
        operationId: 'listTasks',
        tags,
        summary: 'Find tasks, in the order of their ids or those due soonest first',
        querystring: filterSchema,
        response: { 200: taskListSchema },
      },
    },
    async (request, reply) => {
      const partner = listedPartner(request, request.query.partnerId);
      const page = partner ? await records.tasks.list({ ...request.query, ...partner }) : { items: [] };
      return linkToNext(reply, page).send(page);
    },
  );

  for (const { path, name, body, summary } of ACTIONS)
    app.post(
      `/v1/tasks/:taskId/${path}`,
      {
        schema: {
          operationId: name,
          tags,
          summary,
          headers: messageHeaders,
          params: z.object({ taskId: z.string() }),
          body: body.nullish().describe('May be left out'),
          response: {
            200: z.union([engagementViewSchema, partnerViewSchema, batchViewSchema, taskSchema]),
            202: acceptedSchema,
          },
        },
      },
      async (request, reply) => {
        const { taskId } = request.params;
        const task = visible(request, await records.tasks.find(taskId), `task ${taskId}`);
        const said = { name, payload: { taskId, ...request.body } };
        const { engagementId, batchId, partnerId } = task;
        if (RECONCILIATION_TASK.test(taskId))
          await sayAboutDifference(records.differenceTasks, request, reply, { ...said, partnerId });
        else if (engagementId !== undefined) await say(request, reply, { id: engagementId, ...said });
        else if (batchId !== undefined) await sayToBatch(request, reply, { id: batchId, ...said });
        else if (partnerId !== undefined) await sayToPartner(request, reply, { id: partnerId, ...said });
        else throw new ApiProblem('not-found', `nobody keeps task ${taskId}`);
        return reply;
      },
    );
};
