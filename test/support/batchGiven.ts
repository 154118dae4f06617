import { batchEventSchema, batchViewSchema } from '../../contracts/batch';
import { claimsOf } from '../../domain/batch/claims';
import { decide, eventsOf, type Opened } from '../../domain/batch/decide';
import { pendingEffect } from '../../domain/batch/effect';
import type { NewBatchEvent, RecordedBatchMessage } from '../../domain/batch/events';
import { take } from '../../domain/batch/evolve';
import { outcomesOf } from '../../domain/batch/outcomes';
import { isClosed, type Batch } from '../../domain/batch/state';
import { viewOf } from '../../domain/batch/view';
import { claimId } from '../../domain/claims';
import { deadlineId } from '../../domain/deadlines';
import { BATCH_REFUSALS } from '../../domain/refusalsByMessage';
import { answering, type Heard } from './answering';
import type { BatchTold } from './batchStory';
import { frozen } from './frozen';
import { expectDeclared, expectDense } from './invariants';
import { expectSame } from './same';

/** What one message led to. */
export type BatchHeard = Heard<Batch, NewBatchEvent, RecordedBatchMessage>;

/** Decides and takes up one message as the record does, on frozen ground. */
export function hearBatch(before: Opened, { message, facts }: BatchTold, batchId = 'B-1'): BatchHeard {
  const decision = frozen(decide(before, message, facts));
  expectDeclared(BATCH_REFUSALS, message.name, decision);
  const events = eventsOf(before, message, decision);
  const { messageId, fingerprint, name } = message;
  const fromVersion = before?.version ?? 0;
  const document = frozen({ batchId, fromVersion, messageId, fingerprint, message: name, events });
  if (events.length === 0) return { decision, events, document, before, after: before };
  expectDense(before, events, batchEventSchema);
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
export const noBatch = { when: (told: BatchTold) => inDetail(hearBatch(undefined, told)) };

/** A batch however it came to be. */
export const batchIn = (state: Batch) => ({ state, when: (told: BatchTold) => inDetail(hearBatch(state, told)) });

function accept(before: Opened, told: BatchTold): Opened {
  const { decision, after } = hearBatch(before, told);
  if (decision.kind !== 'accepted') throw new Error(`${told.message.name}: ${JSON.stringify(decision)}`);
  return after;
}

const inDetail = (heard: BatchHeard) => ({
  ...heard,
  ...answering(heard),
  get types() {
    return heard.events.map(({ type }) => type);
  },
  get view() {
    return heard.after && viewOf(heard.after);
  },
  /** What engagements are told of it. */
  get told() {
    return heard.after ? outcomesOf([heard.document], heard.after) : [];
  },
});
