import type { Db } from 'mongodb';
import type { EngagementView, MessageStatus } from '../contracts/engagement';
import { refusalIn, type EngagementEvent, type RecordedMessage } from '../domain/engagement/events';
import { asView, indexFor, lookupOf, queryOf, type EngagementFilter, type EngagementRow } from './engagementRows';
import { unlessDuplicate } from './errors';
import { pageOf, type Page, type PageRequest } from './pages';
import type { Tasks } from './tasks';

/** What became of a message that changed nothing because its effect, or that of `sameAs`, already stood. */
export interface MessageOutcome {
  engagementId: string;
  messageId: string;
  fingerprint: string;
  sameAs?: string;
  /** Instant of the answer. */
  at: string;
}

export type Engagements = ReturnType<typeof createEngagements>;

/** The record of every engagement, which decides, and its projections, which follow. */
export function createEngagements(db: Db, tasks: Tasks) {
  const recorded = db.collection<RecordedMessage>('engagementEvents');
  const outcomes = db.collection<MessageOutcome>('messageOutcomes');
  const views = db.collection<EngagementRow>('engagements');
  const withoutId = { projection: { _id: 0 } };

  const all = (engagementId: string): Promise<RecordedMessage[]> =>
    recorded.find({ engagementId }, withoutId).sort({ fromVersion: 1 }).toArray();

  const outcomeOf = async (engagementId: string, messageId: string): Promise<MessageOutcome | undefined> =>
    (await outcomes.findOne({ engagementId, messageId }, withoutId)) ?? undefined;

  const view = async (engagementId: string): Promise<EngagementView | undefined> =>
    (await views.findOne<EngagementView>({ _id: engagementId }, asView)) ?? undefined;

  /** Stores the view unless one is stored that is not older, and answers with the one that is stored then. */
  async function show(shown: EngagementView): Promise<EngagementView> {
    const older = { _id: shown.engagementId, version: { $lt: shown.version } };
    for (;;) {
      const row = { ...shown, lookup: lookupOf(shown) };
      if (await unlessDuplicate(views.replaceOne(older, row, { upsert: true }))) return shown;
      const stored = await view(shown.engagementId);
      if (stored && stored.version >= shown.version) return stored;
    }
  }

  return {
    /** The whole record, in the order in which it came to be. */
    all,

    /**
     * Everything recorded on `version` or later, without a gap, and what was recorded of this message, oldest first. A
     * message that is recorded at this moment may be missed; its insert by somebody else will tell.
     */
    async recordedSince(engagementId: string, version: number, messageId: string): Promise<RecordedMessage[]> {
      const [mine, later] = await Promise.all([
        recorded.findOne({ engagementId, messageId }, withoutId),
        recorded
          .find({ engagementId, fromVersion: { $gte: version } }, withoutId)
          .sort({ fromVersion: 1 })
          .toArray(),
      ]);
      return mine && mine.fromVersion < version ? [mine, ...later] : later;
    },

    /** Records what a message led to, in one insert. False when that version or that message was recorded before. */
    record: (document: RecordedMessage): Promise<boolean> => unlessDuplicate(recorded.insertOne({ ...document })),

    /** The answer of a message that changed nothing, if it was such a message. */
    outcomeOf,

    /** Keeps the first answer of a message that changed nothing. */
    recordOutcome: async (outcome: MessageOutcome): Promise<void> =>
      void (await unlessDuplicate(outcomes.insertOne({ ...outcome }))),

    /** Shows this view, unless a newer one is shown; may be repeated. For a step that no task has a part in. */
    show: async (shown: EngagementView): Promise<void> => void (await show(shown)),

    /**
     * Shows this view and its tasks, unless a newer one is shown; may be repeated. The tasks follow the view that is
     * stored in the end: whoever was overtaken while writing tasks writes them again.
     */
    async project(shown: EngagementView): Promise<void> {
      for (let current: EngagementView | undefined = await show(shown); current;) {
        await tasks.project(current);
        const latest = await view(shown.engagementId);
        if (!latest || latest.version <= current.version) return;
        current = latest;
      }
    },

    /** The engagement as last projected. */
    view,

    /** Engagements in the order of their ids. @throws InvalidCursor */
    async list({ limit, after, ...filter }: EngagementFilter & PageRequest): Promise<Page<EngagementView>> {
      const found = views
        .find<EngagementView>(queryOf(filter, after), asView)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .hint(indexFor(filter));
      return pageOf(await found.toArray(), limit, ({ engagementId }) => engagementId);
    },

    /** Every event, from version 1 on without gaps. */
    timeline: async (engagementId: string): Promise<EngagementEvent[]> =>
      (await all(engagementId)).flatMap(({ events }) => events),

    /** What became of a message; one that nobody has seen is pending. */
    async messageStatus(engagementId: string, messageId: string): Promise<MessageStatus> {
      const document = await recorded.findOne({ engagementId, messageId }, withoutId);
      if (!document) return { messageId, status: (await outcomeOf(engagementId, messageId)) ? 'applied' : 'pending' };
      const refusal = refusalIn(document);
      return refusal ? { messageId, status: 'refused', reason: { ...refusal } } : { messageId, status: 'applied' };
    },
  };
}
