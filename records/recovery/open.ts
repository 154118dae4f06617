import type { Db } from 'mongodb';
import { beforeGap, gapIn } from '../../domain/recovery/steps';
import { connect } from '../connect';
import { markComplete, migrate, restoredFrom } from '../migrations/migrate';
import { addToRecord, emptyClaims, holdClaims } from './complete';
import { dump } from './dump';
import { KINDS, type AnyDocument, type Kind } from './kinds';
import { missingNumbers, settleLedger, type Settled } from './ledger';
import type { Manifest } from './manifest';
import { rebuild, type Rebuilt } from './rebuild';
import { restore, restoreAsOf } from './restore';
import { subjectsOf, type Subject } from './subjects';

/** What follows anew from the whole record beside views and tasks: who holds what, and which invoices there are. */
type Reconciled = Omit<Settled, 'taken'> & {
  /** What two hold that only one may. */
  contradictions: string[];
  /** See `missingNumbers`. */
  unusedNumbers: string[];
};

/** What operators do with the database as a whole. */
export interface Recovery {
  /** See `dump`. */
  dump(folder: string): Promise<Manifest>;
  /** See `restore`. */
  restore(folder: string): Promise<Manifest>;
  /** See `restoreAsOf`. */
  restoreAsOf(asOf: string): Promise<{ startedAt: string }>;
  /** See `rebuild`; brings the database up to date first. */
  rebuild(): Promise<Rebuilt>;
  /** As `rebuild`, of a database that nobody else may work with yet. */
  rebuildRestored(): Promise<Rebuilt>;
  /** Instant at which the dump began that was restored and is not complete yet; undefined when there is none. */
  restoredFrom(): Promise<string | undefined>;
  /** Puts messages on record that are missing there. @throws Contradiction */
  addToRecord(name: Kind['name'], id: string, documents: readonly AnyDocument[]): Promise<number>;
  /**
   * Has claims and ledger follow the record that goes on from a dump begun at `dumpedAt`, an instant. Where a record has a gap,
   * what was held stays held. Only of a database that nobody else may work with yet.
   */
  reconcile(dumpedAt: string): Promise<Reconciled>;
  /** Lets everybody work with the database. */
  markComplete(): Promise<void>;
  /** Every subject that something may still happen to, with its record; `gap` is the version at which that breaks off. */
  open(name: Kind['name']): AsyncGenerator<Subject & { gap: number | undefined }>;
  close(): Promise<void>;
}

const AT_ONCE = 100;

/** The longest of these commands reads or writes a thousand documents. */
const ANSWER_MS = 10 * 60_000;

/** Connects to the database that `uri` names. Throws as `openRecords` does. */
export async function openRecovery({ uri, timeoutMs }: { uri: string; timeoutMs: number }): Promise<Recovery> {
  const client = await connect(uri, { timeoutMs, answerMs: ANSWER_MS });
  const db = client.db();
  return {
    dump: (folder) => dump(db, folder, () => new Date()),
    restore: (folder) => restore(db, folder),
    restoreAsOf: (asOf) => restoreAsOf(db, asOf, () => new Date()),
    async rebuild() {
      await migrate(db);
      return rebuild(db);
    },
    rebuildRestored: () => rebuild(db),
    restoredFrom: () => restoredFrom(db),
    addToRecord: (name, id, documents) => addToRecord(db, kindNamed(name), id, documents),
    reconcile: (dumpedAt) => reconcile(db, dumpedAt),
    markComplete: () => markComplete(db),
    async *open(name) {
      const kind = kindNamed(name);
      for await (const subjects of subjectsOf(db, kind, AT_ONCE))
        for (const { id, documents } of subjects) {
          const gap = gapIn(documents);
          if (gap !== undefined || !kind.follow(id, documents, false).isClosed) yield { id, documents, gap };
        }
    },
    close: () => client.close(),
  };
}

const kindNamed = (name: Kind['name']): Kind => KINDS.find((kind) => kind.name === name)!;

async function reconcile(db: Db, dumpedAt: string): Promise<Reconciled> {
  const found: Reconciled = { changed: 0, undocumented: [], contradictions: [], unusedNumbers: [] };
  const instants = { dumpedAt, at: new Date().toISOString() };
  const follow = async (kind: Kind, { id, documents }: Subject) => {
    const { holdings, invoices } = kind.follow(id, documents, false);
    found.contradictions.push(...(await holdClaims(db, kind.holderOf(id), holdings)));
    add(found, await settleLedger(db, { [kind.subject]: id }, invoices, instants));
  };
  const broken = await brokenOff(db);
  await emptyClaims(
    db,
    broken.map(({ kind, id }) => kind.holderOf(id)),
  );
  for (const kind of KINDS)
    for await (const subjects of subjectsOf(db, kind, AT_ONCE))
      for (const subject of subjects) if (gapIn(subject.documents) === undefined) await follow(kind, subject);
  // What a whole record tells is certain, so these come last.
  for (const { kind, id, documents } of broken) if (documents.length > 0) await follow(kind, { id, documents });
  return { ...found, unusedNumbers: await missingNumbers(db) };
}

/** Subjects whose record has a gap, with what is there before it. */
async function brokenOff(db: Db): Promise<(Subject & { kind: Kind })[]> {
  const broken: (Subject & { kind: Kind })[] = [];
  for (const kind of KINDS)
    for await (const subjects of subjectsOf(db, kind, AT_ONCE))
      for (const { id, documents } of subjects)
        if (gapIn(documents) !== undefined) broken.push({ kind, id, documents: beforeGap(documents) });
  return broken;
}

function add(found: Reconciled, { changed, undocumented, taken }: Settled): void {
  found.changed += changed;
  found.undocumented.push(...undocumented);
  found.contradictions.push(...taken);
}
