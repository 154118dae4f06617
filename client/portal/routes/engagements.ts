import type { FastifyInstance } from 'fastify';
import type { EngagementView } from '../../../contracts/engagement';
import { isFinalStage, STAGES } from '../../../contracts/names';
import type { EngagementEvent } from '../../../domain/engagement/events';
import { Refused, type PageOptions } from '../backend';
import { formsFor } from '../forms/messages';
import { boardPage, DUE_SHOWN } from '../pages/board';
import { engagementPage } from '../pages/engagement';
import { engagementsPage, type EngagementQuery } from '../pages/engagements';
import { sendPage } from '../pages/layout';
import { outcomeOf } from './saying';

/** So many of each stage are asked for: they have among them the most urgent of all. */
const ASKED_FOR = DUE_SHOWN;
/** What was typed names nothing, or nothing this person may see. */
const NOT_THERE = [400, 404];
const DUE_WITHIN_MS = 7 * 24 * 60 * 60 * 1_000;
const OPEN_STAGES = STAGES.filter((stage) => !isFinalStage(stage));

interface List {
  items: EngagementView[];
  next?: string;
}

/** The board, the list behind it, and one engagement. */
export async function engagementPages(portal: FastifyInstance, { backend, utcOffset }: PageOptions): Promise<void> {
  portal.get('/', async (request, reply) => {
    const { person } = request;
    const api = backend(request);
    const now = new Date().toISOString();
    const dueBefore = new Date(Date.parse(now) + DUE_WITHIN_MS).toISOString();
    const columns = await Promise.all(
      OPEN_STAGES.map(async (stage) => {
        const { body } = await api.get<List>('/engagements', { stage, order: 'deadline', limit: ASKED_FOR });
        return { stage, items: body.items, hasMore: body.next !== undefined };
      }),
    );
    return sendPage(reply, boardPage({ person, clock: { now, utcOffset }, dueBefore, columns }));
  });

  portal.get<{ Querystring: EngagementQuery }>('/engagements', async (request, reply) => {
    const { query, person } = request;
    const { stage, over, customer, voucherId, partnerId, openTasks, dueBefore, after } = query;
    const asked = { stage, over, customer, voucherId, partnerId, openTasks, dueBefore, after };
    const { body } = await backend(request).get<List>('/engagements', { ...asked, order: 'deadline', limit: 50 });
    const clock = { now: new Date().toISOString(), utcOffset };
    return sendPage(reply, engagementsPage({ person, ...body, query: asked, clock }));
  });

  /** An engagement by its id, else what has this voucher, else whoever's name begins so. */
  portal.get<{ Querystring: { q?: string } }>('/find', async (request, reply) => {
    const q = request.query.q?.trim() ?? '';
    const api = backend(request);
    const unlessRefused = <T>(error: unknown): T | undefined => {
      if (error instanceof Refused && NOT_THERE.includes(error.problem.status)) return undefined;
      throw error;
    };
    const engagement =
      q === '' ? undefined : await api.get(`/engagements/${encodeURIComponent(q)}`).catch(unlessRefused<never>);
    if (engagement) return reply.redirect(`/portal/engagements/${encodeURIComponent(q)}`, 303);
    const found = await api.get<List>('/engagements', { voucherId: q }).catch(unlessRefused<never>);
    const by = q !== '' && found && found.body.items.length > 0 ? 'voucherId' : 'customer';
    return reply.redirect(`/portal/engagements?${new URLSearchParams({ [by]: q }).toString()}`, 303);
  });

  portal.get<{ Params: { id: string } }>('/engagements/:id', async (request, reply) => {
    const { person, params } = request;
    const api = backend(request);
    const below = `/engagements/${encodeURIComponent(params.id)}`;
    const [{ body: view }, { body: timeline }, outcome] = await Promise.all([
      api.get<EngagementView>(below),
      api.get<{ items: EngagementEvent[] }>(`${below}/timeline`),
      outcomeOf(api, request, below),
    ]);
    const forms = formsFor(view, person.roles);
    const clock = { now: new Date().toISOString(), utcOffset };
    return sendPage(reply, engagementPage({ person, view, events: timeline.items, forms, outcome, clock }));
  });

  portal.get<{ Params: { id: string; name: string } }>(
    '/engagements/:id/deliverables/:name',
    async (request, reply) => {
      const { id, name } = request.params;
      const path = `/engagements/${encodeURIComponent(id)}/deliverables/${encodeURIComponent(name)}`;
      const { headers, content } = await backend(request).download(path);
      return reply.headers(headers).send(content);
    },
  );
}
