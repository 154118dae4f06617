import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MessageStatus } from '../../../contracts/engagement';
import { Refused, type Backend } from '../backend';
import type { FormMessage } from '../forms/messages';
import type { Said } from '../forms/payload';
import { textsOf } from '../forms/payload';
import type { Outcome } from '../pages/outcome';

/** After these nobody knows what became of it, or nothing did: said again it keeps its key. */
const KEEPS_KEY = [408, 429, 500, 503];

/** What goes with a form unseen: the key that names what is said, and the version it is said of. */
export interface Hidden extends Record<string, string | undefined> {
  key?: string;
  ifMatch?: string;
}

/** For a form that nobody has sent yet. Made with the page, so that a form sent twice is one message. */
export const newHidden = (
  { method, corrects }: Pick<FormMessage, 'method' | 'corrects'>,
  etag: string | undefined,
): Hidden => ({
  ...(method === 'POST' && { key: randomUUID() }),
  ...(corrects && etag !== undefined && { ifMatch: etag }),
});

/** What came unseen with a form. */
export const hiddenIn = ({ key, ifMatch }: Said): Hidden => ({ key: textsOf(key)[0], ifMatch: textsOf(ifMatch)[0] });

/**
 * What stays of it when the form is shown again: a refusal on record is the answer of its key, so what is corrected is said
 * under a new one; what was read is read again where it has changed.
 */
export const hiddenAgain = ({ key, ifMatch }: Hidden, { problem: { status } }: Refused): Hidden => ({
  ...(key !== undefined && KEEPS_KEY.includes(status) && { key }),
  ...(ifMatch !== undefined && status !== 412 && { ifMatch }),
});

/** Says a message and goes on to the page of what it was said to, which tells what became of it. @throws Refused */
export async function sayAndGoOn(
  api: ReturnType<Backend>,
  reply: FastifyReply,
  {
    form,
    below,
    page,
    json,
    hidden,
  }: { form: FormMessage; below: string; page: string; json: unknown; hidden: Hidden },
): Promise<FastifyReply> {
  const { method, route, name } = form;
  const { key = hidden.key } = await api.send(method, route ? `${below}/${route}` : below, { json, ...hidden });
  return reply.redirect(pageSaying(page, { said: name, key }), 303);
}

/** The address of a page that tells what became of what was said; what it told before it tells no more. */
export function pageSaying(page: string, told: { said: string; key?: string; to?: string }): string {
  const [path = '', query] = page.split('?');
  const all = new URLSearchParams(query);
  for (const name of ['said', 'key', 'to'] as const) {
    all.delete(name);
    const value = told[name];
    if (value !== undefined) all.set(name, value);
  }
  return `${path}?${all.toString()}`;
}

/**
 * What became of the form that led to this page, as its address says and the record confirms. Without a key nobody can tell, and
 * nothing is claimed: anybody can make such a link.
 */
export async function outcomeOf(
  api: ReturnType<Backend>,
  { query, url }: FastifyRequest,
  below: string,
): Promise<Outcome | undefined> {
  const { said, key } = query as { said?: unknown; key?: unknown };
  if (typeof said !== 'string' || !/^[a-zA-Z]{1,40}$/.test(said)) return undefined;
  if (typeof key !== 'string' || key === '') return undefined;
  const { body } = await api.get<MessageStatus>(`${below}/messages/${encodeURIComponent(key)}`);
  return { message: said, status: body.status, reason: body.reason?.detail, again: url };
}

/** What the API's refusal stands for where a form can be shown again. @throws every other error */
export function refusedIn(error: unknown): Refused {
  if (error instanceof Refused && error.problem.status !== 401) return error;
  throw error;
}
