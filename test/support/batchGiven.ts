import { batchEventSchema, batchViewSchema } from '../../contracts/batch';
import { claimsOf } from '../../domain/batch/claims';
import { decide, eventsOf, type Opened } from '../../domain/batch/decide';
import type { BatchDecision } from '../../domain/batch/decision';
import { pendingEffect } from '../../domain/batch/effect';
import type { BatchEvent, NewBatchEvent, RecordedBatchMessage } from '../../domain/batch/events';
import { take } from '../../domain/batch/evolve';
import { outcomesOf } from '../../domain/batch/outcomes';
import { isClosed, type Batch } from '../../domain/batch/state';
import { viewOf } from '../../domain/batch/view';
import { claimId } from '../../domain/claims';
import { deadlineId } from '../../domain/deadlines';
import type { Refusal } from '../../domain/refusals';
import type { BatchTold } from './batchStory';
import { frozen } from './frozen';
import { expectSame } from './same';

/** What one message led to. */
export interface BatchHeard {
  decision: BatchDecision;
  events: BatchEvent[];
  document: RecordedBatchMessage;
  before: Opened;
  after: Opened;
}

/** Decides and takes up one message as the record does, on frozen ground. */
export function hearBatch(before: Opened, { message, facts }: BatchTold, batchId = 'B-1'): BatchHeard {
  const decision = frozen(decide(before, message, facts));
  const events = eventsOf(before, message, decision);
  const { messageId, fingerprint, name } = message;
  const fromVersion = before?.version ?? 0;
  const document = frozen({ batchId, fromVersion, messageId, fingerprint, message: name, events });
  if (events.length === 0) return { decision, events, document, before, after: before };
  expectSame(
    events.map(({ version }) => version),
    events.map((_event, index) => fromVersion + index + 1),
  );
  events.forEach((event) => batchEventSchema.parse(event));
  expectSame(JSON.parse(JSON.stringify(events)), events);
  const after = frozen(take(before, document));
  if (after) expectSoundBatch(after);
  return { decision, events, document, before, after };
}

/** What holds of every batch, whatever was said to it. */
export function expectSoundBatch(state: Batch): void {
  expectSame(JSON.parse(JSON.stringify(state)), state);
  batchViewSchema.parse(viewOf(state));
  const effect = pendingEffect(state) ?? null;
  expectSame(JSON.parse(JSON.stringify(effect)), effect);
  const { deadlines, openTasks, passed, members, left, stage, paymentRequest } = state;
  const unique = (list: readonly string[]) => expectSame(new Set(list).size, list.length);
  expectSame(
    deadlines,
    [...deadlines].sort((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  );
  unique([...passed, ...deadlines.map(deadlineId)]);
  unique(openTasks.map(({ taskId }) => taskId));
  unique([...members.map(({ reference }) => reference), ...left]);
  unique(members.map(({ voucherId }) => voucherId));
  unique(claimsOf(state).map(claimId));
  expectSame(members.length === 0, stage === 'dissolved');
  expectSame(paymentRequest === undefined, stage === 'collecting' || (stage === 'dissolved' && !paymentRequest));
  if (isClosed(state)) expectSame([deadlines, effect], [[], null]);
}

/** A batch to which all of this was said, and accepted. */
export const givenBatch = (...story: readonly BatchTold[]) => batchIn(story.reduce<Opened>(accept, undefined) as Batch);

/** Nothing collected yet. */
export const noBatch = { when: (told: BatchTold) => answering(hearBatch(undefined, told)) };

/** A batch however it came to be. */
export const batchIn = (state: Batch) => ({ state, when: (told: BatchTold) => answering(hearBatch(state, told)) });

function accept(before: Opened, told: BatchTold): Opened {
  const { decision, after } = hearBatch(before, told);
  if (decision.kind !== 'accepted') throw new Error(`${told.message.name}: ${JSON.stringify(decision)}`);
  return after;
}

function answering(heard: BatchHeard) {
  const { decision, events, document, before, after } = heard;
  return {
    ...heard,
    /** Accepted: exactly these facts, in this order; `dueAfter` has the dates they set. */
    thenRecorded(...facts: NewBatchEvent[]): void {
      expect(decision.kind).toBe('accepted');
      expect(events.map(withoutDates)).toStrictEqual(facts);
    },
    /** Refused: recorded as exactly this, and nothing else happened. */
    thenRefused(refusal: Refusal): void {
      expect(decision).toStrictEqual({ kind: 'refused', refusal });
      if (!before) return expect(events).toStrictEqual([]);
      expect(events.map(({ type, data }) => ({ type, data }))).toStrictEqual([
        { type: 'MessageRefused', data: { message: document.message, refusal } },
      ]);
      expect(after).toStrictEqual({ ...before, version: before.version + 1, updatedAt: after?.updatedAt });
    },
    /** Nothing new: `sameAs` names the message whose effect stands. */
    thenQuiet(sameAs?: string): void {
      expect(decision).toStrictEqual({ kind: 'repeated', ...(sameAs !== undefined && { sameAs }) });
      expect(after).toBe(before);
    },
    get types() {
      return events.map(({ type }) => type);
    },
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
    /** What engagements are told of it. */
    get told() {
      return after ? outcomesOf([document], after) : [];
    },
  };
}

function withoutDates({ type, data }: BatchEvent): object {
  const { deadlines: _deadlines, ...rest } = data;
  return { type, data: rest };
}
