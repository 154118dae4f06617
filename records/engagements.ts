import type { Db } from 'mongodb';
import type { EngagementView } from '../contracts/engagement';
import type { RecordedMessage } from '../domain/engagement/events';
import { forgetView } from '../domain/engagement/forget';
import { createChronicle } from './chronicle';
import { asView, indexFor, lookupOf, queryOf, type EngagementFilter, type EngagementRow } from './engagementRows';
import { pageOf, type Page, type PageRequest } from './pages';
import { createProjection } from './projection';
import { soonestFirst } from './soonestFirst';
import type { Tasks } from './tasks';

interface EngagementRequest extends EngagementFilter, PageRequest {
  order?: 'id' | 'deadline';
}

export type Engagements = ReturnType<typeof createEngagements>;

/** The record of every engagement, which decides, and its projections, which follow. */
export function createEngagements(db: Db, tasks: Tasks) {
  const views = db.collection<EngagementRow>('engagements');

  return {
    ...createChronicle<RecordedMessage>(db, {
      documents: 'engagementEvents',
      outcomes: 'messageOutcomes',
      subject: 'engagementId',
    }),
    ...createProjection<EngagementView>(db, {
      collection: 'engagements',
      idOf: ({ engagementId }) => engagementId,
      rowOf: (view) => ({ ...view, lookup: lookupOf(view) }),
      asView,
      projectTasks: ({ engagementId, version, tasks: open }) => tasks.project({ engagementId }, version, open),
      forget: forgetView,
    }),

    /** Offerings of which the partner has redeemed a voucher. */
    redeemedOfferings: async (partnerId: string): Promise<string[]> =>
      (await views.distinct('voucher.offering', { partnerId, redemption: { $exists: true } })) as string[],

    /** Engagements in the order of their ids, or the nearest deadline first. @throws InvalidCursor */
    async list({ limit, after, order, ...filter }: EngagementRequest): Promise<Page<EngagementView>> {
      if (order === 'deadline') {
        const placeOf = ({ nextDeadline, engagementId }: EngagementView) => ({
          at: nextDeadline?.at,
          id: engagementId,
        });
        const list = { query: queryOf(filter, undefined), instant: 'nextDeadline.at', view: asView, placeOf };
        return soonestFirst(views, list, { limit, after });
      }
      const found = views
        .find<EngagementView>(queryOf(filter, after), asView)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .hint(indexFor(filter));
      return pageOf(await found.toArray(), limit, ({ engagementId }) => engagementId);
    },
  };
}
