import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EngagementView } from '../../contracts/engagement';
import { MESSAGE_ROLES, type EngagementMessageName } from '../../contracts/names';
import { isUnavailable } from '../../records/errors';
import { fingerprintOf } from '../../records/fingerprint';
import { actorOf, seesEveryPartner, visible } from './access';
import type { ApiDependencies } from './dependencies';
import { etagOf, ifMatchAllows, messageIdOf, prefersAsync } from './headers';
import { ApiProblem, problemOf } from './problems';
import { recordedAnswer, type RecordedAnswer } from './recordedAnswer';

export interface Said {
  engagementId: string;
  name: EngagementMessageName;
  /** As its contract read it. */
  payload: unknown;
}

/** Messages that correct what an operator has read: they name the version that was read. */
const REQUIRES_IF_MATCH: readonly EngagementMessageName[] = ['extendVoucher'];

const POLL_AFTER_S = 1;

export type Say = ReturnType<typeof createSay>;

/** How every message of the API reaches its engagement. */
export function createSay({ records, engagements }: Pick<ApiDependencies, 'records' | 'engagements'>) {
  /**
   * Sends one message and answers with the engagement's verdict, or 202 once the message is stored in Temporal.
   *
   * Existence, tenant and If-Match are judged by the view in MongoDB. While that cannot be read, an operator or support,
   * who see every partner, still get through: the workflow itself proves that the engagement exists, keeps the message
   * and handles it when MongoDB returns. For everybody else, and with If-Match, it is a 503 and nothing was sent.
   * @throws ApiProblem
   */
  return async function say(request: FastifyRequest, reply: FastifyReply, said: Said): Promise<void> {
    const { engagementId, name, payload } = said;
    const messageId = messageIdOf(request.headers);
    const fingerprint = fingerprintOf(name, payload);
    const onRecord = () => recordedAnswer(records.engagements, engagementId, { messageId, fingerprint });

    const view = await viewFor(request, said);
    const actor = actorOf(request, MESSAGE_ROLES[name], view?.partnerId);
    const stale = view && staleness(request, name, view);
    if (stale) return answerRecorded(reply, said, await onRecord(), stale);

    const respondAsync = prefersAsync(request.headers);
    if (respondAsync) void reply.header('preference-applied', 'respond-async');
    const envelope = { messageId, sentAt: new Date().toISOString(), actor, payload };
    const outcome = await engagements.send(engagementId, name, envelope, { fingerprint, respondAsync });
    switch (outcome.kind) {
      case 'verdict':
        return answerView(reply, engagementId, messageId);
      case 'refused':
        throw problemOf(outcome.refusal);
      case 'accepted': {
        if (outcome.cause !== undefined)
          request.log.warn({ reason: (outcome.cause as Error).message, engagementId }, `no verdict on ${name}`);
        const known = await onRecord().catch(ifUnavailable({ kind: 'none' as const }));
        if (known.kind === 'other') throw keyReused();
        return accepted(reply, engagementId, messageId);
      }
      case 'closed':
        return answerRecorded(
          reply,
          said,
          await onRecord(),
          new ApiProblem(
            'engagement-closed',
            `${engagementId} is over and nothing is left to do; ${name} comes too late`,
          ),
        );
      case 'unknown':
        throw new ApiProblem('not-found', `there is no engagement ${engagementId}`);
      case 'busy':
        throw new ApiProblem('busy', `${engagementId} has more messages under way than it takes at once`);
      case 'unavailable':
        throw new ApiProblem('unavailable', 'Temporal cannot be reached at the moment', {}, { cause: outcome.cause });
    }
  };

  async function viewFor(request: FastifyRequest, { engagementId, name }: Said): Promise<EngagementView | undefined> {
    const goesWithout =
      seesEveryPartner(request.principal) &&
      request.headers['if-match'] === undefined &&
      !REQUIRES_IF_MATCH.includes(name);
    try {
      return visible(request.principal, await records.engagements.view(engagementId), `engagement ${engagementId}`);
    } catch (error) {
      if (goesWithout) return ifUnavailable(undefined)(error);
      throw error;
    }
  }

  /** The engagement after the verdict; the message is done even if it cannot be shown. */
  async function answerView(reply: FastifyReply, engagementId: string, messageId: string): Promise<void> {
    const view = await records.engagements.view(engagementId).catch(ifUnavailable(undefined));
    if (view) void reply.code(200).header('etag', etagOf(view.version)).send(view);
    else accepted(reply, engagementId, messageId);
  }

  /** A message that is on record already keeps its answer, whatever stands in its way by now. */
  async function answerRecorded(
    reply: FastifyReply,
    { engagementId }: Said,
    known: RecordedAnswer,
    otherwise: ApiProblem,
  ): Promise<void> {
    switch (known.kind) {
      case 'none':
        throw otherwise;
      case 'other':
        throw keyReused();
      case 'refused':
        throw problemOf(known.refusal);
      case 'applied':
        return answerView(reply, engagementId, messageIdOf(reply.request.headers));
    }
  }
}

/** Why If-Match stops the message, if it does. */
function staleness({ headers }: FastifyRequest, name: EngagementMessageName, { version }: EngagementView) {
  const etag = etagOf(version);
  const ifMatch = headers['if-match'];
  if (ifMatch === undefined)
    return REQUIRES_IF_MATCH.includes(name)
      ? new ApiProblem('precondition-required', `${name} needs If-Match with the ETag of the engagement you read`)
      : undefined;
  return ifMatchAllows(ifMatch, etag)
    ? undefined
    : new ApiProblem('precondition-failed', `the engagement is at ${etag}, If-Match asks for ${ifMatch}`);
}

function accepted(reply: FastifyReply, engagementId: string, messageId: string): void {
  const status = `/v1/engagements/${encodeURIComponent(engagementId)}/messages/${encodeURIComponent(messageId)}`;
  void reply
    .code(202)
    .header('location', status)
    .header('retry-after', POLL_AFTER_S)
    .send({ status: 'accepted', messageId });
}

const keyReused = () =>
  new ApiProblem('idempotency-key-reused', 'this key was used for another message or other content of this engagement');

/** Gives `instead` when MongoDB does not answer. @throws every other error */
const ifUnavailable =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (isUnavailable(error)) return instead;
    throw error;
  };
