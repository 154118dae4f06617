import { withoutPassed } from '../deadlines';
import { effectsAfter } from '../record';
import { isRefused, paymentAfter } from '../settlement/request';
import { evolveTasks } from '../tasks';
import type { BatchEvent, BatchEventData, RecordedBatchMessage } from './events';
import type { BatchMessage } from './message';
import type { Batch } from './state';

/** The next state. Total over recorded histories; throws only when a history does not begin with its opening. */
export function evolve(state: Batch | undefined, event: BatchEvent): Batch {
  const changed = event.type === 'BatchOpened' ? begin(event, event.data) : state && change(state, event);
  if (!changed) throw new Error(`the record of ${event.batchId} begins with ${event.type}`);
  return {
    ...changed,
    version: event.version,
    updatedAt: event.at,
    deadlines: event.data.deadlines ?? changed.deadlines,
  };
}

function begin({ batchId, version, at }: BatchEvent, data: BatchEventData['BatchOpened']): Batch {
  const { partnerId, offering, country, locationId, currency, utcOffset } = data;
  return {
    batchId,
    version,
    partnerId,
    offering,
    country,
    locationId,
    currency,
    utcOffset,
    stage: 'collecting',
    members: [],
    left: [],
    late: [],
    openTasks: [],
    tasksOpened: {},
    deadlines: [],
    passed: [],
    effects: {},
    openedAt: at,
    updatedAt: at,
  };
}

function change(state: Batch, event: BatchEvent): Batch {
  switch (event.type) {
    case 'BatchOpened':
    case 'NoteAdded':
    case 'MessageRefused':
      return state;
    case 'VoucherAdded':
      return withMember(state, event.data);
    case 'BatchSplit':
      return without(
        state,
        event.data.left.map(({ reference }) => reference),
      );
    case 'PaymentRequestPrepared':
      return { ...state, ...paymentAfter({ ...state, stage: sealed(state.stage) }, event) };
    case 'PaymentRequestSubmitted':
    case 'PaymentStatusChanged':
    case 'PaymentDenied':
    case 'PaymentRequestCorrected':
      return { ...state, ...paymentAfter(state, event) };
    case 'DeadlineReminded':
      return { ...state, ...withoutPassed(state, event.data) };
    case 'TaskOpened':
    case 'TaskClaimed':
    case 'TaskReleased':
    case 'TaskResolved':
      return { ...state, ...evolveTasks(state, event) };
  }
}

/** What is asked for again does not take the batch back. */
const sealed = (stage: Batch['stage']): Batch['stage'] => (stage === 'collecting' ? 'prepared' : stage);

function withMember(state: Batch, { member, afterWindow }: BatchEventData['VoucherAdded']): Batch {
  const late = afterWindow ? [...state.late, member.reference] : state.late;
  return { ...state, members: [...state.members, member], late };
}

/** Whoever left does not come back; without members there is nothing to ask for. */
function without(state: Batch, references: readonly string[]): Batch {
  const members = state.members.filter(({ reference }) => !references.includes(reference));
  return {
    ...state,
    members,
    left: [...state.left, ...references],
    late: state.late.filter((reference) => !references.includes(reference)),
    stage: members.length === 0 ? 'dissolved' : state.stage,
  };
}

/**
 * Who is in, what a deadline or an answer of SAVB brings, and whose task it is, the state alone says; a note said twice is
 * two: their repeats are no repeats.
 */
const NEVER_STANDING: readonly string[] = [
  'addToBatch',
  'claimTask',
  'releaseTask',
  'addNote',
  'passDeadline',
  'recordSavbAnswer',
] satisfies BatchMessage['name'][];

/** Which earlier messages' effects an event ends: of a request that is made anew, the same may be said again. */
function undoneBy(event: BatchEvent): readonly BatchMessage['name'][] {
  switch (event.type) {
    case 'PaymentRequestPrepared':
    case 'PaymentRequestSubmitted':
      return ['recordPaymentStatus'];
    case 'PaymentStatusChanged':
      return isRefused(event.data.status) ? ['recordPaymentStatus', 'correctPaymentRequest', 'splitBatch'] : [];
    default:
      return [];
  }
}

/** Takes up one recorded message. */
export function take(state: Batch | undefined, document: RecordedBatchMessage): Batch | undefined {
  const after = document.events.reduce<Batch | undefined>(evolve, state);
  if (!after) return undefined;
  const undone = document.events.flatMap(undoneBy);
  return { ...after, effects: effectsAfter(after.effects, document, undone, NEVER_STANDING) };
}

/** The state after a whole record, documents in the order of `fromVersion`. */
export function evolveAll(documents: readonly RecordedBatchMessage[]): Batch | undefined {
  return documents.reduce<Batch | undefined>(take, undefined);
}
