import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { provideMongo, provideTemporal, provideTestServer } from '../../dev/provision/tools';
import { startMongo } from '../../dev/servers/mongo';
import { freePort } from '../../dev/servers/ports';
import type { Running } from '../../dev/servers/process';
import { startTemporal } from '../../dev/servers/temporal';

/** The first test run on a machine installs the servers. */
const PROVISION_MS = 240_000;
const STOP_MS = 30_000;

/**
 * A Temporal development server for the test file that calls this at its top level. It keeps its data on disk, so that a test
 * may kill and restart `process`. `TEMPORAL_ADDRESS` points the file to another server, then there is no `process`.
 */
export function temporalServer(): () => Started & { address: string } {
  return duringFile<Started & { address: string }>('temporal', async (folder) => {
    const { kind, at } = await quietly(provideTemporal);
    if (kind === 'address') return { address: at };
    const log = path.join(folder, 'log');
    const server = await startTemporal({ binary: at, dataDir: folder, port: await freePort(), uiPort: null, log });
    return { address: server.address, process: server };
  });
}

/**
 * A MongoDB server for the test file that calls this at its top level; `uri` names an empty database. A test may kill and
 * restart `process`. `MONGODB_URI` points the file to another server, where the database is left behind; then there is no
 * `process`.
 */
export function mongoServer(): () => Started & { uri: string } {
  return duringFile<Started & { uri: string }>('mongodb', async (folder) => {
    const { kind, at } = await quietly(provideMongo);
    const database = `test-${randomUUID()}`;
    if (kind === 'uri') return { uri: withDatabase(at, database) };
    const log = path.join(folder, 'log');
    const dataDir = path.join(folder, 'data');
    const server = await startMongo({ kind, binary: at, dataDir, port: await freePort(), log });
    return { uri: withDatabase(server.uri, database), process: server };
  });
}

/**
 * Opens time-skipping environments for the test file that calls this at its top level. Open one per test and tear it down:
 * everything in an environment shares its time.
 */
export function timeSkipping(): () => Promise<TestWorkflowEnvironment> {
  const testServer = duringFile('time-skipping', async () => {
    const { at } = await quietly(provideTestServer);
    return { executable: { type: 'existing-path' as const, path: at } };
  });
  return () => TestWorkflowEnvironment.createTimeSkipping({ server: testServer() });
}

interface Started {
  process?: Running;
}

/** Starts something before the tests of a file and stops it after them; what a failed start leaves behind tells why. */
function duringFile<T extends object>(name: string, start: (folder: string) => Promise<T & Started>): () => T {
  let started: (T & Started) | undefined;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), `planning-services-${name}-`));
    started = await start(folder);
  }, PROVISION_MS);
  afterAll(async () => {
    if (!started) return;
    await started.process?.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }, STOP_MS);
  return () => {
    if (!started) throw new Error(`${name} is there while tests run, not before`);
    return started;
  };
}

/** Says nothing, unless nothing works: then the error says what was tried. */
async function quietly<T>(provide: (say: (line: string) => void) => Promise<T>): Promise<T> {
  const lines: string[] = [];
  try {
    return await provide((line) => lines.push(line));
  } catch (error) {
    throw new Error([...lines, (error as Error).message].join('\n'));
  }
}

/** The same server, another database. */
export const withDatabase = (uri: string, database: string): string =>
  uri.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${database}`);
