import type { Db } from 'mongodb';
import { BATCHES_OF_ENGAGEMENT, CUSTOMER_ID_INDEXES } from '../customerIds';
import { lookupOf, type PartnerRow } from '../partnerRows';
import {
  ANSWER_COLLECTIONS,
  API_KEY_COLLECTIONS,
  AUDIT_COLLECTIONS,
  SESSION_COLLECTIONS,
  WEBHOOK_COLLECTIONS,
} from './callers';
import { createCollection, type CollectionPlan } from './collections';
import {
  DELIVERABLE_REVISIONS,
  INVOICE_COLLECTIONS,
  INVOICES_OF_BATCHES,
  INVOICES_WITH_DOCUMENT,
  NOTICE_COLLECTIONS,
} from './documents';
import { FIRST_COLLECTIONS } from './first';
import {
  BATCH_COLLECTIONS,
  DEADLINES_OF_STAGE,
  DUE_TASKS,
  PARTNER_COLLECTIONS,
  PARTNERS_TO_BE_FOUND,
  TASKS_OF_ANYBODY,
} from './subjects';

/** One step of the database from release to release. It may be repeated: a process may die in the middle of it. */
export interface Migration {
  id: string;
  up(db: Db): Promise<void>;
}

const creating =
  (plans: readonly CollectionPlan[]) =>
  async (db: Db): Promise<void> => {
    for (const plan of plans) await createCollection(db, plan);
  };

/** In order; a released step is never changed, the next one is added. */
export const MIGRATIONS: readonly Migration[] = [
  { id: '0001-first-collections', up: creating(FIRST_COLLECTIONS) },
  { id: '0002-notices', up: creating(NOTICE_COLLECTIONS) },
  {
    // Partners that were put there without a record cannot be spoken to; whoever they are is registered anew.
    id: '0003-partners',
    up: async (db) => {
      await creating(PARTNER_COLLECTIONS)(db);
      await db.collection('partners').deleteMany({ version: { $exists: false } });
    },
  },
  {
    id: '0004-batches',
    up: async (db) => {
      await creating(BATCH_COLLECTIONS)(db);
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
      await creating(INVOICE_COLLECTIONS)(db);
      await db.command({ collMod: 'paymentRequests', validator: { $jsonSchema: INVOICES_WITH_DOCUMENT } });
    },
  },
  { id: '0007-api-keys', up: creating(API_KEY_COLLECTIONS) },
  { id: '0008-idempotency', up: creating(ANSWER_COLLECTIONS) },
  { id: '0009-audit', up: creating(AUDIT_COLLECTIONS) },
  { id: '0010-webhooks', up: creating(WEBHOOK_COLLECTIONS) },
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
    up: async (db) => void (await db.collection('tasks').createIndexes(DUE_TASKS)),
  },
  {
    // Partners of old are found by name, too, without having to be told anything. Whoever changed meanwhile is looked at again.
    id: '0015-partners-by-name',
    up: async (db) => {
      const partners = db.collection<PartnerRow>('partners');
      await partners.createIndexes(PARTNERS_TO_BE_FOUND);
      const ofOld = { lookup: { $exists: false } };
      while (await partners.findOne(ofOld))
        for await (const row of partners.find(ofOld))
          await partners.updateOne({ _id: row._id, version: row.version }, { $set: { lookup: lookupOf(row) } });
    },
  },
  { id: '0016-ended-sessions', up: creating(SESSION_COLLECTIONS) },
];
