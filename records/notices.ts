import type { Db } from 'mongodb';
import type { Notice } from '../domain/notices';
import { unlessDuplicate } from './errors';

/** How an attempt at sending a notice ended. */
export type NoticeOutcome =
  | { status: 'sent' }
  /** It certainly did not go out and may be sent again. */
  | { status: 'deferred'; why: string }
  /** It was refused for good. */
  | { status: 'failed'; why: string }
  /** It may have gone out, so it is not sent again. */
  | { status: 'unknown'; why: string };

interface NoticeRecord extends Notice {
  status: 'sending' | NoticeOutcome['status'];
  /** The attempt that may send: 1, 2, 3 … */
  attempts: number;
  why?: string;
  /** Instant of the latest change, by the clock of the process that made it. */
  at: string;
}

export type NoticeRow = Omit<NoticeRecord, 'noticeId'> & { _id: string };

/** Who began an attempt sends. To everybody else the notice is settled. */
type Begun = { attempt: number } | { settled: 'sent' | 'failed' | 'unknown' };

export type Notices = ReturnType<typeof createNotices>;

/** Notices by id, so that nobody is told of one event twice. Rows are never deleted. */
export function createNotices(db: Db) {
  const rows = db.collection<NoticeRow>('notices');

  return {
    /**
     * Claims the notice for an attempt, before anything is sent. An attempt that was begun and has no outcome may have
     * gone out (its process died or is still at it): the notice becomes unknown and is not sent again.
     */
    async begin({ noticeId, to, subject, text }: Notice, at: string): Promise<Begun> {
      const row = { to, subject, text, status: 'sending' as const, at };
      const unfinished = { status: 'unknown' as const, why: 'an attempt was begun and has no outcome', at };
      for (;;) {
        if (await unlessDuplicate(rows.insertOne({ _id: noticeId, ...row, attempts: 1 }))) return { attempt: 1 };
        const again = await rows.findOneAndUpdate(
          { _id: noticeId, status: 'deferred' },
          { $set: row, $unset: { why: '' }, $inc: { attempts: 1 } },
          { returnDocument: 'after' },
        );
        if (again) return { attempt: again.attempts };
        await rows.updateOne({ _id: noticeId, status: 'sending' }, { $set: unfinished });
        const { status = 'sending' } = (await rows.findOne({ _id: noticeId })) ?? {};
        if (status !== 'sending' && status !== 'deferred') return { settled: status };
      }
    },

    /** Records how an attempt ended: who made it knows better than whoever took it for lost. */
    async finish(noticeId: string, attempt: number, outcome: NoticeOutcome, at: string): Promise<void> {
      await rows.updateOne(
        { _id: noticeId, attempts: attempt, status: { $in: ['sending', 'unknown'] } },
        outcome.status === 'sent' ? { $set: { ...outcome, at }, $unset: { why: '' } } : { $set: { ...outcome, at } },
      );
    },

    /** Those of these notices that nobody sends any more. */
    async settled(noticeIds: readonly string[]): Promise<Set<string>> {
      const settled: NoticeRecord['status'][] = ['sent', 'failed', 'unknown'];
      const found = rows.find({ _id: { $in: [...noticeIds] }, status: { $in: settled } }, { projection: { _id: 1 } });
      return new Set((await found.toArray()).map(({ _id }) => _id));
    },

    async get(noticeId: string): Promise<NoticeRecord | undefined> {
      const row = await rows.findOne({ _id: noticeId });
      if (!row) return undefined;
      const { _id, ...rest } = row;
      return { noticeId: _id, ...rest };
    },
  };
}
