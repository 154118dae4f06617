import type { Db } from 'mongodb';
import type { PartnerSummary, PartnerView } from '../contracts/partner';
import type { RecordedPartnerMessage } from '../domain/partner/events';
import { createChronicle } from './chronicle';
import { pageOf, type Page, type PageRequest } from './pages';
import {
  asSummary,
  asView,
  lookupOf,
  queryOf,
  summaryOf,
  type PartnerFilter,
  type PartnerRow,
  type SummaryRow,
} from './partnerRows';
import { createProjection } from './projection';
import type { Tasks } from './tasks';

/** A task of the partner itself: those of its engagements and batches name them. */
const NONE = { $exists: false };

export type Partners = ReturnType<typeof createPartners>;

/** The record of every partner, which decides, and its projections, which follow. */
export function createPartners(db: Db, tasks: Tasks) {
  const views = db.collection<PartnerRow>('partners');

  return {
    ...createChronicle<RecordedPartnerMessage>(db, {
      documents: 'partnerEvents',
      outcomes: 'partnerMessageOutcomes',
      subject: 'partnerId',
    }),
    ...createProjection<PartnerView>(db, {
      collection: 'partners',
      idOf: ({ partnerId }) => partnerId,
      rowOf: (view) => ({ ...view, lookup: lookupOf(view) }),
      asView,
      projectTasks: ({ partnerId, version, tasks: open }) =>
        tasks.project({ partnerId, engagementId: NONE, batchId: NONE }, version, open),
    }),

    /** Partners in the order of their ids. @throws InvalidCursor */
    async list({ limit, after, ...filter }: PartnerFilter & PageRequest): Promise<Page<PartnerSummary>> {
      const found = views
        .find<SummaryRow>(queryOf(filter, after), asSummary)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .hint(filter.name === undefined ? '_id_' : 'name');
      return pageOf((await found.toArray()).map(summaryOf), limit, ({ partnerId }) => partnerId);
    },
  };
}
