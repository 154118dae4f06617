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
import { partnerWorkflowId } from '../../contracts/names';
import { inRepository } from '../../dev/repository';
import { startMongo } from '../../dev/servers/mongo';
import { freePort } from '../../dev/servers/ports';
import { addSearchAttributes, ensureSearchAttributes } from '../../worker/searchAttributes';
import { Case } from '../support/case';
import { openHouse, type House } from '../support/house';
import { PartnerCase } from '../support/partnerCase';
import { BATCH_PATHS, PARTNER_PATHS, PATHS, type BatchPath, type PartnerPath, type Path } from './paths';

const HISTORIES = inRepository('test', 'replay', 'histories');
const DAY_MS = 24 * 60 * 60 * 1_000;

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Servers of our own, wherever `TEMPORAL_ADDRESS` and `MONGODB_URI` point. */
const env = { ...process.env, TEMPORAL_ADDRESS: '', MONGODB_URI: '' };

async function openEnvironment({ inOwnTime }: Pick<Path, 'inOwnTime'>): Promise<TestWorkflowEnvironment> {
  const { at } = await (inOwnTime ? provideTestServer(say, { env }) : provideTemporal(say, { env }));
  const server = { executable: { type: 'existing-path' as const, path: at } };
  return inOwnTime
    ? TestWorkflowEnvironment.createTimeSkipping({ server })
    : TestWorkflowEnvironment.createLocal({ server });
}

/** Opens a house for a path, has it played, and closes it. */
async function inHouse(
  name: string,
  toPlay: Path | PartnerPath | BatchPath,
  mongoUri: string,
  play: (house: House, pass: (days: number) => Promise<void>) => Promise<History>,
): Promise<History> {
  const environment = await openEnvironment(toPlay);
  const house = await openHouse({
    address: environment.address,
    mongoUri: `${mongoUri}/${name}`,
    now: () => environment.currentTimeMs(),
    registerSearchAttributes: toPlay.inOwnTime ? addSearchAttributes : ensureSearchAttributes,
    ...('house' in toPlay && toPlay.house),
  });
  try {
    return await play(house, (days) => environment.sleep(days * DAY_MS));
  } finally {
    await house.stop();
    await environment.teardown();
  }
}

const playEngagement = (name: string, toPlay: Path, mongoUri: string): Promise<History> =>
  inHouse(name, toPlay, mongoUri, async (house, pass) => {
    const engagement = await Case.start(house, { engagementId: name });
    await toPlay.play(engagement, { savbFaults: house.savbFaults, pass });
    await engagement.handle.result();
    return engagement.handle.fetchHistory();
  });

const playPartner = (name: string, toPlay: PartnerPath, mongoUri: string): Promise<History> =>
  inHouse(name, toPlay, mongoUri, async (house, pass) => {
    const partner = new PartnerCase(house, await house.today(), name);
    await partner.register();
    const { runId } = await partner.handle.describe();
    await toPlay.play(partner, { pass });
    const run =
      toPlay.run === 'first' ? house.client.workflow.getHandle(partnerWorkflowId(name), runId) : partner.handle;
    return run.fetchHistory();
  });

const playBatch = (name: string, toPlay: BatchPath, mongoUri: string): Promise<History> =>
  inHouse(name, toPlay, mongoUri, async (house, pass) => (await toPlay.play(house, { pass })).fetchHistory());

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
    const isWanted = (name: string) => names.length === 0 || names.includes(name);
    const keep = async (name: string, history: History) => {
      await writeFile(path.join(HISTORIES, `${name}.json`), neutral(history));
      say(`${name}: ${history.events?.length} events`);
    };
    for (const [name, toPlay] of Object.entries(PATHS))
      if (isWanted(name)) await keep(name, await playEngagement(name, toPlay, mongo.uri));
    for (const [name, toPlay] of Object.entries(PARTNER_PATHS))
      if (isWanted(name)) await keep(name, await playPartner(name, toPlay, mongo.uri));
    for (const [name, toPlay] of Object.entries(BATCH_PATHS))
      if (isWanted(name)) await keep(name, await playBatch(name, toPlay, mongo.uri));
  } finally {
    await mongo.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  say(String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
});
