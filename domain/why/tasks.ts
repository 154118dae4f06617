import type { TaskKind } from '../../contracts/names';
import type { Task } from '../../contracts/tasks';
import { moment } from '../wording';
import { resolveCommand, waysOf } from './commands';
import type { Explained } from './explained';
import { PARTNER_EXPLAINED } from './partnerTasks';
import { PAYMENT_EXPLAINED } from './paymentTasks';
import { VOUCHER_EXPLAINED } from './voucherTasks';
import { people, type TaskExplained, type Way } from './why';

const EXPLAINED: Record<TaskKind, Explained> = {
  ...VOUCHER_EXPLAINED,
  ...PAYMENT_EXPLAINED,
  ...PARTNER_EXPLAINED,
  recordsDiffer: {
    means: 'What differs stays as it is until somebody puts it right; nothing is changed by itself.',
    resolutions: { reconciled: 'the task is done; it opens anew for what still differs' },
  },
};

/** A task recorded by an earlier release may offer a way that is no longer known. */
const NO_MORE = 'the task is done, and that is all';

/** An open task with what it means and the command for each way out. `isTimely`: whether a message can be said now. */
export function explain(task: Task, isTimely: (message: string) => boolean = () => true): TaskExplained {
  const { taskId, title, kind, about, instructions } = task;
  const { means, resolutions, doings = [] } = EXPLAINED[kind];
  return {
    taskId,
    title,
    who: whoOf(task),
    instructions: instructions.split('\n'),
    means,
    ways: [
      ...waysOf(
        task,
        (typeof doings === 'function' ? doings(about) : doings).filter(({ does }) => isTimely(does)),
      ),
      ...task.resolutions.map((resolution): Way => ({
        leadsTo: resolutions[resolution] ?? NO_MORE,
        command: resolveCommand(taskId, resolution),
      })),
    ],
  };
}

function whoOf({ role, accountKind, dueAt, claimedBy }: Task): string {
  return [
    `for ${people(role)}`,
    accountKind && `in ${accountKind}`,
    dueAt && `due ${moment(dueAt)}`,
    claimedBy && `claimed by ${claimedBy}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
