import type { Db } from 'mongodb';
import { unlessDuplicate } from './errors';

/** Under what an answer is kept: equal keys of different tenants, or for different routes, are different keys. */
export interface AnswerName {
  /** Whose keys these are. */
  tenant: string;
  /** Method and path of the request, without its query. */
  route: string;
  /** The caller's Idempotency-Key. */
  key: string;
}

/** An answer as it was sent. */
export interface Answer {
  /** Of the request's content. */
  fingerprint: string;
  status: number;
  headers: Record<string, string>;
  body: string;
  /** What it tells of, such as `engagement:E-1`: not for those from whom this is kept by now. */
  about?: string;
}

/** A key that is held to a content before anything is answered. */
export interface Reservation {
  /** Of the request's content. */
  fingerprint: string;
  status?: undefined;
  about?: undefined;
}

/** Without a `status` it is a reservation. */
interface Row extends Partial<Answer> {
  _id: string;
  fingerprint: string;
  at: Date;
  /** The requests that have not given a reservation back. */
  holders?: string[];
}

const UNANSWERED = { status: { $exists: false } };

/** How long an answer is kept, in seconds; what it answered stays on record after that. */
export const ANSWER_KEPT_S = 30 * 24 * 60 * 60;

/** Instant at which, by `now`, what has expired was kept. */
const expiredAt = (now: Date): Date => new Date(now.getTime() - ANSWER_KEPT_S * 1_000);

/** The name as one text. */
export const answerId = ({ tenant, route, key }: AnswerName): string => [tenant, route, key].join('\n');

export type Answers = ReturnType<typeof createAnswers>;

/** The answers of the API, kept so that whoever repeats a request gets the same again. They decide nothing: the record does. */
export function createAnswers(db: Db) {
  const rows = db.collection<Row>('idempotency');

  /** A row that expired and is still there is in nobody's way. */
  async function isHeldToAnother({ _id, fingerprint }: Pick<Row, '_id' | 'fingerprint'>, now: Date): Promise<boolean> {
    await rows.deleteOne({ _id, at: { $lte: expiredAt(now) } });
    const row = await rows.findOne({ _id });
    return row !== null && row.fingerprint !== fingerprint;
  }

  /**
   * Holds a key to the content of the request `by`, before that takes effect: true while it is held to this content, or was
   * answered for it, and false when it was for another. Throws when MongoDB does not answer.
   *
   * Every request that may take effect is a holder of its own, and only one that knows that it did not gives back: other
   * content is let in once nobody is left who could. Whoever never gets to know (it broke off, MongoDB went away) leaves the
   * key with its content until it expires, and that is what is to be sent again.
   */
  async function reserve(
    name: AnswerName,
    { fingerprint, by }: { fingerprint: string; by: string },
    now: Date,
  ): Promise<boolean> {
    const held = { _id: answerId(name), fingerprint };
    if (await unlessDuplicate(rows.insertOne({ ...held, holders: [by], at: now }))) return true;
    const joined = await rows.updateOne({ ...held, at: { $gt: expiredAt(now) } }, { $addToSet: { holders: by } });
    if (joined.matchedCount === 1) return true;
    if (await isHeldToAnother(held, now)) return false;
    return reserve(name, { fingerprint, by }, now);
  }

  return {
    /** What was answered at most 30 days before `now`, or for which content an answer is awaited. */
    async find(name: AnswerName, now: Date): Promise<Answer | Reservation | undefined> {
      const row = await rows.findOne({ _id: answerId(name), at: { $gt: expiredAt(now) } });
      if (!row) return undefined;
      const { _id, at, holders, ...found } = row;
      return found as Answer | Reservation;
    },

    reserve,

    /** The request `by` took no effect: the last one to say so leaves the key as if nothing had been reserved. */
    async giveBack(name: AnswerName, by: string): Promise<void> {
      const reserved = { _id: answerId(name), ...UNANSWERED };
      await rows.updateOne(reserved, { $pull: { holders: by } });
      await rows.deleteOne({ ...reserved, holders: [] });
    },

    /** Keeps the first answer under a name, in place of the reservation for its content. */
    keep: async (name: AnswerName, answer: Answer, now: Date): Promise<void> =>
      void (await unlessDuplicate(
        rows.replaceOne(
          { _id: answerId(name), fingerprint: answer.fingerprint, ...UNANSWERED },
          { ...answer, at: now },
          { upsert: true },
        ),
      )),

    /** Keeps no answer about any of these any longer. */
    forget: async (about: readonly string[]): Promise<void> =>
      void (await rows.deleteMany({ about: { $in: [...about] } })),
  };
}
