import type { Db } from 'mongodb';
import { unlessDuplicate } from './errors';

interface Row {
  /** The session's id, which signs nobody in. */
  _id: string;
  /** When the session is over by itself. */
  until: Date;
}

export type EndedSessions = ReturnType<typeof createEndedSessions>;

/** Sessions of the web page that people ended, until they would be over by themselves; the database takes them away later. */
export function createEndedSessions(db: Db) {
  const rows = db.collection<Row>('endedSessions');

  return {
    /** Ends a session that is over by itself at `until`. Ended again, it stays ended. */
    end: async (id: string, until: Date): Promise<void> =>
      void (await unlessDuplicate(rows.insertOne({ _id: id, until }))),

    /** Whether somebody ended the session. */
    has: async (id: string): Promise<boolean> => (await rows.findOne({ _id: id })) !== null,
  };
}
