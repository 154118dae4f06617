import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { NativeConnection } from '@temporalio/worker';
import { MongoClient } from 'mongodb';
import { inRepository } from '../../dev/repository';
import type { Recovery } from '../../records/recovery/open';
import { whileAnswering } from '../../recovery/answering';
import { complete, type Completed } from '../../recovery/complete';
import { eventually } from '../support/eventually';
import type { House } from '../support/house';
import { workflowCode } from '../support/workflowCode';

/** Loses everything that is in MongoDB. */
export async function wipe(uri: string): Promise<void> {
  const client = await new MongoClient(uri).connect();
  await client.db().dropDatabase();
  await client.close();
}

/** Nobody works any more. */
export async function stopWork({ workers }: House): Promise<void> {
  workers.shutdown();
  await eventually(
    async () => workers.getState(),
    (state) => state === 'STOPPED',
  );
}

/** What `npm run complete` does, with the Temporal server at `address`. */
export async function completed({ client, records }: House, recovery: Recovery, address: string): Promise<Completed> {
  const connection = await NativeConnection.connect({ address });
  try {
    const worker = { connection, namespace: 'default', workflowBundle: { code: await workflowCode() } };
    return await whileAnswering(worker, () => complete({ client, recovery, records }, { accepted: false }));
  } finally {
    await connection.close();
  }
}

const PROGRAM = inRepository('dist', 'recovery', 'main.js');

/** Runs a command of recovery as `npm run` does; `report` is what it printed. */
export async function command(args: readonly string[], settings: Record<string, string>) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ALLOW_INSECURE_LOCAL: '1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[code: number | null]>;
  const [printed, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, said, report: printed === '' ? undefined : (JSON.parse(printed) as object) };
}
