import { BSON, type AnyBulkWriteOperation, type Db, type Document } from 'mongodb';
import { RECONCILIATION_TASK } from '../../contracts/names';
import { gapIn } from '../../domain/recovery/steps';
import { unlessDuplicate } from '../errors';
import type { TaskRow } from '../tasks';
import { KINDS, type Following, type Kind } from './kinds';
import { recordOf, subjectsOf, type Subject } from './subjects';

/** What came of rebuilding: how many there are, how many rows were not as they should be, and what has no whole record. */
export interface Rebuilt {
  subjects: number;
  rows: number;
  changed: number;
  /** Ids of subjects whose record has a gap, with the version that is missing: theirs stay as they are. */
  gaps: { id: string; version: number }[];
}

type Row = Document & { _id: string; version: number };

/** What is shown of a subject, and what should be. */
interface Shown {
  /** The record is behind what is shown, and no longer changes: what is shown never was. */
  isAhead: boolean;
  view: Row | undefined;
  tasks: Row[];
  following: Following;
}

const AT_ONCE = 100;

/**
 * Makes the views and task rows of everything that has a record anew from it, while others work: a row that is newer than the
 * record that was read is left to whoever wrote it. Rows that are as they should be are not written; rows of nobody on record
 * stay. May be repeated, and goes on where it broke off.
 */
export async function rebuild(db: Db): Promise<Rebuilt> {
  const rebuilt: Rebuilt = { subjects: 0, rows: 0, changed: 0, gaps: [] };
  for (const kind of KINDS)
    for await (const subjects of subjectsOf(db, kind, AT_ONCE)) {
      const gaps = subjects.flatMap(({ id, documents }) => {
        const version = gapIn(documents);
        return version === undefined ? [] : [{ id, version }];
      });
      const whole = subjects.filter(({ documents }) => gapIn(documents) === undefined);
      const shown = await readShown(db, kind, whole);
      rebuilt.subjects += subjects.length;
      rebuilt.rows += shown.reduce((sum, { following }) => sum + 1 + following.tasks.length, 0);
      rebuilt.changed += await write(db, kind, shown);
      rebuilt.gaps.push(...gaps);
    }
  return rebuilt;
}

async function readShown(db: Db, kind: Kind, subjects: readonly Subject[]): Promise<Shown[]> {
  const ids = subjects.map(({ id }) => id);
  const [views, tasks] = await Promise.all([
    db
      .collection<Row>(kind.views)
      .find({ _id: { $in: ids } })
      .toArray(),
    db
      .collection<TaskRow>('tasks')
      .find({ ...kind.tasksOf(ids), _id: { $not: RECONCILIATION_TASK } })
      .toArray(),
  ]);
  const viewOf = new Map(views.map((view) => [view._id, view]));
  const tasksOf = new Map<string, Row[]>(ids.map((id) => [id, []]));
  for (const task of tasks as Row[]) tasksOf.get(String(task[kind.subject]))?.push(task);
  return Promise.all(
    subjects.map(async (subject) => {
      const [view, own] = [viewOf.get(subject.id), tasksOf.get(subject.id) ?? []];
      const newest = Math.max(0, ...[view, ...own].map((row) => row?.version ?? 0));
      return follow(db, kind, subject, { view, tasks: own, newest });
    }),
  );
}

/** An event goes before its rows, so a record that is read again after them is not behind them, unless they are wrong. */
async function follow(
  db: Db,
  kind: Kind,
  { id, documents }: Subject,
  { view, tasks, newest }: Pick<Shown, 'view' | 'tasks'> & { newest: number },
): Promise<Shown> {
  const isMarked = isMarkedIn(view);
  const read = kind.follow(id, documents, isMarked);
  if (read.version >= newest) return { isAhead: false, view, tasks, following: read };
  const following = kind.follow(id, await recordOf(db, kind, id), isMarked);
  return { isAhead: following.version < newest, view, tasks, following };
}

const isMarkedIn = (view: Row | undefined): boolean =>
  (view?.['lookup'] as { forgotten?: true } | undefined)?.forgotten === true;

/** Answers how many rows were not as they should be. */
async function write(db: Db, kind: Kind, shown: readonly Shown[]): Promise<number> {
  const ofViews = shown.flatMap((one) => viewWrites(one));
  const ofTasks = shown.flatMap(taskWrites);
  if (ofViews.length > 0) await unlessDuplicate(db.collection<Row>(kind.views).bulkWrite(ofViews, { ordered: false }));
  if (ofTasks.length > 0) await unlessDuplicate(db.collection<Row>('tasks').bulkWrite(ofTasks, { ordered: false }));
  return ofViews.length + ofTasks.length;
}

/** Only the row that was read is replaced; of one that has been marked since, erasure takes care. */
function viewWrites({ view, following: { row } }: Shown): AnyBulkWriteOperation<Row>[] {
  if (view && isSame(view, row)) return [];
  const { _id, ...replacement } = row as Row;
  if (!view) return [{ insertOne: { document: row as Row } }];
  const asRead = { _id, version: view.version, 'lookup.forgotten': isMarkedIn(view) ? true : { $ne: true } };
  return [{ replaceOne: { filter: asRead, replacement } }];
}

function taskWrites({ isAhead, tasks, following }: Shown): AnyBulkWriteOperation<Row>[] {
  const stored = new Map(tasks.map((task) => [task._id, task]));
  const wanted = new Set(following.tasks.map(({ _id }) => _id));
  const isOurs = ({ version }: Row) => isAhead || version <= following.version;
  return [
    ...following.tasks.flatMap((task): AnyBulkWriteOperation<Row>[] => {
      const before = stored.get(task._id);
      if (!before) return [{ insertOne: { document: task } }];
      if (isSame(before, task) || !isOurs(before)) return [];
      const { _id, ...replacement } = task;
      return [{ replaceOne: { filter: { _id, version: before.version }, replacement } }];
    }),
    ...tasks
      .filter((task) => !wanted.has(task._id) && isOurs(task))
      .map(({ _id, version }) => ({ deleteOne: { filter: { _id, version } } })),
  ];
}

const bytesOf = (row: Document): Uint8Array => BSON.serialize(row, { ignoreUndefined: true });

const isSame = (one: Document, other: Document): boolean => Buffer.compare(bytesOf(one), bytesOf(other)) === 0;
