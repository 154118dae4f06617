import type { Actor } from '../contracts/messages';
import type { Role } from '../contracts/names';
import type { Task } from '../contracts/tasks';
import { accepted, refused, type Decision } from './decision';
import { refusal, type Refusal } from './refusals';

/** Whoever has things that only a person can do: an engagement, a partner. */
export interface TaskOwner<Kept extends Task = Task> {
  openTasks: Kept[];
  /** Tasks opened so far, by kind: numbers their ids. */
  tasksOpened: Record<string, number>;
}

/** What there is to say about every task of a kind. */
export interface TaskRule {
  role: Role;
  /** The login a person needs outside of this service (E25). */
  accountKind?: string;
  title: string;
  instructions: string;
  /** How a person may resolve it; none means that the named message resolves it. */
  resolutions: readonly string[];
}

/** The login for everything but SAVB (E25). */
export const PARTNER_CENTER = 'Partner Center (work account)';

/** Where one task differs from others of its kind. `detail` goes before the instructions. */
export type Particulars = Partial<Pick<Task, 'about' | 'dueAt'> & Omit<TaskRule, 'resolutions'> & { detail: string }>;

/** A task as it begins; `at` is the instant of the decision. */
export function newTask<Own extends Pick<Task, 'taskId' | 'kind'>>(
  own: Own,
  rule: TaskRule,
  at: string,
  { detail, dueAt, ...differing }: Particulars = {},
) {
  const told = { ...rule, ...differing };
  return {
    ...own,
    status: 'open' as const,
    ...told,
    instructions: detail === undefined ? told.instructions : `${detail}\n${told.instructions}`,
    ...(dueAt !== undefined && { dueAt }),
    resolutions: [...rule.resolutions],
    openedAt: at,
  };
}

/** What happens to a task. */
export interface TaskEventData<Kept extends Task = Task> {
  TaskOpened: { task: Kept };
  TaskClaimed: { taskId: string; claimedBy: string; note?: string };
  TaskReleased: { taskId: string; note?: string };
  TaskResolved: { taskId: string; kind: Kept['kind']; resolution: string; note?: string };
}

type TaskEvent<Kept extends Task, Type extends keyof TaskEventData> = {
  [Each in Type]: { type: Each; data: TaskEventData<Kept>[Each] };
}[Type];

/** How a task ends that lost its reason. */
export const NO_LONGER_NEEDED = 'noLongerNeeded';

export const noLongerNeeded = <Kept extends Task>({ taskId, kind }: Kept) => ({
  type: 'TaskResolved' as const,
  data: { taskId, kind: kind as Kept['kind'], resolution: NO_LONGER_NEEDED },
});

/** Names the `number`th task of its kind, counted from 1. `prefix` names whose task it is. */
export const taskIdOf = (prefix: string, kind: string, number: number): string => `${prefix}:${kind}:${number}`;

/** Whoever has the role of the task may act on it, and so may operators and support; a Global Admin stands for a Partner Admin. */
export function mayActOn({ role }: Pick<Task, 'role'>, actor: Pick<Actor, 'role'>): boolean {
  const roles: readonly Actor['role'][] = [
    role,
    'operator',
    'support',
    'system',
    ...((role === 'partnerAdmin' ? ['globalAdmin'] : []) as Role[]),
  ];
  return roles.includes(actor.role);
}

/** The open task somebody wants to act on, or why he may not. */
export function findTask<Kept extends Task>(
  owner: TaskOwner<Kept>,
  prefix: string,
  taskId: string,
  actor: Actor,
): { task: Kept } | { no: Refusal } {
  const task = owner.openTasks.find((candidate) => candidate.taskId === taskId);
  if (!task)
    return {
      no: wasOpened(owner, prefix, taskId)
        ? refusal('task-resolved', `${taskId} is resolved`)
        : refusal('task-unknown', `${prefix} has no task ${taskId}`),
    };
  if (!mayActOn(task, actor)) return { no: refusal('task-of-another-role', `${taskId} is for ${task.role}`) };
  if (task.claimedBy !== undefined && task.claimedBy !== actor.subject && actor.role !== 'system')
    return { no: refusal('task-claimed', `${task.claimedBy} works on ${taskId}`) };
  return { task };
}

const wasOpened = ({ tasksOpened }: TaskOwner, prefix: string, taskId: string): boolean =>
  Object.entries(tasksOpened).some(([kind, count]) =>
    Array.from({ length: count }, (_, index) => taskIdOf(prefix, kind, index + 1)).includes(taskId),
  );

interface AboutTask {
  payload: { taskId: string; note?: string };
  actor: Actor;
}

const noted = ({ note }: AboutTask['payload']): { note?: string } => (note === undefined ? {} : { note });

/** A task becomes one person's until it is released or resolved. */
export function decideClaim(
  owner: TaskOwner,
  prefix: string,
  { payload, actor }: AboutTask,
): Decision<TaskEvent<Task, 'TaskClaimed'>> {
  const { taskId } = payload;
  const found = findTask(owner, prefix, taskId, actor);
  if ('no' in found) return refused(found.no);
  if (found.task.claimedBy === actor.subject) return { kind: 'repeated' };
  return accepted({ type: 'TaskClaimed', data: { taskId, claimedBy: actor.subject, ...noted(payload) } });
}

/** Whoever may act on a task may release it, whoever claimed it: people go on holiday (E25). */
export function decideRelease(
  owner: TaskOwner,
  prefix: string,
  { payload, actor }: AboutTask,
): Decision<TaskEvent<Task, 'TaskReleased'>> {
  const { taskId } = payload;
  const claimant = owner.openTasks.find((task) => task.taskId === taskId)?.claimedBy ?? actor.subject;
  const found = findTask(owner, prefix, taskId, { ...actor, subject: claimant });
  if ('no' in found) return refused(found.no);
  if (found.task.claimedBy === undefined) return { kind: 'repeated' };
  return accepted({ type: 'TaskReleased', data: { taskId, ...noted(payload) } });
}

/** The way in which a task is to be resolved, by default its only one, or why that is none. */
export function resolutionOf(task: Task, named: string | undefined): { resolution: string } | { no: Refusal } {
  const [only, ...others] = task.resolutions;
  const resolution = named ?? (others.length === 0 ? only : undefined);
  if (resolution !== undefined && task.resolutions.includes(resolution)) return { resolution };
  const choices = task.resolutions.join(', ');
  return {
    no: refusal('resolution-unknown', choices === '' ? task.instructions : `choose ${choices}`, {
      resolution: `one of ${choices || 'none: see the instructions'}`,
    }),
  };
}

/** The open tasks and their numbers after an event. */
export function evolveTasks<Kept extends Task>(
  { openTasks, tasksOpened }: TaskOwner<Kept>,
  event: TaskEvent<Kept, keyof TaskEventData>,
): TaskOwner<Kept> {
  switch (event.type) {
    case 'TaskOpened': {
      const { task } = event.data;
      return {
        openTasks: [...openTasks, task],
        tasksOpened: { ...tasksOpened, [task.kind]: (tasksOpened[task.kind] ?? 0) + 1 },
      };
    }
    case 'TaskClaimed': {
      const { taskId, claimedBy } = event.data;
      return {
        openTasks: openTasks.map((task) => (task.taskId === taskId ? { ...task, claimedBy } : task)),
        tasksOpened,
      };
    }
    case 'TaskReleased':
      return { openTasks: openTasks.map((task) => released(task, event.data.taskId)), tasksOpened };
    case 'TaskResolved':
      return { openTasks: openTasks.filter(({ taskId }) => taskId !== event.data.taskId), tasksOpened };
  }
}

function released<Kept extends Task>(task: Kept, taskId: string): Kept {
  if (task.taskId !== taskId) return task;
  const { claimedBy: _claimedBy, ...rest } = task;
  return rest as Kept;
}
