import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { provideMongo, provideTemporal } from '../../dev/provision/tools';
import { startMongo } from '../../dev/servers/mongo';
import { freePorts } from '../../dev/servers/ports';
import type { Running } from '../../dev/servers/process';
import { startTemporal } from '../../dev/servers/temporal';
import { timeSkipping } from '../support/servers';

/** These tests are about servers of our own, whatever else the suite is pointed to. */
const env = { ...process.env, TEMPORAL_ADDRESS: undefined, MONGODB_URI: undefined };
const silently = () => undefined;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-servers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function killAndRestart(server: Running): Promise<void> {
  const killed = server.pid;
  await server.kill('SIGKILL');
  expect(isRunning(killed)).toBe(false);
  await server.restart();
  expect(server.pid).not.toBe(killed);
}

async function stopForGood(server: Running): Promise<void> {
  await server.stop();
  expect(isRunning(server.pid)).toBe(false);
}

describe('the Temporal development server', () => {
  let temporal: Awaited<ReturnType<typeof startTemporal>>;
  let uiPort: number;

  beforeAll(async () => {
    const { at } = await provideTemporal(silently, { env });
    const [port, ui] = (await freePorts(2)) as [number, number];
    uiPort = ui;
    temporal = await startTemporal({
      binary: at,
      dataDir: folder,
      port,
      uiPort,
      log: path.join(folder, 'temporal.log'),
    });
  }, 240_000);

  async function withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address: temporal.address });
    return work(connection).finally(() => connection.close());
  }

  test('knows our search attributes and keeps closed workflows for 90 days', () =>
    withConnection(async ({ operatorService, workflowService }) => {
      const { customAttributes } = await operatorService.listSearchAttributes({ namespace: 'default' });
      expect(Object.keys(customAttributes).sort()).toStrictEqual([
        'AwaitedUntil',
        'CustomerCountry',
        'EngagementStage',
        'EngagementType',
        'NextDeadline',
        'OpenTasks',
        'PartnerId',
        'RedeemedOn',
        'VoucherId',
      ]);
      const { config } = await workflowService.describeNamespace({ namespace: 'default' });
      expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 86_400);
    }));

  test('shows its UI', async () => {
    expect((await fetch(`http://127.0.0.1:${uiPort}`)).status).toBe(200);
  });

  test('remembers a workflow over kill -9', async () => {
    await withConnection((connection) =>
      new Client({ connection }).workflow.start('remembered', { workflowId: 'remembered', taskQueue: 'nobody' }),
    );
    await killAndRestart(temporal);
    const { status } = await withConnection((connection) =>
      new Client({ connection }).workflow.getHandle('remembered').describe(),
    );
    expect(status.name).toBe('RUNNING');
  });

  test('stops and leaves no process', () => stopForGood(temporal));
});

describe('the MongoDB server', () => {
  let mongo: Awaited<ReturnType<typeof startMongo>>;

  beforeAll(async () => {
    const { kind, at } = await provideMongo(silently, { env });
    if (kind === 'uri') throw new Error('a server of our own was asked for');
    const [port] = (await freePorts(1)) as [number];
    const dataDir = path.join(folder, 'mongodb');
    mongo = await startMongo({ kind, binary: at, dataDir, port, log: path.join(folder, 'mongodb.log') });
  }, 240_000);

  test('remembers a document over kill -9', async () => {
    const client = new MongoClient(mongo.uri);
    const documents = client.db('test').collection<{ _id: string }>('documents');
    await documents.insertOne({ _id: 'remembered' }, { writeConcern: { w: 'majority', j: true } });
    await killAndRestart(mongo);
    expect(await documents.findOne()).toStrictEqual({ _id: 'remembered' });
    await client.close();
  });

  test('stops and leaves no process', () => stopForGood(mongo));
});

describe('the time-skipping server', () => {
  const open = timeSkipping();

  test('lets half a year pass at once', async () => {
    const environment = await open();
    const before = await environment.currentTimeMs();
    await environment.sleep('180 days');
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(180 * 86_400_000);
    await environment.teardown();
  });
});
