import type { BatchDeadline } from '../../contracts/batch';
import { dayOf } from '../days';
import { sameSchedule } from '../deadlines';
import { accepted, refused } from '../decision';
import { stamped } from '../record';
import { refusal } from '../refusals';
import { decideClaim, decideRelease } from '../tasks';
import { decideAddition, isFull } from './collecting';
import { decideCorrection } from './correction';
import { decideDeadline } from './deadlinePassed';
import { scheduleOf } from './deadlines';
import type { BatchDecision, BatchFacts } from './decision';
import type { BatchEvent, NewBatchEvent } from './events';
import { evolve } from './evolve';
import type { BatchMessage, BatchMessageOf } from './message';
import { decidePaymentStatus, decideSavbAnswer } from './payment';
import { preparedRequest } from './request';
import { decideSplit } from './split';
import { refuseOutOfTurn, refuseRole } from './stages';
import { isClosed, type Batch } from './state';
import { decideResolution } from './taskDecisions';
import { obsoleteTasks, taskPrefixOf } from './tasks';

/** What a batch is asked before its first event. */
export type Opened = Batch | undefined;

/**
 * Says yes, no, or nothing new to one message. Pure: everything it may know is in its arguments. The order of checks is
 * role, repeat, stage, content; days are judged in the batch's UTC offset. Before its first voucher a batch takes nothing.
 */
export function decide(state: Opened, message: BatchMessage, facts: BatchFacts): BatchDecision {
  if (message.name === 'addToBatch') return decideMember(state, message, facts);
  if (!state) return refused(refusal('wrong-stage', 'the batch has not been opened'));
  if (message.name === 'passDeadline' || message.name === 'recordSavbAnswer')
    return withConsequences(state, message, decideContent(state, message, facts), facts);
  if (isClosed(state)) return refused(refusal('batch-closed', `the batch is ${state.stage} and nothing is left to do`));
  const repeated = state.effects[message.fingerprint];
  const outOfTurn = refuseOutOfTurn(state, message.name, message.actor);
  if (outOfTurn?.code === 'role-not-allowed') return refused(outOfTurn);
  if (repeated) return { kind: 'repeated', sameAs: repeated.messageId };
  if (outOfTurn) return refused(outOfTurn);
  return withConsequences(state, message, decideContent(state, message, facts), facts);
}

/** A voucher that fills the batch, or cannot wait, has it sent in the same breath. */
function decideMember(state: Opened, message: BatchMessageOf<'addToBatch'>, facts: BatchFacts): BatchDecision {
  const { actor, at, payload } = message;
  const no = refuseRole(message.name, actor);
  if (no) return refused(no);
  const today = dayOf(at, state?.utcOffset ?? payload.utcOffset);
  const decision = decideAddition(state, message, facts, today);
  if (decision.kind !== 'accepted') return decision;
  const reached = preview(state, message, decision.events);
  const isDue = isFull(reached, facts.policy, today);
  const events = isDue ? [...decision.events, preparedRequest(reached, facts, at)] : decision.events;
  return withConsequences(state, message, accepted(...events), facts);
}

function decideContent(
  state: Batch,
  message: Exclude<BatchMessage, { name: 'addToBatch' }>,
  facts: BatchFacts,
): BatchDecision {
  switch (message.name) {
    case 'sendBatch':
      return accepted(...noted(message.payload.reason), preparedRequest(state, facts, message.at));
    case 'recordPaymentStatus':
      return decidePaymentStatus(state, message, facts);
    case 'correctPaymentRequest':
      return decideCorrection(state, message, facts);
    case 'splitBatch':
      return decideSplit(state, message, facts);
    case 'recordSavbAnswer':
      return decideSavbAnswer(state, message, facts);
    case 'passDeadline':
      return decideDeadline(state, message, facts);
    case 'resolveTask':
      return decideResolution(state, message);
    case 'claimTask':
      return decideClaim(state, taskPrefixOf(state.batchId), message);
    case 'releaseTask':
      return decideRelease(state, taskPrefixOf(state.batchId), message);
    case 'addNote':
      return accepted({ type: 'NoteAdded', data: { text: message.payload.text } });
  }
}

const noted = (text: string | undefined): NewBatchEvent[] =>
  text === undefined ? [] : [{ type: 'NoteAdded', data: { text } }];

/** Closes tasks that lost their reason and puts every date that is now due into the last event. */
function withConsequences(
  state: Opened,
  message: BatchMessage,
  decision: BatchDecision,
  facts: BatchFacts,
): BatchDecision {
  if (decision.kind !== 'accepted') return decision;
  const events = [...decision.events, ...obsoleteTasks(preview(state, message, decision.events))];
  const after = preview(state, message, events);
  const deadlines = scheduleOf(after, facts, message.at);
  const last = events.at(-1);
  if (!last || sameSchedule(deadlines, after.deadlines)) return accepted(...events);
  return accepted(...events.slice(0, -1), withDeadlines(last, deadlines));
}

const withDeadlines = (event: NewBatchEvent, deadlines: BatchDeadline[]): NewBatchEvent =>
  ({ ...event, data: { ...event.data, deadlines } }) as NewBatchEvent;

/** The batch as it would be with these events. Throws when the first event of all is not the opening. */
export function preview(state: Opened, message: BatchMessage, events: readonly NewBatchEvent[]): Batch {
  const after = stamp(state, message, events).reduce<Opened>(evolve, state);
  if (!after) throw new Error('no event, no batch');
  return after;
}

function stamp(state: Opened, message: BatchMessage, events: readonly NewBatchEvent[]): BatchEvent[] {
  const batchId = state?.batchId ?? (message.name === 'addToBatch' ? message.payload.batchId : '');
  return stamped(events, state?.version ?? 0, message).map((event) => ({ ...event, batchId }));
}

/** The events by which a decision is recorded; none for a repeat. A refusal is recorded too, once there is a record. */
export function eventsOf(state: Opened, message: BatchMessage, decision: BatchDecision): BatchEvent[] {
  switch (decision.kind) {
    case 'accepted':
      return stamp(state, message, decision.events);
    case 'refused': {
      const data = { message: message.name, refusal: decision.refusal };
      return state ? stamp(state, message, [{ type: 'MessageRefused', data }]) : [];
    }
    case 'repeated':
      return [];
  }
}
