import type { Actor } from '../../contracts/messages';
import type { TaskOrNoteMessageName } from '../../contracts/names';
import type { DifferenceGroup } from '../../contracts/reconciliation';
import type { Task } from '../../contracts/tasks';
import { accepted, refused, type Decision } from '../decision';
import { amountText } from '../money';
import {
  decideClaim,
  decideRelease,
  evolveTasks,
  findTask,
  resolutionOf,
  taskIdOf,
  type TaskEventData,
  type TaskOwner,
} from '../tasks';
import { aboutOf, type Found } from './reconciliation';

/** The tasks of reconciliation: one for each difference, on no engagement's record, for that may be over or unknown. */

const WHAT_TO_DO: Record<DifferenceGroup, { title: string; instructions: string }> = {
  missingThere: {
    title: 'SAVB does not have a payment request of ours',
    instructions:
      'Look for our reference and the number in SAVB. If it is certainly not there, have the helpdesk find out why before anything is sent again.',
  },
  missingHere: {
    title: 'SAVB has a payment request that is not on record',
    instructions:
      'Look it up in SAVB. If it was submitted twice, have one of the two cancelled there; if by hand, record payment status submitted with its number.',
  },
  amountDiffers: {
    title: 'SAVB has a payment request over another amount',
    instructions: 'Compare it in SAVB with our invoice, and have it cancelled or corrected there.',
  },
};

const IN_THE_END =
  'It closes by itself once a reconciliation finds both sides equal; resolve as reconciled what you have settled. What still differs then opens a new task.';

/** Whose task it is, as its id says; `name` is the reference, or stands for one that cannot be in an id. */
export const differencePrefix = (name: string): string => `reconciliation:${name}`;

/** The `number`th task about a reference; `at` is the instant of the comparison. */
export function differenceTask(found: Found, name: string, number: number, at: string): Task {
  const { group, reference, engagementId, batchId, partnerId, here, there, why } = found;
  const { title, instructions } = WHAT_TO_DO[group];
  return {
    taskId: taskIdOf(differencePrefix(name), 'recordsDiffer', number),
    kind: 'recordsDiffer',
    status: 'open',
    ...(engagementId !== undefined && { engagementId }),
    ...(batchId !== undefined && { batchId }),
    ...(partnerId !== undefined && { partnerId }),
    role: 'support',
    about: aboutOf(found),
    title,
    instructions: [
      `${reference}: ${why}.`,
      `Here: ${sideText(here)}. At SAVB: ${sideText(there)}.`,
      instructions,
      IN_THE_END,
    ].join('\n'),
    resolutions: ['reconciled'],
    openedAt: at,
  };
}

function sideText(side: Found['here']): string {
  const { amount, microsoftReferenceNumber } = side ?? {};
  const parts = [amount && amountText(amount), microsoftReferenceNumber].filter((part) => part !== undefined);
  return parts.join(', ') || 'nothing';
}

type Told = Exclude<TaskOrNoteMessageName, 'addNote'>;

/** What somebody says about such a task. */
export interface AboutDifference {
  name: Told;
  payload: { taskId: string; resolution?: string; note?: string };
  actor: Actor;
}

type TaskEvent = {
  [Type in Exclude<keyof TaskEventData, 'TaskOpened'>]: { type: Type; data: TaskEventData[Type] };
}[Exclude<keyof TaskEventData, 'TaskOpened'>];

/** Decides it by the rules of all tasks. */
export function decideAboutDifference(task: Task, { name, ...said }: AboutDifference): Decision<TaskEvent> {
  const prefix = task.taskId.replace(/:recordsDiffer:\d+$/, '');
  const owner: TaskOwner = {
    openTasks: task.status === 'open' ? [task] : [],
    tasksOpened: { [task.kind]: Number(task.taskId.split(':').at(-1)) },
  };
  switch (name) {
    case 'claimTask':
      return decideClaim(owner, prefix, said);
    case 'releaseTask':
      return decideRelease(owner, prefix, said);
    case 'resolveTask': {
      const { taskId, resolution, note } = said.payload;
      const found = findTask(owner, prefix, taskId, said.actor);
      if ('no' in found) return refused(found.no);
      const chosen = resolutionOf(found.task, resolution);
      if ('no' in chosen) return refused(chosen.no);
      const noted = note !== undefined && { note };
      return accepted({ type: 'TaskResolved', data: { taskId, kind: task.kind, ...chosen, ...noted } });
    }
  }
}

/** The task after it. */
export function afterEvent(task: Task, event: TaskEvent): Task {
  const [after] = evolveTasks({ openTasks: [task], tasksOpened: {} }, event).openTasks;
  return after ?? { ...task, status: 'resolved' };
}
