import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import { unlessDuplicate } from '../errors';
import { MIGRATIONS, type Migration } from './steps';

/** A step that was taken, the lease, or what was restored and is not complete yet. */
interface MigrationRow {
  _id: string;
  appliedAt?: Date;
  holder?: string;
  until?: Date;
  /** Instant at which the dump began. */
  dumpedAt?: string;
}

const LEASE = 'lease';
const RESTORED = 'restored';
const LEASE_MS = 60_000;
const LOOK_MS = 100;

/** The database holds a dump, and not yet what happened since: nobody may work with it. */
export class RestoreIncomplete extends Error {
  override readonly name = 'RestoreIncomplete';
}

const rowsOf = (db: Db): Collection<MigrationRow> => db.collection<MigrationRow>('migrations');

/** Brings a database up to date for somebody who works with it. @throws RestoreIncomplete */
export async function migrate(db: Db): Promise<void> {
  const dumpedAt = await restoredFrom(db);
  if (dumpedAt !== undefined)
    throw new RestoreIncomplete(`MongoDB holds the dump of ${dumpedAt} and is not complete: run npm run complete`);
  await takeSteps(db);
}

/**
 * Takes the steps that have not been taken, by default all. One process at a time: a slow one must not put back what a newer
 * release has changed. Whoever dies holding the lease delays the others by a minute at most.
 */
export async function takeSteps(db: Db, steps: readonly string[] = MIGRATIONS.map(({ id }) => id)): Promise<void> {
  const migrations = rowsOf(db);
  const holder = randomUUID();
  for (let step = await nextStep(migrations, steps); step; step = await nextStep(migrations, steps)) {
    if (!(await takeLease(migrations, holder))) {
      await pause(LOOK_MS);
      continue;
    }
    try {
      await takeStep(db, steps);
    } finally {
      await migrations.deleteOne({ _id: LEASE, holder });
    }
  }
}

/** The steps that have been taken, in their order. */
export async function stepsTaken(db: Db): Promise<string[]> {
  const taken = await rowsOf(db).distinct('_id', { appliedAt: { $exists: true } });
  return taken.sort();
}

/** The steps that this release knows nothing of. */
export const unknownSteps = (steps: readonly string[]): string[] =>
  steps.filter((step) => !MIGRATIONS.some(({ id }) => id === step));

/** Keeps everybody away who works with the database, until what happened since the dump is there too. */
export const markRestored = async (db: Db, dumpedAt: string): Promise<void> =>
  void (await rowsOf(db).insertOne({ _id: RESTORED, dumpedAt }));

/** The instant at which the dump began that was restored and is not complete yet, if there is one. */
export const restoredFrom = async (db: Db): Promise<string | undefined> =>
  (await rowsOf(db).findOne({ _id: RESTORED }))?.dumpedAt;

/** Lets everybody in again. */
export const markComplete = async (db: Db): Promise<void> => void (await rowsOf(db).deleteOne({ _id: RESTORED }));

async function takeStep(db: Db, steps: readonly string[]): Promise<void> {
  const migrations = rowsOf(db);
  const step = await nextStep(migrations, steps);
  if (!step) return;
  await step.up(db);
  await unlessDuplicate(migrations.insertOne({ _id: step.id, appliedAt: new Date() }));
}

async function nextStep(
  migrations: Collection<MigrationRow>,
  steps: readonly string[],
): Promise<Migration | undefined> {
  const taken = await migrations.distinct('_id', { appliedAt: { $exists: true } });
  return MIGRATIONS.find(({ id }) => steps.includes(id) && !taken.includes(id));
}

async function takeLease(migrations: Collection<MigrationRow>, holder: string): Promise<boolean> {
  const now = Date.now();
  return unlessDuplicate(
    migrations.updateOne(
      { _id: LEASE, until: { $lt: new Date(now) } },
      { $set: { holder, until: new Date(now + LEASE_MS) } },
      { upsert: true },
    ),
  );
}
