import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Customer } from '../../../contracts/engagement';
import type { Envelope } from '../../../contracts/messages';
import { CORRECTING_MESSAGES } from '../../../contracts/names';
import { isUnavailable } from '../../../records/errors';
import { fingerprintOf } from '../../../records/fingerprint';
import type { Outcome, SendOptions } from '../../messenger/messenger';
import { actorOf, isForStaff, seesEveryPartner, visible } from '../access/access';
import { ifMatchAllows, messageIdOf, prefersAsync, staleness, viewTagOf } from '../headers';
import { replay } from './idempotency';
import { idOnRecord } from './messageIds';
import { ApiProblem, problemOf, temporalAway } from '../problems/problems';
import { recordedAnswer, type OnRecord, type RecordedAnswer } from './recordedAnswer';

/** Where each kind of subject is found below `/v1`. */
const ADDRESSES = { engagement: 'engagements', partner: 'partners', batch: 'batches' } as const;

/** The subjects that can be spoken to by one kind of route. */
export interface Subjects<Name extends string> {
  /** What one is called. */
  what: keyof typeof ADDRESSES;
  view(id: string): Promise<View | undefined>;
  record: OnRecord;
  /** A message that is the first of all, if there may be nothing it is about yet. */
  begins?: Name;
  send(id: string, name: Name, envelope: Envelope, options: SendOptions): Promise<Outcome>;
}

interface View {
  partnerId: string;
  version: number;
  customer?: Customer;
}

export interface Said<Name extends string> {
  id: string;
  name: Name;
  /** As its contract read it. */
  payload: unknown;
}

/** A message under way. */
interface Sent<Name extends string> extends Pick<Said<Name>, 'id' | 'name'> {
  /** What its caller calls it. */
  key: string;
  onRecord: () => Promise<RecordedAnswer>;
}

const POLL_AFTER_S = 1;

export type Say<Name extends string> = ReturnType<typeof createSay<Name>>;

/** How every message of the API reaches what it is about. */
export function createSay<Name extends string>(subjects: Subjects<Name>) {
  const { what, record } = subjects;

  /**
   * Sends one message and answers with the verdict, or 202 once the message is stored in Temporal.
   *
   * Tenant, If-Match and the name of a PUT are judged by the view in MongoDB; while that cannot be read, it is a 503 and
   * nothing was sent. The POST of an operator or support, who see every partner, needs none of it: the workflow itself proves
   * that the subject exists, and without MongoDB keeps the message and handles it when that returns.
   * @throws ApiProblem
   */
  return async function say(request: FastifyRequest, reply: FastifyReply, said: Said<Name>): Promise<void> {
    const { id, name, payload } = said;
    const givenKey = request.method === 'PUT' ? undefined : messageIdOf(request.headers);
    const view = await viewFor(request, said);
    const etag = view && viewTagOf(view);
    const key = givenKey ?? keyOfPut(request, etag);
    if (givenKey === undefined) void reply.header('idempotency-key', key);
    const messageId = idOnRecord(request.principal, key);
    const fingerprint = fingerprintOf(name, payload);
    const onRecord = () => recordedAnswer(record, id, { messageId, fingerprint });

    const actor = actorOf(request, view?.partnerId);
    request.about = { what, id, messageId };
    const stale = mustMatch(request, name) ?? staleness(request.headers, what, etag);
    const isReplayed = async () => replay(reply, await request.keptAnswer?.()) !== undefined;
    if (stale) return (await isReplayed()) ? undefined : answerRecorded(reply, id, key, await onRecord(), stale);

    const respondAsync = prefersAsync(request.headers);
    const envelope = { messageId, sentAt: new Date().toISOString(), actor, payload };
    const send = () => subjects.send(id, name, envelope, { fingerprint, respondAsync });
    // A repeated Update has no effect, so that nobody waits until it is known to be none; a Signal would be stored again.
    const sent = respondAsync ? undefined : send();
    sent?.catch(() => undefined);
    if (await isReplayed()) return;
    if (respondAsync) void reply.header('preference-applied', 'respond-async');
    return answerOutcome(reply, await (sent ?? send()), { id, name, key, onRecord });
  };

  /** @throws ApiProblem */
  async function answerOutcome(
    reply: FastifyReply,
    outcome: Outcome,
    { id, name, key, onRecord }: Sent<Name>,
  ): Promise<void> {
    const { request } = reply;
    switch (outcome.kind) {
      case 'verdict':
        request.isMessageOnRecord = outcome.repeated === undefined;
        return answerView(reply, id, key);
      case 'refused': {
        const { refusal } = outcome;
        if (refusal.code === 'idempotency-key-reused') throw keyReused(what);
        // Refused at the door it is on no record, and may be said again with this key.
        const known = await onRecord().catch(ifUnavailable({ kind: 'none' as const }));
        request.isMessageOnRecord = known.kind === 'refused';
        throw problemOf(refusal);
      }
      case 'accepted': {
        if (outcome.cause !== undefined)
          request.log.warn({ reason: (outcome.cause as Error).message, [what]: id }, `no verdict on ${name}`);
        const known = await onRecord().catch(ifUnavailable({ kind: 'none' as const }));
        if (known.kind === 'other') throw keyReused(what);
        return accepted(reply, what, id, key);
      }
      case 'closed': {
        const closed = `${id} is over and nothing is left to do; ${name} comes too late`;
        const code = what === 'batch' ? 'batch-closed' : 'engagement-closed';
        return answerRecorded(reply, id, key, await onRecord(), new ApiProblem(code, closed));
      }
      case 'unknown':
        throw new ApiProblem('not-found', `there is no ${what} ${id}`);
      case 'busy':
        throw new ApiProblem('busy', `${id} has more messages under way than it takes at once`);
      case 'unavailable':
        throw temporalAway(outcome.cause);
    }
  }

  /** Undefined where nothing has to be judged by it. @throws ApiProblem 404 | 403 */
  async function viewFor(request: FastifyRequest, { id, name }: Said<Name>): Promise<View | undefined> {
    const goesWithout =
      isForStaff(request) &&
      request.method !== 'PUT' &&
      request.headers['if-match'] === undefined &&
      !CORRECTING_MESSAGES.includes(name);
    if (goesWithout) return undefined;
    const view = await subjects.view(id);
    if (view === undefined && name === subjects.begins && seesEveryPartner(request.principal)) return undefined;
    return visible(request, view, `${what} ${id}`);
  }

  /** The subject after the verdict; the message is done even if it cannot be shown. */
  async function answerView(reply: FastifyReply, id: string, key: string): Promise<void> {
    const view = await subjects.view(id).catch(ifUnavailable(undefined));
    if (view) void reply.code(200).header('etag', viewTagOf(view)).send(view);
    else accepted(reply, what, id, key);
  }

  /** A message that is on record already keeps its answer, whatever stands in its way by now. */
  async function answerRecorded(
    reply: FastifyReply,
    id: string,
    key: string,
    known: RecordedAnswer,
    otherwise: ApiProblem,
  ): Promise<void> {
    switch (known.kind) {
      case 'none':
        throw otherwise;
      case 'other':
        throw keyReused(what);
      case 'refused':
        reply.request.isMessageOnRecord = true;
        throw problemOf(known.refusal);
      case 'applied':
        reply.request.isMessageOnRecord = known.repeated === undefined;
        return answerView(reply, id, key);
    }
  }
}

/**
 * A PUT names itself by what it says and to which version: said again after an answer was lost it is the same effect, said
 * again after something else was put it is a new message. That version is the one that was read, whichever of several
 * If-Match lets pass; it is the one in If-Match when that has passed since.
 */
function keyOfPut({ url, body, headers }: FastifyRequest, etag = ''): string {
  const ifMatch = headers['if-match'];
  const onto = ifMatch === undefined || ifMatchAllows(ifMatch, etag) ? etag : ifMatch;
  return fingerprintOf(`PUT ${url} ${onto}`, body);
}

/** Whether the version that was read is to be named and is not. */
const mustMatch = ({ headers }: FastifyRequest, name: string): ApiProblem | undefined =>
  headers['if-match'] === undefined && CORRECTING_MESSAGES.includes(name)
    ? new ApiProblem('precondition-required', 'this needs If-Match with the ETag of what you read')
    : undefined;

function accepted(reply: FastifyReply, what: Subjects<string>['what'], id: string, key: string): void {
  const status = `/v1/${ADDRESSES[what]}/${encodeURIComponent(id)}/messages/${encodeURIComponent(key)}`;
  void reply
    .code(202)
    .header('location', status)
    .header('retry-after', POLL_AFTER_S)
    .send({ status: 'accepted', messageId: key });
}

const keyReused = (what: string) =>
  new ApiProblem('idempotency-key-reused', `this key was used for another message or other content of this ${what}`);

/** Gives `instead` when MongoDB does not answer. @throws every other error */
const ifUnavailable =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (isUnavailable(error)) return instead;
    throw error;
  };
