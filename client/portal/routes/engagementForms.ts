import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EngagementView } from '../../../contracts/engagement';
import type { PartnerView } from '../../../contracts/partner';
import type { PageOptions } from '../backend';
import { fieldsOf } from '../forms/fields';
import { ENGAGEMENT_FORMS, START } from '../forms/messages';
import { payloadIn, type Said } from '../forms/payload';
import { choicesOf, suggested, type Catalogue } from '../forms/suggestions';
import { sendPart } from '../pages/layout';
import { UploadedFiles } from '../pages/message';
import { beforeIn, formCalled, sendForm, type Before } from './formPage';
import { hiddenIn, sayAndGoOn } from './saying';
import { readUpload, refuseLargeForm, UPLOAD_MS } from './upload';

/** The message that files go with. */
const REPORT = 'submitCompletionReport';

/** A form for each message to an engagement, made from its contract; and for starting one. */
export async function engagementForms(portal: FastifyInstance, { backend, utcOffset }: PageOptions): Promise<void> {
  const path = '/engagements/:id/messages/:name';
  type Params = { Params: { id: string; name: string } };

  portal.get<Params>(path, (request, reply) => show(request, reply, request.params));

  portal.post<Params>(path, { handlerTimeout: UPLOAD_MS, onRequest: refuseLargeForm }, async (request, reply) => {
    const { id, name } = request.params;
    const form = formCalled(name, ENGAGEMENT_FORMS);
    const api = backend(request);
    const below = `/engagements/${encodeURIComponent(id)}`;
    const { said, refused: refusedFile } = request.isMultipart()
      ? await readUpload(request, (file, content) => api.upload(`${below}/deliverables/${file}`, content))
      : { said: (request.body ?? {}) as Said };
    const hidden = hiddenIn(said);
    const payload = payloadIn(form.shape, said);
    const json = name === REPORT ? withFiles(payload) : payload;
    try {
      if (refusedFile) throw refusedFile;
      return await sayAndGoOn(api, reply, { form, below, page: `/portal${below}`, json, hidden });
    } catch (error) {
      return show(request, reply, { id, name }, beforeIn(error, { json, hidden }));
    }
  });

  /** A file by itself, before the form it belongs to; the answer is how it stands there. */
  portal.post<{ Params: { id: string } }>(
    '/engagements/:id/deliverables',
    { handlerTimeout: UPLOAD_MS, onRequest: refuseLargeForm },
    async (request, reply) => {
      const below = `/engagements/${encodeURIComponent(request.params.id)}/deliverables`;
      const upload = (file: string, content: Readable) => backend(request).upload(`${below}/${file}`, content);
      const { said, rows, refused } = await readUpload(request, upload);
      if (refused) throw refused;
      return sendPart(reply, UploadedFiles({ said, rows }));
    },
  );

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    { id, name }: { id: string; name: string },
    before?: Before,
  ): Promise<FastifyReply> {
    const form = formCalled(name, ENGAGEMENT_FORMS);
    const api = backend(request);
    const [{ body: view, etag }, { body: catalogue }] = await Promise.all([
      api.get<EngagementView>(`/engagements/${encodeURIComponent(id)}`),
      api.get<Catalogue>('/catalogue'),
    ]);
    const { body: partner } = await api.get<PartnerView>(`/partners/${view.partnerId}`);
    const fields = fieldsOf(form, choicesOf(catalogue, partner));
    const now = new Date().toISOString();
    const hasFiles = name === REPORT;
    return sendForm(request, reply, {
      form,
      etag,
      part: 'engagements',
      about: `${view.customer.name} · ${view.engagementId}`,
      page: `/portal/engagements/${view.engagementId}`,
      action: `/portal/engagements/${view.engagementId}/messages/${name}`,
      fields: hasFiles ? fields.filter(({ path }) => path !== 'deliverables') : fields,
      suggested: suggested(form.name, view, catalogue, { now, utcOffset }),
      before,
      ...(hasFiles && { upload: `/portal/engagements/${view.engagementId}/deliverables` }),
    });
  }

  portal.get('/engagements/new', (request, reply) => showStart(request, reply));

  portal.post('/engagements/new', async (request, reply) => {
    const said = (request.body ?? {}) as Said;
    const hidden = hiddenIn(said);
    const json = payloadIn(START.shape, said);
    try {
      const { body } = await backend(request).send<EngagementView>('POST', '/engagements', { json, ...hidden });
      return await reply.redirect(`/portal/engagements/${body.engagementId}`, 303);
    } catch (error) {
      return showStart(request, reply, beforeIn(error, { json, hidden }));
    }
  });

  async function showStart(request: FastifyRequest, reply: FastifyReply, before?: Before): Promise<FastifyReply> {
    const { person } = request;
    const { body: catalogue } = await backend(request).get<Catalogue>('/catalogue');
    const own = person.tenant === 'staff' ? undefined : person.partnerId;
    const choices = { ...choicesOf(catalogue), ...(own && { partnerId: [{ value: own, text: own }] }) };
    return sendForm(request, reply, {
      form: START,
      part: 'engagements',
      about: 'Engagements',
      page: '/portal',
      action: '/portal/engagements/new',
      fields: fieldsOf(START, choices),
      suggested: { partnerId: own },
      before,
    });
  }
}

/** What of a report's files is still ticked. */
function withFiles(payload: Record<string, unknown>): Record<string, unknown> {
  const rows = payload['deliverables'] as { name?: string; kind?: string }[];
  return { ...payload, deliverables: rows.filter(({ name }) => name !== undefined) };
}
