import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PayloadProtection } from '../../codec/payloadCodec';
import { Case } from '../support/case';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { storedText } from '../support/storedText';
import { command, stopWork, wipe } from './support';

jest.setTimeout(120_000);

const temporal = temporalServer();
const freshTemporal = temporalServer();
const mongo = mongoServer();

const secret = randomBytes(32);
const payloads: PayloadProtection = { keys: [{ id: '2026-07', secret }], encrypts: true };
const ENCRYPTED = { PAYLOAD_CODEC: 'on', PAYLOAD_KEYS: `2026-07:${secret.toString('base64')}` };

let folder: string;
const houses: House[] = [];
const open = async (address: string): Promise<House> => {
  const house = await openHouse({ address, mongoUri: mongo().uri, payloads });
  houses.push(house);
  return house;
};
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-recovery-'));
});
afterAll(async () => {
  for (const house of houses.reverse()) await house.stop();
  await rm(folder, { recursive: true });
});

const run = (args: readonly string[], settings: Record<string, string>) =>
  command(args, { MONGODB_URI: mongo().uri, TEMPORAL_ADDRESS: temporal().address, ...settings });

/** Temporal remembers for minutes who polled; one that was started since does not. */
async function forgetPollers(): Promise<void> {
  await temporal().process!.kill('SIGKILL');
  await temporal().process!.restart();
}

test('with encrypted payloads MongoDB is completed and Temporal revived, by whoever has the keys', async () => {
  const house = await open(temporal().address);
  const engagement = await Case.start(house);
  await engagement.assign();
  const dump = path.join(folder, 'dump');
  expect(await run(['backup', dump], ENCRYPTED)).toMatchObject({ code: 0, said: '' });
  const polled = expect.stringMatching(/^workers polled [^\n]+ stop every worker and API[^\n]+\n$/) as string;
  const closing = [['complete'], ['restore', dump]];
  for (const refused of await Promise.all(closing.map((args) => run(args, ENCRYPTED))))
    expect(refused).toStrictEqual({ code: 1, said: polled, report: undefined });
  await engagement.reserve();
  await stopWork(house);
  await forgetPollers();
  const recorded = await house.records.engagements.all(engagement.engagementId);
  await wipe(mongo().uri);
  expect(await run(['restore', dump], ENCRYPTED)).toMatchObject({ code: 0, said: '' });

  const other = `2026-01:${secret.toString('base64')}`;
  const refusals = await Promise.all([run(['complete'], {}), run(['complete'], { PAYLOAD_KEYS: other })]);
  for (const refusal of refusals)
    expect(refusal).toStrictEqual({
      code: 1,
      said: expect.stringMatching(/^PAYLOAD_KEYS: .* engagement:[^\n]+\n$/) as string,
      report: undefined,
    });
  const found = { runs: 1, messages: 1, problems: [] };
  expect(await run(['complete'], ENCRYPTED)).toMatchObject({ code: 0, said: '', report: found });
  expect(await house.records.engagements.all(engagement.engagementId)).toStrictEqual(recorded);
  expect(await run(['rebuild'], ENCRYPTED)).toMatchObject({ code: 0, report: { gaps: [] } });

  // Of one the beginning is lost, of which nobody is to hear nothing.
  await house.records.engagements.record({ ...recorded[1]!, engagementId: 'broken' });
  const anew = { ...ENCRYPTED, TEMPORAL_ADDRESS: freshTemporal().address };
  expect(await run(['revive'], anew)).toMatchObject({
    ...{ code: 2, said: '', report: { started: 1, running: 0, gaps: [{ id: 'broken', version: 0 }] } },
  });
  const revived = Case.existing(await open(freshTemporal().address), engagement);
  await revived.report();
  expect(await revived.view()).toMatchObject({ stage: 'completionReported' });
  expect(await storedText(revived.handle)).not.toContain('Fabrikam');
});

test('whoever restores where no Temporal can be asked is told to look for workers; one thing is restored at a time', async () => {
  await wipe(mongo().uri);
  const asOf = ['restore', '--as-of', '2020-07-01T00:00:00Z'];
  const outcomes = await Promise.all([
    run(asOf, { TEMPORAL_ADDRESS: '' }),
    run(asOf, { TEMPORAL_ADDRESS: '127.0.0.1:1' }),
    run(['restore'], {}),
    run([...asOf, folder], {}),
  ]);
  const look = 'see for yourself that every worker and API is stopped\nthere is nothing in the database\n';
  const said = [
    `^TEMPORAL_ADDRESS is not set: ${look}$`,
    `^Temporal does not answer \\(.*\\): ${look}$`,
    '^name either',
    '^name either',
  ];
  for (const [index, outcome] of outcomes.entries())
    expect(outcome).toStrictEqual({
      code: 1,
      said: expect.stringMatching(new RegExp(said[index]!)) as string,
      report: undefined,
    });
});
