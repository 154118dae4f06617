import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoServerError, type Collection, type Db } from 'mongodb';
import { BATCHES_OF_ENGAGEMENT, CUSTOMER_ID_INDEXES } from './customerIds';
import { unlessDuplicate } from './errors';
import {
  ANSWER_COLLECTIONS,
  API_KEY_COLLECTIONS,
  AUDIT_COLLECTIONS,
  BATCH_COLLECTIONS,
  DELIVERABLE_REVISIONS,
  FIRST_COLLECTIONS,
  INVOICE_COLLECTIONS,
  INVOICES_OF_BATCHES,
  INVOICES_WITH_DOCUMENT,
  NOTICE_COLLECTIONS,
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
];

/** A step that was taken, or the lease. */
interface MigrationRow {
  _id: string;
  appliedAt?: Date;
  holder?: string;
  until?: Date;
}

const LEASE = 'lease';
const LEASE_MS = 60_000;
const LOOK_MS = 100;

/**
 * Takes the steps that have not been taken. One process at a time: a slow one must not put back what a newer release has
 * changed. Whoever dies holding the lease delays the others by a minute at most.
 */
export async function migrate(db: Db): Promise<void> {
  const migrations = db.collection<MigrationRow>('migrations');
  const holder = randomUUID();
  for (let step = await nextStep(migrations); step; step = await nextStep(migrations)) {
    if (!(await takeLease(migrations, holder))) {
      await pause(LOOK_MS);
      continue;
    }
    try {
      await takeStep(db, migrations);
    } finally {
      await migrations.deleteOne({ _id: LEASE, holder });
    }
  }
}

async function takeStep(db: Db, migrations: Collection<MigrationRow>): Promise<void> {
  const step = await nextStep(migrations);
  if (!step) return;
  await step.up(db);
  await unlessDuplicate(migrations.insertOne({ _id: step.id, appliedAt: new Date() }));
}

async function nextStep(migrations: Collection<MigrationRow>): Promise<Migration | undefined> {
  const taken = await migrations.distinct('_id', { appliedAt: { $exists: true } });
  return MIGRATIONS.find(({ id }) => !taken.includes(id));
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
