import { MongoClient, type Db } from 'mongodb';
import { openRecords, type Records } from '../../records/connect';
import { mongoServer } from '../support/servers';

const TIMEOUT_MS = 10_000;

/** Records on a real server, migrated, for the test file that calls this at its top level; `db` looks underneath. */
export function openedRecords(): () => { records: Records; db: Db; uri: string } {
  let opened: { records: Records; db: Db; uri: string } | undefined;
  let client: MongoClient;
  // Hooks run in the order in which they are made: a client says goodbye to its server, and waits 30 s for one that is gone.
  afterAll(async () => {
    await client.close();
    await opened?.records.close();
  });
  const server = mongoServer();
  beforeAll(async () => {
    const { uri } = server();
    const records = await openRecords({ uri, timeoutMs: TIMEOUT_MS });
    await records.migrate();
    client = await new MongoClient(uri).connect();
    opened = { records, db: client.db(), uri };
  });
  return () => {
    if (!opened) throw new Error('records are open while tests run, not before');
    return opened;
  };
}
