import { decide, eventsOf, type Started } from '../../domain/engagement/decide';
import type { Decision } from '../../domain/engagement/decision';
import type { EngagementEvent, NewEvent, RecordedMessage } from '../../domain/engagement/events';
import { take } from '../../domain/engagement/evolve';
import type { Engagement } from '../../domain/engagement/state';
import { viewOf } from '../../domain/engagement/view';
import type { Refusal } from '../../domain/refusals';
import { frozen } from './frozen';
import { expectDense, expectSound } from './invariants';
import type { Told } from './story';

/** What one message led to. */
export interface Outcome {
  decision: Decision;
  events: EngagementEvent[];
  before: Started;
  after: Started;
}

/** Decides and takes up one message as the record does, on frozen ground. */
export function hear(before: Started, { message, facts }: Told): Outcome {
  const decision = frozen(decide(before, message, facts));
  const document: RecordedMessage = frozen({
    engagementId: 'E-1',
    fromVersion: before?.version ?? 0,
    messageId: message.messageId,
    fingerprint: message.fingerprint,
    message: message.name,
    events: eventsOf(before, message, decision),
  });
  if (document.events.length === 0) return { decision, events: [], before, after: before };
  expectDense(before, document);
  const after = frozen(take(before, document));
  if (after) expectSound(after);
  return { decision, events: document.events, before, after };
}

/** An engagement to which all of this was said, and accepted. */
export const given = (...story: readonly Told[]) => givenState(story.reduce<Started>(accept, undefined) as Engagement);

/** An engagement however it came to be. */
export const givenState = (state: Engagement) => ({ state, when: (told: Told) => answering(hear(state, told)) });

function accept(before: Started, told: Told): Started {
  const { decision, after } = hear(before, told);
  if (decision.kind !== 'accepted') throw new Error(`${told.message.name}: ${JSON.stringify(decision)}`);
  return after;
}

function answering(outcome: Outcome) {
  const { decision, events, before, after } = outcome;
  return {
    ...outcome,
    /** Accepted: exactly these facts, in this order; `dueAfter` has the dates they set. */
    thenRecorded(...facts: NewEvent[]): void {
      expect(decision.kind).toBe('accepted');
      expect(events.map(withoutDates)).toStrictEqual(facts);
    },
    /** Refused: recorded as exactly this, and nothing else happened. */
    thenRefused(refusal: Refusal): void {
      expect(decision).toStrictEqual({ kind: 'refused', refusal });
      if (!before) return expect(events).toStrictEqual([]);
      expect(events.map(withoutDates)).toStrictEqual([
        { type: 'MessageRefused', data: { message: nameIn(events), refusal } },
      ]);
      expect(after).toStrictEqual({ ...before, version: before.version + 1, updatedAt: after?.updatedAt });
    },
    /** Nothing new: `sameAs` names the message whose effect stands. */
    thenQuiet(sameAs?: string): void {
      expect(decision).toStrictEqual({ kind: 'repeated', ...(sameAs !== undefined && { sameAs }) });
      expect(after).toBe(before);
    },
    /** What is due after it, earliest first. */
    get dueAfter() {
      return after?.deadlines;
    },
    get view() {
      return after && viewOf(after);
    },
    /** Kinds of the tasks open after it. */
    get openTasks() {
      return after?.openTasks.map(({ kind }) => kind);
    },
  };
}

const nameIn = (events: readonly EngagementEvent[]): string =>
  events.flatMap((event) => (event.type === 'MessageRefused' ? [event.data.message] : []))[0] ?? '';

function withoutDates({ type, data }: EngagementEvent): object {
  const { deadlines: _deadlines, ...rest } = data;
  return { type, data: rest };
}
