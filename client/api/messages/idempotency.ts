import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerId, type Answer, type AnswerName, type Answers, type Reservation } from '../../../records/answers';
import type { Records } from '../../../records/connect';
import { isUnavailable } from '../../../records/errors';
import { fingerprintOf } from '../../../records/fingerprint';
import { visible } from '../access/access';
import { messageIdOf, prefersAsync } from '../headers';
import { ApiProblem } from '../problems/problems';

/** Something an answer tells of, and the message that was said to it. */
export interface About {
  what: 'engagement' | 'partner' | 'batch';
  id: string;
  /** As it is on record. */
  messageId: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What holds this route's keys to their contents while there is no answer yet: its `handler`, which asks `holdKey` before it
     * does anything, or the `record`, for which a repeat has no effect, so that the handler may send it and `replay` meanwhile.
     */
    keyHeldBy?: 'handler' | 'record';
  }
  interface FastifyRequest {
    /** What the answer tells of, once that is known. */
    about: About | undefined;
    /** The record of what the request is about holds its message for good, with who said it and its verdict. */
    isMessageOnRecord: boolean;
    /** Looks for what a route whose record holds its keys is to `replay`, if there is something. @throws ApiProblem */
    keptAnswer: (() => Promise<Answer | undefined>) | undefined;
  }
}

const KEPT_HEADERS = ['content-type', 'etag', 'location', 'retry-after', 'preference-applied'];

/**
 * Answers each POST of `api` once per tenant, route and Idempotency-Key: its final answer is kept for 30 days, and a repeat
 * gets the same bytes with `Idempotent-Replayed: true`, if the caller may still see what they tell of. The same key with other
 * content is a 422. Kept is what is settled: success, and a refusal that is on record. What can still change is asked again:
 * a 202 without a verdict (one that was asked for is kept for those who ask for it again), and every other no. An answer with
 * `Cache-Control: no-store` is kept nowhere. Goes after `requireRole`.
 */
export function keepAnswers(api: FastifyInstance, records: Records): void {
  api.decorateRequest('about', undefined);
  api.decorateRequest('isMessageOnRecord', false);
  api.decorateRequest('keptAnswer', undefined);

  // Nobody waits for an answer to be kept but whoever repeats the request before it is.
  const beingKept = new Map<string, Promise<void>>();
  api.addHook('onClose', async () => void (await Promise.all(beingKept.values())));

  api.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return;
    if (request.routeOptions.config.keyHeldBy !== 'record') return replay(reply, await answerKept(request));
    request.keptAnswer = () => answerKept(request);
  });

  api.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || !isSettled(request, reply)) return;
    const answer: Answer = {
      fingerprint: contentOf(request),
      status: reply.statusCode,
      headers: Object.fromEntries(
        KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
      ),
      body: payload,
      ...(request.about && { about: `${request.about.what}:${request.about.id}` }),
    };
    const name = nameOf(request);
    const id = answerId(name);
    // Not before the answer is on its way.
    const keeping = setImmediate()
      .then(() => records.answers.keep(name, answer, new Date()))
      // The record holds what was done; a repeat is then answered from there.
      .catch((err: unknown) => request.log.error({ err }, 'the answer could not be kept'))
      .finally(() => beingKept.get(id) === keeping && beingKept.delete(id));
    beingKept.set(id, keeping);
  });

  /** @throws ApiProblem */
  async function answerKept(request: FastifyRequest): Promise<Answer | undefined> {
    const name = nameOf(request);
    await beingKept.get(answerId(name));
    const kept = await records.answers.find(name, new Date()).catch(unlessAvailable);
    if (!kept || !(await mayHave(request, kept))) return undefined;
    if (kept.fingerprint !== contentOf(request)) throw keyReused();
    return kept.status === undefined ? undefined : kept;
  }

  /** Whoever may not see any more what the answer tells of is told so here; without a subject the handler decides. */
  async function mayHave(request: FastifyRequest, { about }: Answer | Reservation): Promise<boolean> {
    const [, what, id] = /^(\w+):(.*)$/.exec(about ?? '') ?? [];
    if (what === undefined || id === undefined) return request.isAllowed;
    const views = { engagement: records.engagements, partner: records.partners, batch: records.batches };
    visible(request, await views[what as About['what']].view(id), `${what} ${id}`);
    return true;
  }
}

/**
 * Holds the key of a request to its content while it is handled: the same key with other content takes no effect, at the same
 * moment either. Answers what gives the key back, for whoever knows that nothing came of the request.
 * @throws ApiProblem 422
 */
export async function holdKey(answers: Answers, request: FastifyRequest): Promise<() => Promise<void>> {
  const [name, by] = [nameOf(request), request.id];
  if (!(await answers.reserve(name, { fingerprint: contentOf(request), by }, new Date()))) throw keyReused();
  return async () => {
    // What cannot be given back stays with its content.
    await answers.giveBack(name, by).catch(unlessAvailable);
  };
}

const keyReused = () =>
  new ApiProblem('idempotency-key-reused', 'this key was used for another content of this request');

/** A verdict and an answer that was wanted at once are two answers of one message, where there is such a choice. */
function nameOf({ principal: { tenant }, method, url, headers, routeOptions }: FastifyRequest): AnswerName {
  const isAsync = prefersAsync(headers) && routeOptions.config.keyHeldBy !== 'handler';
  const route = [method, url.split('?')[0], ...(isAsync ? ['respond-async'] : [])].join(' ');
  return { tenant, route, key: messageIdOf(headers) };
}

const contentOf = ({ method, url, body }: FastifyRequest): string =>
  fingerprintOf(`${method} ${url.split('?')[0]}`, body ?? {});

function isSettled(request: FastifyRequest, reply: FastifyReply): boolean {
  if (request.method !== 'POST' || reply.hasHeader('idempotent-replayed')) return false;
  if (String(reply.getHeader('cache-control')).includes('no-store')) return false;
  const { statusCode } = reply;
  if (statusCode === 202) return prefersAsync(request.headers);
  return statusCode < 300 || (statusCode < 500 && request.isMessageOnRecord);
}

/** Gives the answer that was kept, if one was. */
export function replay(reply: FastifyReply, kept: Answer | undefined): FastifyReply | undefined {
  return (
    kept &&
    reply
      .code(kept.status)
      .headers({ ...kept.headers, 'idempotent-replayed': 'true' })
      .serializer((text: string) => text)
      .send(kept.body)
  );
}

/** While MongoDB does not answer, nothing is known to be kept. @throws every other error */
function unlessAvailable(error: unknown): undefined {
  if (!isUnavailable(error)) throw error;
}
