import type { Db } from 'mongodb';
import type { Actor } from '../contracts/messages';
import { SYSTEM } from '../contracts/names';
import type { Task } from '../contracts/tasks';
import { FORGOTTEN } from '../domain/forget';
import { saysTheSame } from '../domain/record';
import { refusal, type Refusal } from '../domain/refusals';
import {
  afterEvent,
  decideAboutDifference,
  differencePrefix,
  differenceTask,
  type AboutDifference,
} from '../domain/settlement/differenceTasks';
import { aboutOf, type Found } from '../domain/settlement/reconciliation';
import { NO_LONGER_NEEDED } from '../domain/tasks';
import { unlessDuplicate } from './errors';
import { fingerprintOf, standInFor } from './fingerprint';
import type { TaskRow } from './tasks';

/** What was said about such a task and when: the row is its whole record. */
interface Said {
  type: string;
  at: string;
  actor: Actor;
  /** Absent for what the system says itself. */
  messageId?: string;
  fingerprint?: string;
  taskId?: string;
  resolution?: string;
  note?: string;
  /** What was said is forgotten, and the fingerprint stands for another. */
  forgotten?: true;
}

type Row = TaskRow & { reconciliation: { reference: string; said: Said[] } };

/** A message about such a task, as it came in. */
export type DifferenceMessage = AboutDifference & { messageId: string; fingerprint: string };

export type DifferenceTasks = ReturnType<typeof createDifferenceTasks>;

const KIND = 'recordsDiffer';

/** References that may stand in an id; others are named by their digest. */
const PLAIN_REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** Everything whose id begins so. */
const beginningWith = (prefix: string) => ({ $gte: prefix, $lt: `${prefix}\uffff` });

/** What a row is about, as `subjectOf` names a difference. */
const subjectOfRow = ({ about, reconciliation }: Row): string => `${reconciliation.reference} ${about}`;
const subjectOf = (found: Found): string => `${found.reference} ${aboutOf(found)}`;

function taskOf({ _id, version: _version, reconciliation: _reconciliation, ...task }: Row): Task {
  return task;
}

/**
 * The tasks about differences between SAVB's books and ours, in the task list beside all others. Every change names the row
 * as it was read, so of two at once one changes nothing and looks again.
 */
export function createDifferenceTasks(db: Db) {
  const rows = db.collection<Row>('tasks');

  const openRows = (): Promise<Row[]> =>
    rows
      .find({ kind: KIND, status: 'open', _id: beginningWith('reconciliation:'), reconciliation: { $exists: true } })
      .hint('kind')
      .toArray();

  /** Opens the next task about a reference, unless there is one open about this by now. */
  async function open(found: Found, at: string): Promise<boolean> {
    const { reference } = found;
    const name = PLAIN_REFERENCE.test(reference) ? reference : fingerprintOf('reference', reference).slice(0, 20);
    for (;;) {
      const known = await rows
        .find({ _id: beginningWith(`${differencePrefix(name)}:${KIND}:`) })
        .hint('_id_')
        .toArray();
      if (known.some((row) => row.status === 'open' && subjectOfRow(row) === subjectOf(found))) return false;
      const task = differenceTask(found, name, known.length + 1, at);
      const row = { _id: task.taskId, ...task, version: 1, reconciliation: { reference, said: [] } };
      if (await unlessDuplicate(rows.insertOne(row))) return true;
    }
  }

  /** Replaces the task of a row, unless somebody was faster. */
  async function write({ _id, version, reconciliation }: Row, task: Task, said: Said): Promise<boolean> {
    const row = {
      ...task,
      version: version + 1,
      reconciliation: { ...reconciliation, said: [...reconciliation.said, said] },
    };
    return (await rows.replaceOne({ _id, version }, row)).matchedCount === 1;
  }

  return {
    /**
     * Sees to it that each difference has one open task, and closes the tasks opened before `at`, the instant at which the
     * comparison began, whose difference is gone. Answers how many of each.
     */
    async follow(differences: readonly Found[], at: string): Promise<{ opened: number; closed: number }> {
      const before = await openRows();
      const [wanted, asked] = [new Set(differences.map(subjectOf)), new Set(before.map(subjectOfRow))];
      let [opened, closed] = [0, 0];
      for (const found of differences) if (!asked.has(subjectOf(found)) && (await open(found, at))) opened += 1;
      for (const row of before) {
        if (row.openedAt >= at || wanted.has(subjectOfRow(row))) continue;
        const said = { type: 'TaskResolved', at, actor: SYSTEM, resolution: NO_LONGER_NEEDED };
        if (await write(row, { ...taskOf(row), status: 'resolved' }, said)) closed += 1;
      }
      return { opened, closed };
    },

    /**
     * Takes what somebody says about a task, once per message id, and answers the task after it or why not. A repeat has
     * the answer of the first. Undefined when there is no such task. `at` is the instant of the decision.
     */
    async hear(message: DifferenceMessage, at: string): Promise<{ task: Task } | { refusal: Refusal } | undefined> {
      const { messageId, fingerprint, actor, payload } = message;
      for (;;) {
        const row = await rows.findOne({ _id: payload.taskId, reconciliation: { $exists: true } }, { hint: '_id_' });
        if (!row) return undefined;
        const task = taskOf(row);
        const before = row.reconciliation.said.find((said) => said.messageId === messageId);
        if (before && !saysTheSame({ fingerprint: '', ...before }, fingerprint))
          return { refusal: refusal('idempotency-key-reused', `${messageId} was used for something else`) };
        if (before) return { task };
        const decision = decideAboutDifference(task, message);
        if (decision.kind === 'refused') return { refusal: decision.refusal };
        const [event] = decision.kind === 'accepted' ? decision.events : [];
        if (!event) return { task };
        const after = afterEvent(task, event);
        const said = { type: event.type, at, actor, messageId, fingerprint, ...payload };
        if (await write(row, after, said)) return { task: after };
      }
    },

    /** Forgets what people noted about the payment requests of an engagement or a batch. */
    async forgetNotes({ what, id }: { what: 'engagement' | 'batch'; id: string }): Promise<void> {
      const [named, referring] = await Promise.all(
        [
          rows.find({ [`${what}Id`]: id, reconciliation: { $exists: true } }).hint(what),
          rows
            .find({ _id: beginningWith(`${differencePrefix(id)}:invoice:`), reconciliation: { $exists: true } })
            .hint('_id_'),
        ].map((found) => found.map(({ _id }) => _id).toArray()),
      );
      for (const _id of new Set([...named!, ...referring!])) await forgetNotesOf(_id);
    },
  };

  async function forgetNotesOf(_id: string): Promise<void> {
    for (;;) {
      const row = await rows.findOne({ _id });
      if (!row || row.reconciliation.said.every(({ note = FORGOTTEN }) => note === FORGOTTEN)) return;
      const { version, reconciliation } = row;
      const left = { ...reconciliation, said: reconciliation.said.map(withoutNote) };
      await rows.updateOne({ _id, version }, { $set: { version: version + 1, reconciliation: left } });
    }
  }
}

function withoutNote(said: Said): Said {
  const { note, messageId } = said;
  if (note === undefined || messageId === undefined) return said;
  return { ...said, note: FORGOTTEN, fingerprint: standInFor(messageId), forgotten: true };
}
