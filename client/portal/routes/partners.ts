import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PARTNER_MESSAGE_ROLES } from '../../../contracts/names';
import type { ChecklistItem, PartnerSummary, PartnerView } from '../../../contracts/partner';
import type { PartnerEvent } from '../../../domain/partner/events';
import { Refused, type PageOptions } from '../backend';
import { fieldsOf } from '../forms/fields';
import { PARTNER_FORMS, partnerFormsFor } from '../forms/messages';
import { payloadIn, type Said } from '../forms/payload';
import { choicesOf, suggestedOfPartner, type Catalogue } from '../forms/suggestions';
import { sendPage } from '../pages/layout';
import { partnerPage } from '../pages/partner';
import { partnersPage, type PartnerQuery } from '../pages/partners';
import { beforeIn, formCalled, sendForm, type Before } from './formPage';
import { hiddenIn, outcomeOf, sayAndGoOn } from './saying';

interface List {
  items: PartnerSummary[];
  next?: string;
}

/** A partner's check marks, and a form for each thing that is said of it. */
export async function partnerPages(portal: FastifyInstance, { backend, utcOffset }: PageOptions): Promise<void> {
  portal.get<{ Querystring: PartnerQuery & { register?: string } }>('/partners', async (request, reply) => {
    const { register, name, after } = request.query;
    if (register) {
      const form = `/portal/partners/${encodeURIComponent(register)}/messages/updateMembership`;
      return reply.redirect(form, 303);
    }
    const { person } = request;
    const query = { name, after };
    const { body } = await backend(request).get<List>('/partners', { ...query, limit: 50 });
    const mayRegister = person.roles.some((role) => PARTNER_MESSAGE_ROLES.updateMembership.includes(role));
    const clock = { now: new Date().toISOString(), utcOffset };
    return sendPage(reply, partnersPage({ person, ...body, query, mayRegister, clock }));
  });

  portal.get<{ Params: { id: string } }>('/partners/:id', async (request, reply) => {
    const { person, params } = request;
    const api = backend(request);
    const below = `/partners/${encodeURIComponent(params.id)}`;
    const [partner, checklist, timeline, catalogue, outcome] = await Promise.all([
      api.get<PartnerView>(below),
      api.get<{ items: ChecklistItem[] }>(`${below}/checklist`),
      api.get<{ items: PartnerEvent[] }>(`${below}/timeline`),
      api.get<Catalogue>('/catalogue'),
      outcomeOf(api, request, below),
    ]);
    const page = partnerPage({
      person,
      partner: partner.body,
      checklist: checklist.body.items,
      catalogue: catalogue.body,
      events: timeline.body.items,
      forms: partnerFormsFor(person.roles),
      outcome,
      clock: { now: new Date().toISOString(), utcOffset },
    });
    return sendPage(reply, page);
  });

  const path = '/partners/:id/messages/:name';
  type Params = { Params: { id: string; name: string } };

  portal.get<Params>(path, (request, reply) => show(request, reply, request.params));

  portal.post<Params>(path, async (request, reply) => {
    const { id, name } = request.params;
    const form = formCalled(name, PARTNER_FORMS);
    const said = (request.body ?? {}) as Said;
    const hidden = hiddenIn(said);
    const json = payloadIn(form.shape, said);
    const below = `/partners/${encodeURIComponent(id)}`;
    try {
      return await sayAndGoOn(backend(request), reply, { form, below, page: `/portal${below}`, json, hidden });
    } catch (error) {
      return show(request, reply, { id, name }, beforeIn(error, { json, hidden }));
    }
  });

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    { id, name }: { id: string; name: string },
    before?: Before,
  ): Promise<FastifyReply> {
    const form = formCalled(name, PARTNER_FORMS);
    const api = backend(request);
    const below = `/partners/${encodeURIComponent(id)}`;
    // The first message is about a partner that there is not yet.
    const unlessFirst = (error: unknown): { body?: PartnerView; etag?: string } => {
      if (error instanceof Refused && error.problem.status === 404 && name === 'updateMembership') return {};
      throw error;
    };
    const [{ body: partner, etag }, { body: catalogue }] = await Promise.all([
      api.get<PartnerView>(below).catch(unlessFirst),
      api.get<Catalogue>('/catalogue'),
    ]);
    const now = new Date().toISOString();
    const { locationId, ...others } = choicesOf(catalogue, partner);
    const choices = name === 'addLocation' || !locationId ? others : { ...others, locationId };
    return sendForm(request, reply, {
      form,
      etag,
      part: 'partners',
      about: partner?.name ?? id,
      page: partner ? `/portal${below}` : '/portal/partners',
      action: `/portal${below}/messages/${name}`,
      fields: fieldsOf(form, choices),
      suggested: suggestedOfPartner(form.name, partner, { now, utcOffset }),
      before,
    });
  }
}
