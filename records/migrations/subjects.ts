import type { Document, IndexDescription } from 'mongodb';
import type { CollectionPlan } from './collections';
import { chronicleOf, counted, list, object, text, whole } from './schema';

/** The collections of partners with a record of their own. */
export const PARTNER_COLLECTIONS: CollectionPlan[] = chronicleOf(
  'partnerId',
  { events: 'partnerEvents', outcomes: 'partnerMessageOutcomes' },
  { rulebook: text },
);

/** The collections of batches. */
export const BATCH_COLLECTIONS: CollectionPlan[] = [
  ...chronicleOf('batchId', { events: 'batchEvents', outcomes: 'batchMessageOutcomes' }),
  {
    name: 'batches',
    schema: object({
      _id: text,
      batchId: text,
      partnerId: text,
      stage: text,
      version: counted,
      members: list,
      tasks: list,
      lookup: object({ group: text, number: whole }),
    }),
    indexes: [
      { name: 'partner', key: { partnerId: 1, _id: 1 } },
      { name: 'stage', key: { stage: 1, _id: 1 } },
      { name: 'group', key: { 'lookup.group': 1, 'lookup.number': -1 } },
    ],
  },
];

/** A task that reconciliation opens may be nobody's: about a payment request that only SAVB has. */
export const TASKS_OF_ANYBODY: Document = object(
  { _id: text, taskId: text, kind: text, status: { enum: ['open', 'resolved'] }, version: counted },
  { partnerId: text, reconciliation: object({ reference: text, said: list }) },
);

/** Finds the most urgent engagements of a stage. */
export const DEADLINES_OF_STAGE: IndexDescription = {
  name: 'stageDue',
  key: { stage: 1, 'nextDeadline.at': 1, _id: 1 },
};

/** Find a partner by what its names begin with, and those whose deadline has passed. */
export const PARTNERS_TO_BE_FOUND: IndexDescription[] = [
  { name: 'name', key: { 'lookup.names': 1, _id: 1 } },
  { name: 'due', key: { 'nextDeadline.at': 1, _id: 1 } },
];

/** List the tasks that are due soonest, of the open ones and of all. */
export const DUE_TASKS: IndexDescription[] = [
  { name: 'due', key: { status: 1, dueAt: 1, _id: 1 } },
  { name: 'dueOfAll', key: { dueAt: 1, _id: 1 } },
];
