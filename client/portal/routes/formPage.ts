import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblem } from '../../api/problems/problems';
import type { Problem } from '../../../contracts/problems';
import type { FormMessage } from '../forms/messages';
import { saidIn, type Said } from '../forms/payload';
import { sendPage } from '../pages/layout';
import { messagePage, type MessageProps } from '../pages/message';
import { hiddenAgain, newHidden, refusedIn, type Hidden } from './saying';

/** How a form that was sent already is shown again. */
export interface Before {
  said: Said;
  hidden: Hidden;
  problem: Problem;
}

/** A form as it was sent, with why it was refused. @throws every error that is no refusal */
export function beforeIn(error: unknown, { json, hidden }: { json: unknown; hidden: Hidden }): Before {
  const refused = refusedIn(error);
  return { said: saidIn(json), hidden: hiddenAgain(hidden, refused), problem: refused.problem };
}

interface FormPage extends Pick<MessageProps, 'part' | 'about' | 'page' | 'action' | 'fields' | 'upload'> {
  form: Pick<FormMessage, 'title' | 'summary' | 'method' | 'corrects'>;
  /** The version of what it is said to, as it is shown. */
  etag?: string;
  /** What it holds before anybody has filled it in. */
  suggested: Record<string, unknown>;
  before: Before | undefined;
}

/** Sends the page with a form: as it was sent before, else filled in as far as it is known. */
export function sendForm(
  { person }: FastifyRequest,
  reply: FastifyReply,
  { form, etag, suggested, before, ...around }: FormPage,
): FastifyReply {
  const page = messagePage({
    ...around,
    person,
    title: form.title,
    summary: form.summary,
    said: before?.said ?? saidIn(suggested),
    hidden: { ...newHidden(form, etag), ...before?.hidden },
    problem: before?.problem,
  });
  return sendPage(reply.code(before?.problem.status ?? 200), page);
}

/** @throws ApiProblem 404 */
export function formCalled<Form>(name: string, forms: ReadonlyMap<string, Form>): Form {
  const form = forms.get(name);
  if (!form) throw new ApiProblem('not-found', `there is no message ${name}`);
  return form;
}
