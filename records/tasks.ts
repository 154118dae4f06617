import type { AnyBulkWriteOperation, Db, Filter } from 'mongodb';
import { RECONCILIATION_TASK, type Role, type TaskKind } from '../contracts/names';
import type { Task } from '../contracts/tasks';
import type { DueTask } from '../domain/escalation';
import { unlessDuplicate } from './errors';
import { idBefore, pageOf, type Page, type PageRequest } from './pages';
import { soonestFirst } from './soonestFirst';

/** A task as it was at `version` of its engagement; `_id` is its taskId. */
export type TaskRow = Task & { _id: string; version: number };

export interface TaskFilter {
  status?: Task['status'];
  partnerId?: string;
  kind?: TaskKind;
  role?: Role;
  claimedBy?: string;
  /** Only tasks that are due before this instant. */
  dueBefore?: string;
}

interface TaskRequest extends TaskFilter, PageRequest {
  order?: 'id' | 'due';
}

/** Reads a row as the task alone. */
const asTask = { projection: { _id: 0, version: 0, reconciliation: 0 } };

export type Tasks = ReturnType<typeof createTasks>;

/** The projection of all tasks, open and resolved. */
export function createTasks(db: Db) {
  const tasks = db.collection<TaskRow>('tasks');
  return {
    /** Tasks in the order of their ids, or those due soonest first. @throws InvalidCursor */
    async list({ limit, after, order, ...filter }: TaskRequest): Promise<Page<Task>> {
      if (order === 'due') {
        const placeOf = ({ dueAt, taskId }: Task) => ({ at: dueAt, id: taskId });
        const list = { query: queryOf(filter, undefined), instant: 'dueAt', view: asTask, placeOf };
        return soonestFirst(tasks, list, { limit, after });
      }
      const found = tasks
        .find<Task>(queryOf(filter, after), asTask)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .hint(indexFor(filter));
      return pageOf(await found.toArray(), limit, ({ taskId }) => taskId);
    },

    /** Open tasks that were due before the instant `now`, in the order of their ids. */
    async *overdue(now: string): AsyncGenerator<DueTask> {
      yield* tasks
        .find<DueTask>({ status: 'open', dueAt: { $lt: now } }, asTask)
        .sort({ _id: 1 })
        .hint('status');
    },

    find: async (taskId: string): Promise<Task | undefined> =>
      (await tasks.findOne<Task>({ _id: taskId }, asTask)) ?? undefined,

    /**
     * Shows the open tasks that a subject has at `version`, and as resolved those it does not have any more; what a newer
     * version wrote stays. Of an upsert that loses to another, only the second try tells whether the other was newer.
     */
    async project(subject: Filter<TaskRow>, version: number, open: readonly Task[]): Promise<void> {
      const write = () => unlessDuplicate(tasks.bulkWrite(writesOf(subject, version, open), { ordered: false }));
      if (!(await write())) await write();
    },
  };
}

function writesOf(subject: Filter<TaskRow>, version: number, open: readonly Task[]): AnyBulkWriteOperation<TaskRow>[] {
  const older = { version: { $lt: version } };
  // What reconciliation asks about the same subject is on nobody's record and stays.
  const others = { $nin: open.map(({ taskId }) => taskId), $not: RECONCILIATION_TASK };
  const resolved = { ...subject, status: 'open' as const, _id: others };
  return [
    ...open.map((task) => ({
      replaceOne: { filter: { _id: task.taskId, ...older }, replacement: { ...task, version }, upsert: true },
    })),
    { updateMany: { filter: { ...resolved, ...older }, update: { $set: { status: 'resolved', version } } } },
  ];
}

/** Only what is asked for: the driver drops a condition whose value is undefined, and the list would be everybody's. */
function queryOf(
  { status, partnerId, kind, role, claimedBy, dueBefore }: TaskFilter,
  after: string | undefined,
): Filter<TaskRow> {
  return {
    ...(status !== undefined && { status }),
    ...(partnerId !== undefined && { partnerId }),
    ...(kind !== undefined && { kind }),
    ...(role !== undefined && { role }),
    ...(claimedBy !== undefined && { claimedBy }),
    ...(dueBefore !== undefined && { dueAt: { $lt: new Date(dueBefore).toISOString() } }),
    ...(after !== undefined && { _id: { $gt: idBefore(after) } }),
  };
}

/** The most selective index, by name: the same plan on every server. */
function indexFor({ status, partnerId, kind }: TaskFilter): string {
  if (partnerId !== undefined) return 'partner';
  if (kind !== undefined) return 'kind';
  return status !== undefined ? 'status' : '_id_';
}
