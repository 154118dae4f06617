import type { Db } from 'mongodb';
import type { PartnerView } from '../contracts/partner';
import type { RecordedPartnerMessage } from '../domain/partner/events';
import { createChronicle } from './chronicle';
import { createProjection } from './projection';
import type { Tasks } from './tasks';

/** A task of the partner itself: those of its engagements and batches name them. */
const NONE = { $exists: false };

export type Partners = ReturnType<typeof createPartners>;

/** The record of every partner, which decides, and its projections, which follow. */
export function createPartners(db: Db, tasks: Tasks) {
  return {
    ...createChronicle<RecordedPartnerMessage>(db, {
      documents: 'partnerEvents',
      outcomes: 'partnerMessageOutcomes',
      subject: 'partnerId',
    }),
    ...createProjection<PartnerView>(db, {
      collection: 'partners',
      idOf: ({ partnerId }) => partnerId,
      rowOf: (view) => view,
      asView: { projection: { _id: 0 } },
      projectTasks: ({ partnerId, version, tasks: open }) =>
        tasks.project({ partnerId, engagementId: NONE, batchId: NONE }, version, open),
    }),
  };
}
