/**
 * `node dev/run.mjs test/replay/record [path …]` builds, then plays the paths, all of them or those named, on real servers
 * and writes their histories into `test/replay/histories/`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { provideMongo, provideTemporal, provideTestServer } from '../../dev/provision/tools';
import { inRepository } from '../../dev/repository';
import { startMongo } from '../../dev/servers/mongo';
import { freePort } from '../../dev/servers/ports';
import { addSearchAttributes, ensureSearchAttributes } from '../../worker/searchAttributes';
import { Case } from '../support/case';
import { openHouse } from '../support/house';
import { PATHS, type Path } from './paths';

const HISTORIES = inRepository('test', 'replay', 'histories');
const DAY_MS = 24 * 60 * 60 * 1_000;

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Servers of our own, wherever `TEMPORAL_ADDRESS` and `MONGODB_URI` point. */
const env = { ...process.env, TEMPORAL_ADDRESS: '', MONGODB_URI: '' };

async function openEnvironment({ inOwnTime }: Path): Promise<TestWorkflowEnvironment> {
  const { at } = await (inOwnTime ? provideTestServer(say, { env }) : provideTemporal(say, { env }));
  const server = { executable: { type: 'existing-path' as const, path: at } };
  return inOwnTime
    ? TestWorkflowEnvironment.createTimeSkipping({ server })
    : TestWorkflowEnvironment.createLocal({ server });
}

async function play(name: string, toPlay: Path, mongoUri: string): Promise<History> {
  const environment = await openEnvironment(toPlay);
  const house = await openHouse({
    address: environment.address,
    mongoUri: `${mongoUri}/${name}`,
    now: () => environment.currentTimeMs(),
    registerSearchAttributes: toPlay.inOwnTime ? addSearchAttributes : ensureSearchAttributes,
    ...toPlay.house,
  });
  try {
    const engagement = await Case.start(house, { engagementId: name });
    const pass = (days: number) => environment.sleep(days * DAY_MS);
    await toPlay.play(engagement, { savbFaults: house.savbFaults, pass });
    await engagement.handle.result();
    return await engagement.handle.fetchHistory();
  } finally {
    await house.stop();
    await environment.teardown();
  }
}

/** The history as JSON, without what tells of the machine it was recorded on: names of processes, paths of files. */
function neutral(history: History): string {
  const json = historyToJSON(history).replaceAll(`${process.pid}@${hostname()}`, 'recorder');
  const withoutTraces = (key: string, value: unknown) => (key === 'stackTrace' ? undefined : value);
  return `${JSON.stringify(JSON.parse(json), withoutTraces, 1)}\n`;
}

async function main(names: string[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'planning-services-record-'));
  const { kind, at } = await provideMongo(say, { env });
  if (kind === 'uri') throw new Error('MONGODB_URI is not asked for');
  const mongo = await startMongo({
    kind,
    binary: at,
    dataDir: path.join(folder, 'data'),
    port: await freePort(),
    log: path.join(folder, 'log'),
  });
  try {
    await mkdir(HISTORIES, { recursive: true });
    for (const [name, toPlay] of Object.entries(PATHS).filter(([name]) => names.length === 0 || names.includes(name))) {
      const history = await play(name, toPlay, mongo.uri);
      await writeFile(path.join(HISTORIES, `${name}.json`), neutral(history));
      say(`${name}: ${history.events?.length} events`);
    }
  } finally {
    await mongo.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  say(String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
});
