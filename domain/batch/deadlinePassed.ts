import type { BatchDeadline } from '../../contracts/batch';
import type { BatchTaskKind } from '../../contracts/names';
import { deadlineId } from '../deadlines';
import { accepted } from '../decision';
import type { BatchDecision, BatchFacts } from './decision';
import type { NewBatchEvent } from './events';
import type { BatchMessageOf } from './message';
import { preparedRequest } from './request';
import { openTask, type Batch } from './state';
import { taskOpened } from './tasks';

type Reminding = Exclude<BatchDeadline['kind'], 'batchDue' | 'closing'>;

const ABOUT: Record<Reminding, string> = {
  paymentWindowClosing: 'The batch is not submitted yet and the first of its payment windows closes soon.',
  paymentWindowEnd: 'The first payment window of the batch is over without a submitted request.',
  paymentOverdue: 'The payment was expected by now.',
};

/** A deadline passed. One that is no longer set says nothing. */
export function decideDeadline(
  state: Batch,
  { payload, at }: BatchMessageOf<'passDeadline'>,
  facts: BatchFacts,
): BatchDecision {
  const { kind } = payload;
  if (!state.deadlines.some((deadline) => deadlineId(deadline) === deadlineId(payload))) return { kind: 'repeated' };
  if (kind === 'batchDue') return accepted(preparedRequest(state, facts, at));
  if (kind === 'closing')
    return accepted(
      ...state.openTasks.map((task): NewBatchEvent => ({
        type: 'TaskResolved',
        data: { taskId: task.taskId, kind: task.kind, resolution: 'closedBySystem' },
      })),
    );
  const reminded: NewBatchEvent = { type: 'DeadlineReminded', data: { kind, at: payload.at, about: ABOUT[kind] } };
  return accepted(reminded, ...taskFor(state, kind, at));
}

const OPENS = {
  paymentWindowClosing: 'paymentWindowClosing',
  paymentWindowEnd: 'paymentWindowLapsed',
  paymentOverdue: 'paymentOverdue',
} as const satisfies Record<Reminding, BatchTaskKind>;

function taskFor(state: Batch, kind: Reminding, at: string): NewBatchEvent[] {
  if (openTask(state, OPENS[kind])) return [];
  const windowEnd = kind === 'paymentWindowClosing' && state.deadlines.find((due) => due.kind === 'paymentWindowEnd');
  return [taskOpened(state, OPENS[kind], at, windowEnd ? { dueAt: windowEnd.at } : {})];
}
