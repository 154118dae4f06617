import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHttpGateway } from '../../activities/savb/httpGateway';
import { openRecovery, type Recovery } from '../../records/recovery/open';
import { BatchCase } from '../support/batchCase';
import { Case } from '../support/case';
import { openHouse, SAVB_TOKEN, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { completed, stopWork, wipe } from './support';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();

let house: House;
let other: House | undefined;
let recovery: Recovery;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-recovery-'));
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, batched: { size: 2 } });
  recovery = await openRecovery({ uri: mongo().uri, timeoutMs: 10_000 });
});
afterAll(async () => {
  await recovery.close();
  await other?.stop();
  await house.stop();
  await rm(folder, { recursive: true });
});

test('MongoDB lost while a batch collects: its record is back, and it asks for all of its vouchers once', async () => {
  const [first, second] = [await Case.start(house), await Case.start(house)];
  await first.untilRedeemed();
  await recovery.dump(path.join(folder, 'dump'));
  const { paymentRequest } = await first.until((view) => view.paymentRequest?.batchId !== undefined);
  const { batchId } = new BatchCase(house, paymentRequest!.batchId!);
  await second.assign();
  await stopWork(house);
  const before = await house.records.batches.all(batchId);
  expect(before).toHaveLength(1);
  await wipe(mongo().uri);

  await recovery.restore(path.join(folder, 'dump'));
  expect(await completed(house, recovery, temporal().address)).toMatchObject({ runs: 3, problems: [] });
  expect(await house.records.batches.all(batchId)).toStrictEqual(before);

  const paymentTool = createHttpGateway({ url: house.savbUrl, token: SAVB_TOKEN });
  const open = { address: temporal().address, mongoUri: mongo().uri, batched: { size: 2 } };
  other = await openHouse({ ...open, dependencies: (usual) => ({ ...usual, paymentTool }) });
  const again = { ...other, savbUrl: house.savbUrl };
  const rest = Case.existing(again, second);
  await rest.reserve();
  await rest.report();
  await rest.redeem();
  const batch = new BatchCase(again, batchId);
  const { members } = await batch.until(({ stage }) => stage === 'paymentRequested');
  expect(members.map(({ engagementId }) => engagementId)).toStrictEqual([first.engagementId, second.engagementId]);
  expect(await batch.booked()).toHaveLength(1);
});
