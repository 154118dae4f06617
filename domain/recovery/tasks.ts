import type { Task } from '../../contracts/tasks';
import type { Step } from './steps';

/** A task as it was at a version of its owner: the last one at which it was open, or the one that resolved it. */
export type TaskAtVersion = Task & { version: number };

/** Every task there ever was, open and resolved, as its owner's record tells of it. */
export function tasksAlong(
  steps: readonly Step<{ version: number; openTasks: readonly Task[] }, unknown>[],
): TaskAtVersion[] {
  const tasks = new Map<string, TaskAtVersion>();
  for (const { after } of steps) {
    const { version } = after;
    const open = new Set(after.openTasks.map(({ taskId }) => taskId));
    for (const task of tasks.values())
      if (task.status === 'open' && !open.has(task.taskId))
        tasks.set(task.taskId, { ...task, status: 'resolved', version });
    for (const task of after.openTasks) tasks.set(task.taskId, { ...task, version });
  }
  return [...tasks.values()];
}
