import type { Db, Filter } from 'mongodb';
import type { BatchView } from '../contracts/batch';
import type { BatchStage } from '../contracts/names';
import type { RecordedBatchMessage } from '../domain/batch/events';
import { createChronicle } from './chronicle';
import { idBefore, pageOf, type Page, type PageRequest } from './pages';
import { createProjection } from './projection';
import type { Tasks } from './tasks';

/** A projected view; `lookup` holds the two parts of its id: `{group}-{number}`. */
type BatchRow = BatchView & { _id: string; lookup: { group: string; number: number } };

export interface BatchFilter {
  partnerId?: string;
  stage?: BatchStage;
}

/** Id of a group's batch; a group has batches 1, 2, 3 … */
export const batchIdOf = (group: string, number: number): string => `${group}-${number}`;

/** The two parts of its id. */
export function lookupOf({ batchId }: BatchView): BatchRow['lookup'] {
  const [, group = batchId, number = '0'] = /^(.+)-(\d{1,9})$/.exec(batchId) ?? [];
  return { group, number: Number(number) };
}

/** Reads a row as the view alone. */
const asView = { projection: { _id: 0, lookup: 0 } };

export type Batches = ReturnType<typeof createBatches>;

/** The record of every batch, which decides, and its projections, which follow. */
export function createBatches(db: Db, tasks: Tasks) {
  const views = db.collection<BatchRow>('batches');
  const documents = db.collection('batchEvents');

  return {
    ...createChronicle<RecordedBatchMessage>(db, {
      documents: 'batchEvents',
      outcomes: 'batchMessageOutcomes',
      subject: 'batchId',
    }),
    ...createProjection<BatchView>(db, {
      collection: 'batches',
      idOf: ({ batchId }) => batchId,
      rowOf: (view) => ({ ...view, lookup: lookupOf(view) }),
      asView,
      projectTasks: ({ batchId, version, tasks: open }) => tasks.project({ batchId }, version, open),
    }),

    /** Ids of the batches that an engagement is in or was once. */
    withMember: async (engagementId: string): Promise<string[]> =>
      (await documents.distinct('batchId', { 'events.data.member.engagementId': engagementId })) as string[],

    /** The batch of the group with the highest number. A newer one may be on record and not shown yet. */
    async latestOf(group: string): Promise<{ number: number; stage: BatchStage } | undefined> {
      const [row] = await views
        .find({ 'lookup.group': group })
        .sort({ 'lookup.number': -1 })
        .limit(1)
        .hint('group')
        .toArray();
      return row && { number: row.lookup.number, stage: row.stage };
    },

    /** Batches in the order of their ids. @throws InvalidCursor */
    async list({ limit, after, ...filter }: BatchFilter & PageRequest): Promise<Page<BatchView>> {
      const found = views
        .find<BatchView>(queryOf(filter, after), asView)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .hint(indexFor(filter));
      return pageOf(await found.toArray(), limit, ({ batchId }) => batchId);
    },
  };
}

/** Only what is asked for: the driver drops a condition whose value is undefined, and the list would be everybody's. */
function queryOf({ partnerId, stage }: BatchFilter, after: string | undefined): Filter<BatchRow> {
  return {
    ...(partnerId !== undefined && { partnerId }),
    ...(stage !== undefined && { stage }),
    ...(after !== undefined && { _id: { $gt: idBefore(after) } }),
  };
}

/** The most selective index, by name: the same plan on every server. */
function indexFor({ partnerId, stage }: BatchFilter): string {
  if (partnerId !== undefined) return 'partner';
  return stage !== undefined ? 'stage' : '_id_';
}
