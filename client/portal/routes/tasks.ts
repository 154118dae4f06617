import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Task } from '../../../contracts/tasks';
import type { Backend, PageOptions } from '../backend';
import { textsOf, type Said } from '../forms/payload';
import { pageToReturnTo } from '../guard';
import { sendPage } from '../pages/layout';
import type { Outcome } from '../pages/outcome';
import { refusedTaskPage, tasksPage, type TaskQuery } from '../pages/tasks';
import { hiddenAgain, hiddenIn, outcomeOf, pageSaying, refusedIn } from './saying';

const ON_A_PAGE = 25;

const SAID: Readonly<Record<string, string>> = {
  claim: 'claimTask',
  release: 'releaseTask',
  resolution: 'resolveTask',
};

/** Everything that waits for a person, and what the person does about it. */
export async function taskPages(portal: FastifyInstance, { backend, utcOffset }: PageOptions): Promise<void> {
  portal.get<{ Querystring: TaskQuery }>('/tasks', async (request, reply) => {
    const { person, query: asked } = request;
    const { kind, role, claimedBy, overdue, after } = asked;
    const query = { kind, role, claimedBy, overdue, after };
    const now = new Date().toISOString();
    const api = backend(request);
    const filter = { status: 'open', kind, role, claimedBy, after, ...(overdue === 'true' && { dueBefore: now }) };
    const [{ body }, outcome] = await Promise.all([
      api.get<{ items: Task[]; next?: string }>('/tasks', { ...filter, order: 'due', limit: ON_A_PAGE }),
      outcomeOfTask(api, request),
    ]);
    return sendPage(reply, tasksPage({ person, ...body, query, outcome, clock: { now, utcOffset } }));
  });

  for (const [action, name] of Object.entries(SAID)) {
    const path = `/tasks/:taskId/${action}`;
    // Where a refusal was shown, there is no page to come back to.
    portal.get(path, async (_request, reply) => reply.redirect('/portal/tasks', 303));

    portal.post<{ Params: { taskId: string }; Body: Said | undefined }>(path, async (request, reply) => {
      const said = request.body ?? {};
      const hidden = hiddenIn(said);
      const [to, resolution, note] = [said['to'], said['resolution'], said['note']].map(firstOf);
      const back = pageToReturnTo(firstOf(said['back']));
      const below = `/tasks/${encodeURIComponent(request.params.taskId)}/${action}`;
      try {
        await backend(request).send('POST', below, { json: { resolution, note }, key: hidden.key });
        return await reply.redirect(pageSaying(back, { said: name, key: hidden.key, to }), 303);
      } catch (error) {
        const refused = refusedIn(error);
        const { problem } = refused;
        const { key } = hiddenAgain(hidden, refused);
        const { person } = request;
        const form = { action: `/portal${below}`, name, hidden: { key, to, back, resolution }, note };
        return sendPage(reply.code(problem.status), refusedTaskPage({ person, problem, back, form }));
      }
    });
  }
}

const firstOf = (value: Said[string]): string | undefined => textsOf(value)[0]?.trim() || undefined;

/** What became of what was said about a task, which whoever keeps the task knows. */
async function outcomeOfTask(api: ReturnType<Backend>, request: FastifyRequest): Promise<Outcome | undefined> {
  const { to } = request.query as { to?: unknown };
  if (typeof to !== 'string' || !/^\/(engagements|partners|batches)\/[A-Za-z0-9._-]+$/.test(to)) return undefined;
  return outcomeOf(api, request, to);
}
