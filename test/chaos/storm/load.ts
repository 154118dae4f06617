import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiFailure, Unreachable } from '../../../client/cli/failures';
import type { Answer } from '../../../client/cli/http';
import type { MessageStatus, Uploaded } from '../../../contracts/engagement';
import { MESSAGE_ROUTES } from '../../../contracts/messages';
import { startMessageId } from '../../../contracts/names';
import type { PartnerFacts } from '../../../contracts/partner';
import { onboard, registerWithSavb } from '../../../dev/onboarding';
import { peopleOf, type Caller, type People } from '../../../dev/people';
import { samplePlan } from '../../../dev/sample/engagement';
import type { Plan, PlannedStep } from './plan';

/** A message that the API acknowledged, with 200, 201 or 202. */
export interface Acknowledged {
  engagementId: string;
  /** Under which it has to be on record: the Idempotency-Key, or the id of a start. */
  messageId: string;
  status: number;
}

/** What partners' tools were told. */
export interface Log {
  /** Engagements that were to be driven from their start to their redemption. */
  begun: string[];
  acknowledged: Acknowledged[];
  uploads: ({ engagementId: string } & Uploaded)[];
  /** Everything that is sent is legal when it is sent. */
  refused: { engagementId: string; messageId: string; why: string }[];
  /** Engagements that were not driven to their end. */
  unfinished: { engagementId: string; step: string; why: string }[];
  /** Calls that brought no answer, or none that decides, and were made again. */
  retries: number;
}

export interface LoadOptions {
  apiUrl: string;
  issuerUrl: string;
  partners: readonly PartnerFacts[];
  /** Calendar day. */
  today: string;
  /** Gives up what is not finished. */
  signal: AbortSignal;
}

export type Load = Awaited<ReturnType<typeof openLoad>>;

const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 2_400;
const LOOK_MS = 1_000;

/** Partners' tools at work: every call is made again under the same key until it is acknowledged or definitely refused. */
export async function openLoad({ apiUrl, issuerUrl, partners, today, signal }: LoadOptions) {
  const log: Log = { begun: [], acknowledged: [], uploads: [], refused: [], unfinished: [], retries: 0 };
  setMaxListeners(0, signal); // everybody who waits listens to it
  const people = await Promise.all(
    partners.map(({ partnerId, consultants }) =>
      peopleOf({ apiUrl, issuerUrl, partnerId, consultantId: consultants[0]?.consultantId }),
    ),
  );

  async function untilDecided<Body>(call: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
      signal.throwIfAborted();
      try {
        return await call();
      } catch (error) {
        if (!isUndecided(error)) throw error;
        log.retries += 1;
        await pause(waitMs, undefined, { signal });
      }
    }
  }

  /** Sends a message and, where that was only stored, waits until it is applied. @throws ApiFailure | Refused */
  async function send(engagementId: string, caller: Caller, message: Message): Promise<void> {
    const { route, key, messageId, payload } = message;
    const { status } = await untilDecided(() => caller.api.call('POST', route, { json: payload, key }));
    log.acknowledged.push({ engagementId, messageId, status });
    if (status !== 202) return;
    for (; ; await pause(LOOK_MS, undefined, { signal })) {
      const { body } = await untilDecided(() =>
        caller.api.call<MessageStatus>('GET', `/engagements/${engagementId}/messages/${messageId}`),
      );
      if (body.status === 'refused') throw new Refused(body.reason?.detail ?? 'without a reason');
      if (body.status === 'applied') return;
    }
  }

  async function upload(engagementId: string, { api }: Caller): Promise<void> {
    const route = `/engagements/${engagementId}/deliverables/${path.basename(samplePlan)}`;
    const { body } = await untilDecided(() => api.call<Uploaded>('PUT', route, { file: samplePlan }));
    log.uploads.push({ engagementId, ...body });
  }

  async function take(engagementId: string, who: People, { step, key, repeated, note }: PlannedStep): Promise<void> {
    const caller = who[step.by];
    const once = () => {
      switch (step.kind) {
        case 'start':
          return send(engagementId, caller, startOf(engagementId, key, step.payload));
        case 'upload':
          return upload(engagementId, caller);
        default:
          return send(engagementId, caller, messageTo(engagementId, step.kind, key, step.payload));
      }
    };
    const written =
      note && send(engagementId, who.operator, messageTo(engagementId, 'addNote', note.key, { text: note.text }));
    await Promise.all([once(), repeated === 'atOnce' && once(), written]);
    if (repeated === 'afterwards') await once();
  }

  async function drive({ engagementId, partner, steps }: Plan): Promise<void> {
    log.begun.push(engagementId);
    for (const planned of steps)
      try {
        await take(engagementId, people[partner]!, planned);
      } catch (error) {
        const why = (error as Error).message;
        if (error instanceof Refused || error instanceof ApiFailure)
          log.refused.push({ engagementId, messageId: planned.key, why });
        log.unfinished.push({ engagementId, step: planned.step.kind, why });
        return;
      }
  }

  return {
    log,

    /** Calm before the storm: the partners walk steps 1 to 3 and each its first engagement, then they register with SAVB. */
    async prepare(first: readonly Plan[]): Promise<void> {
      for (const [index, partner] of partners.entries()) await onboard(people[index]!, partner, today);
      await Promise.all(first.map(drive));
      for (const [index, partner] of partners.entries()) await registerWithSavb(people[index]!, partner);
    },

    /** Begins an engagement every `everyMs` and resolves when all have been driven as far as they go. */
    async drive(plans: readonly Plan[], everyMs: number): Promise<void> {
      const startedAt = performance.now();
      const wait = (ms: number) => pause(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
      await Promise.all(
        plans.map(async (plan, index) => {
          await wait(startedAt + index * everyMs - performance.now());
          await drive(plan);
        }),
      );
    },
  };
}

/** The record says that a message was refused which had been acknowledged. */
class Refused extends Error {}

interface Message {
  route: string;
  key: string;
  messageId: string;
  payload: object;
}

const startOf = (engagementId: string, key: string, payload: object): Message => ({
  route: '/engagements',
  key,
  messageId: startMessageId(engagementId),
  payload,
});

const messageTo = (
  engagementId: string,
  name: keyof typeof MESSAGE_ROUTES,
  messageId: string,
  payload: object,
): Message => ({
  route: `/engagements/${engagementId}/${MESSAGE_ROUTES[name]}`,
  key: messageId,
  messageId,
  payload,
});

/** 408, 425, 429 and 5xx leave it open whether the call took effect; so does an answer that cannot be read. */
function isUndecided(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  if (!(error instanceof ApiFailure)) return false;
  const { status } = error.problem;
  return status < 400 || status >= 500 || [408, 425, 429].includes(status);
}
