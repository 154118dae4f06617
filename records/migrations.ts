import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoServerError, type Collection, type Db } from 'mongodb';
import { BATCHES_OF_ENGAGEMENT, CUSTOMER_ID_INDEXES } from './customerIds';
import { unlessDuplicate } from './errors';
import { lookupOf, type PartnerRow } from './partnerRows';
import {
  ANSWER_COLLECTIONS,
  API_KEY_COLLECTIONS,
  AUDIT_COLLECTIONS,
  BATCH_COLLECTIONS,
  DEADLINES_OF_STAGE,
  DELIVERABLE_REVISIONS,
  DUE_TASKS,
  FIRST_COLLECTIONS,
  INVOICE_COLLECTIONS,
  INVOICES_OF_BATCHES,
  INVOICES_WITH_DOCUMENT,
  NOTICE_COLLECTIONS,
  PARTNERS_BY_NAME,
  PARTNER_COLLECTIONS,
  TASKS_OF_ANYBODY,
  WEBHOOK_COLLECTIONS,
  type CollectionPlan,
} from './schemas';

/** One step of the database from release to release. It may be repeated: a process may die in the middle of it. */
interface Migration {
  id: string;
  up(db: Db): Promise<void>;
}

/** In order; a released step is never changed, the next one is added. */
const MIGRATIONS: readonly Migration[] = [
  {
    id: '0001-first-collections',
    up: async (db) => {
      for (const plan of FIRST_COLLECTIONS) await createCollection(db, plan);
    },
  },
  {
    id: '0002-notices',
    up: async (db) => {
      for (const plan of NOTICE_COLLECTIONS) await createCollection(db, plan);
    },
  },
  {
    // Partners that were put there without a record cannot be spoken to; whoever they are is registered anew.
    id: '0003-partners',
    up: async (db) => {
      for (const plan of PARTNER_COLLECTIONS) await createCollection(db, plan);
      await db.collection('partners').deleteMany({ version: { $exists: false } });
    },
  },
  {
    id: '0004-batches',
    up: async (db) => {
      for (const plan of BATCH_COLLECTIONS) await createCollection(db, plan);
      await db.command({ collMod: 'paymentRequests', validator: { $jsonSchema: INVOICES_OF_BATCHES } });
      await db.collection('tasks').createIndexes([{ name: 'batch', key: { batchId: 1, status: 1 } }]);
    },
  },
  {
    id: '0005-tasks-of-reconciliation',
    up: async (db) => void (await db.command({ collMod: 'tasks', validator: { $jsonSchema: TASKS_OF_ANYBODY } })),
  },
  {
    id: '0006-invoices',
    up: async (db) => {
      for (const plan of INVOICE_COLLECTIONS) await createCollection(db, plan);
      await db.command({ collMod: 'paymentRequests', validator: { $jsonSchema: INVOICES_WITH_DOCUMENT } });
    },
  },
  {
    id: '0007-api-keys',
    up: async (db) => {
      for (const plan of API_KEY_COLLECTIONS) await createCollection(db, plan);
    },
  },
  {
    id: '0008-idempotency',
    up: async (db) => {
      for (const plan of ANSWER_COLLECTIONS) await createCollection(db, plan);
    },
  },
  {
    id: '0009-audit',
    up: async (db) => {
      for (const plan of AUDIT_COLLECTIONS) await createCollection(db, plan);
    },
  },
  {
    id: '0010-webhooks',
    up: async (db) => {
      for (const plan of WEBHOOK_COLLECTIONS) await createCollection(db, plan);
    },
  },
  {
    id: '0011-deliverable-revisions',
    up: async (db) => void (await db.collection('deliverables.files').createIndexes([DELIVERABLE_REVISIONS])),
  },
  {
    id: '0012-customers-by-earlier-ids',
    up: async (db) => {
      await db.collection('engagementEvents').createIndexes(CUSTOMER_ID_INDEXES);
      await db.collection('batchEvents').createIndexes([BATCHES_OF_ENGAGEMENT]);
    },
  },
  {
    id: '0013-most-urgent-of-a-stage',
    up: async (db) => void (await db.collection('engagements').createIndexes([DEADLINES_OF_STAGE])),
  },
  {
    id: '0014-most-urgent-tasks',
    up: async (db) => void (await db.collection('tasks').createIndexes([DUE_TASKS])),
  },
  {
    // Partners of old are found by name, too, without having to be told anything.
    id: '0015-partners-by-name',
    up: async (db) => {
      const partners = db.collection<PartnerRow>('partners');
      await partners.createIndexes([PARTNERS_BY_NAME]);
      for await (const row of partners.find({ lookup: { $exists: false } }))
        await partners.updateOne({ _id: row._id, version: row.version }, { $set: { lookup: lookupOf(row) } });
    },
  },
];

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

const NAMESPACE_EXISTS = 48;

async function createCollection(db: Db, { name, schema, indexes }: CollectionPlan): Promise<void> {
  const validator = { $jsonSchema: schema };
  try {
    await db.createCollection(name, { validator });
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === NAMESPACE_EXISTS)) throw error;
    await db.command({ collMod: name, validator });
  }
  if (indexes.length > 0) await db.collection(name).createIndexes(indexes);
}
