import type { Db } from 'mongodb';
import type { EngagementView } from '../contracts/engagement';
import type { RecordedMessage } from '../domain/engagement/events';
import { forgetView } from '../domain/engagement/forget';
import { createChronicle } from './chronicle';
import { passesByDeadline, placeOf } from './deadlineOrder';
import { asView, indexFor, lookupOf, queryOf, type EngagementFilter, type EngagementRow } from './engagementRows';
import { pageOf, type Page, type PageRequest } from './pages';
import { createProjection } from './projection';
import type { Tasks } from './tasks';

interface EngagementRequest extends EngagementFilter, PageRequest {
  order?: 'id' | 'deadline';
}

export type Engagements = ReturnType<typeof createEngagements>;

/** The record of every engagement, which decides, and its projections, which follow. */
export function createEngagements(db: Db, tasks: Tasks) {
  const views = db.collection<EngagementRow>('engagements');

  /** Without a hint: some servers walk the whole of an index that is named. */
  async function byDeadline(filter: EngagementFilter, count: number, after: string | undefined) {
    const found: EngagementView[] = [];
    for (const { query, sort } of passesByDeadline(filter, after)) {
      const wanted = count - found.length;
      if (wanted > 0)
        found.push(...(await views.find<EngagementView>(query, asView).sort(sort).limit(wanted).toArray()));
    }
    return found;
  }

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
      if (order === 'deadline') return pageOf(await byDeadline(filter, limit + 1, after), limit, placeOf);
      const found = views
        .find<EngagementView>(queryOf(filter, after), asView)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .hint(indexFor(filter));
      return pageOf(await found.toArray(), limit, ({ engagementId }) => engagementId);
    },
  };
}
