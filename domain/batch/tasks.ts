import { batchWorkflowId, type BatchTaskKind } from '../../contracts/names';
import { isStillNeeded, PAYMENT_TASK_RULES, particularsOf } from '../settlement/tasks';
import { newTask, noLongerNeeded, taskIdOf, type Particulars, type TaskRule } from '../tasks';
import type { NewBatchEvent } from './events';
import { isFinal, isSubmissionDue, type Batch, type BatchTask } from './state';

/** Everything about a batch that only a person can do, by kind. */
export const BATCH_TASK_RULES = {
  ...PAYMENT_TASK_RULES,
  paymentRejected: {
    ...PAYMENT_TASK_RULES.paymentRejected,
    instructions:
      'Read the reason. Take the vouchers it is about out of the batch (splitBatch): what remains is asked for again, and they are corrected on their own. Or correct location or invoice date for all (correctPaymentRequest), inside the payment window; or record payment status denied (E20).',
  },
  recordsDiffer: {
    role: 'support',
    title: 'SAVB and our records differ',
    instructions: 'Compare the batch with what SAVB shows, put right what is wrong there, then resolve as reconciled.',
    resolutions: ['reconciled'],
  },
} as const satisfies Record<BatchTaskKind, TaskRule>;

/** Whose task it is, as its id says: `batch:{batchId}`. */
export const taskPrefixOf = batchWorkflowId;

/** Opens a task; `at` is the instant of the decision. */
export function taskOpened(state: Batch, kind: BatchTaskKind, at: string, differing?: Particulars): NewBatchEvent {
  const { batchId, partnerId, tasksOpened } = state;
  const taskId = taskIdOf(taskPrefixOf(batchId), kind, (tasksOpened[kind] ?? 0) + 1);
  const particulars = particularsOf(kind, { batchId }, differing);
  const task: BatchTask = newTask({ taskId, kind, batchId, partnerId }, BATCH_TASK_RULES[kind], at, particulars);
  return { type: 'TaskOpened', data: { task } };
}

/** Closes the open tasks that lost their reason. */
export function obsoleteTasks(state: Batch): NewBatchEvent[] {
  return state.openTasks.filter((task) => !stillNeeded(state, task)).map(noLongerNeeded);
}

function stillNeeded(state: Batch, { kind }: BatchTask): boolean {
  if (kind === 'recordsDiffer') return true;
  return !isFinal(state) && isStillNeeded(kind, state, isSubmissionDue(state));
}
