import { ObjectId, type Db } from 'mongodb';
import type { MessageStatus } from '../contracts/engagement';
import { refusalIn, type Recorded } from '../domain/record';
import { unlessDuplicate } from './errors';
import { standInFor } from './fingerprint';

/** What became of a message that changed nothing because its effect, or that of `sameAs`, already stood. */
export interface Outcome {
  messageId: string;
  fingerprint: string;
  sameAs?: string;
  /** What was said is forgotten, and the fingerprint stands for another. */
  forgotten?: true;
  /** Instant of the answer. */
  at: string;
}

export type Chronicle<Document extends AnyDocument> = ReturnType<typeof createChronicle<Document>>;

interface Plan {
  /** Collection of recorded messages, with unique indexes on subject and version, subject and message. */
  documents: string;
  /** Collection of answers to messages that changed nothing. */
  outcomes: string;
  /** The field that names the subject. */
  subject: string;
}

type AnyDocument = Recorded<{ type: string; data: object }>;

/** Rows fetched at a time where there may be very many. */
const BATCH = 500;

/** The first id that is given at an instant: ids begin with their second. */
const idAt = (instant: string): ObjectId => ObjectId.createFromTime(Math.floor(Date.parse(instant) / 1_000));

/** The record of a kind of subject: engagements, partners. It decides; everything else follows from it. */
export function createChronicle<Document extends AnyDocument>(db: Db, { documents, outcomes, subject }: Plan) {
  const recorded = db.collection(documents);
  const answers = db.collection(outcomes);
  const withoutId = { projection: { _id: 0 } };
  const of = (id: string, more: object = {}) => ({ [subject]: id, ...more });

  const all = (id: string): Promise<Document[]> =>
    recorded.find<Document>(of(id), withoutId).sort({ fromVersion: 1 }).toArray();

  const byMessage = (id: string, messageId: string): Promise<Document | null> =>
    recorded.findOne<Document>(of(id, { messageId }), withoutId);

  const outcomeOf = async (id: string, messageId: string): Promise<Outcome | undefined> =>
    (await answers.findOne<Outcome>(of(id, { messageId }), withoutId)) ?? undefined;

  return {
    /** The whole record, in the order in which it came to be. */
    all,

    /**
     * Everything recorded on `version` or later, without a gap, and what was recorded of this message, oldest first. A
     * message that is recorded at this moment may be missed; its insert by somebody else will tell.
     */
    async recordedSince(id: string, version: number, messageId: string): Promise<Document[]> {
      const [mine, later] = await Promise.all([
        byMessage(id, messageId),
        recorded
          .find<Document>(of(id, { fromVersion: { $gte: version } }), withoutId)
          .sort({ fromVersion: 1 })
          .toArray(),
      ]);
      return mine && mine.fromVersion < version ? [mine, ...later] : later;
    },

    /** Records what a message led to, in one insert. False when that version or that message was recorded before. */
    record: (document: Document): Promise<boolean> => unlessDuplicate(recorded.insertOne({ ...document })),

    /** Puts these on record in place of what has their versions, in this order. For what is to be forgotten. */
    rewrite: async (left: readonly Document[]): Promise<void> =>
      void (await recorded.bulkWrite(
        left.map((document) => {
          const filter = of(String(document[subject as keyof Document]), { fromVersion: document.fromVersion });
          return { replaceOne: { filter, replacement: { ...document } } };
        }),
      )),

    /** The answer of a message that changed nothing, if it was such a message. */
    outcomeOf,

    /** Forgets what was said in messages that changed nothing; each stays known by its id. */
    async forgetOutcomes(id: string): Promise<void> {
      for (const { messageId } of await answers.find<Outcome>(of(id)).toArray())
        await answers.updateOne(of(id, { messageId }), {
          $set: { fingerprint: standInFor(messageId), forgotten: true },
        });
    },

    /** Keeps the first answer of a message that changed nothing. */
    recordOutcome: async (id: string, outcome: Outcome): Promise<void> =>
      void (await unlessDuplicate(answers.insertOne({ ...of(id), ...outcome }))),

    /**
     * What was recorded from `since` until `until`, instants by the clocks of those who recorded it: of each message its
     * subject and the version it led to. Read in bounded batches, newest last.
     */
    async *recordedBetween(since: string, until: string): AsyncGenerator<{ id: string; version: number }> {
      const rows = recorded
        .find<Record<string, unknown>>({ _id: { $gte: idAt(since), $lt: idAt(until) } })
        .project<{ events: { version: number }[] } & Record<string, unknown>>({ [subject]: 1, 'events.version': 1 })
        .sort({ _id: 1 })
        .hint('_id_')
        .batchSize(BATCH);
      for await (const row of rows) yield { id: String(row[subject]), version: row.events.at(-1)?.version ?? 0 };
    },

    /** Every event, from version 1 on without gaps. */
    timeline: async (id: string): Promise<Document['events']> => (await all(id)).flatMap(({ events }) => events),

    /** What became of a message; one that nobody has seen is pending. */
    async messageStatus(id: string, messageId: string): Promise<MessageStatus> {
      const document = await byMessage(id, messageId);
      if (!document) return { messageId, status: (await outcomeOf(id, messageId)) ? 'applied' : 'pending' };
      const refusal = refusalIn(document);
      return refusal ? { messageId, status: 'refused', reason: { ...refusal } } : { messageId, status: 'applied' };
    },
  };
}
