import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Dependencies } from '../../activities';
import { createHttpGateway } from '../../activities/savb/httpGateway';
import type { EngagementView } from '../../contracts/engagement';
import { invoiceReference } from '../../contracts/names';
import { RestoreIncomplete } from '../../records/migrations/migrate';
import { openRecovery, type Recovery } from '../../records/recovery/open';
import { NothingRestored } from '../../recovery/complete';
import { revive } from '../../recovery/revive';
import { Case, OPERATOR } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, SAVB_TOKEN, type House } from '../support/house';
import { PartnerCase } from '../support/partnerCase';
import { mongoServer, temporalServer } from '../support/servers';
import { completed, stopWork, wipe } from './support';

jest.setTimeout(120_000);

const temporal = temporalServer();
const freshTemporal = temporalServer();
const mongo = mongoServer();

/** Its SAVB and its Temporal stay; its worker goes. */
let house: House;
let recovery: Recovery;
let folder: string;
const houses: House[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-recovery-'));
  // Whoever lost an answer is still waiting when MongoDB is lost.
  const patient = (usual: Dependencies): Dependencies => ({ ...usual, pace: { ...usual.pace, quarantineMs: 6_000 } });
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, dependencies: patient });
  recovery = await openRecovery({ uri: mongo().uri, timeoutMs: 10_000 });
});
afterAll(async () => {
  await recovery.close();
  for (const one of houses.reverse()) await one.stop();
  await house.stop();
  await rm(folder, { recursive: true });
});

/** Another house with the same SAVB. */
async function anotherHouse(address: string): Promise<House> {
  const paymentTool = createHttpGateway({ url: house.savbUrl, token: SAVB_TOKEN });
  const atSameSavb = (usual: Dependencies): Dependencies => ({ ...usual, paymentTool });
  const other = await openHouse({ address, mongoUri: mongo().uri, dependencies: atSameSavb });
  houses.push(other);
  return { ...other, savbUrl: house.savbUrl };
}

const isIn = (stage: EngagementView['stage']) => (view: EngagementView) => view.stage === stage;

async function pay(engagement: Case): Promise<void> {
  await engagement.advance('approved');
  await engagement.until(isIn('paymentApproved'));
  await engagement.advance('paid');
  await engagement.until(isIn('paid'));
}

/** The record of each, word by word, and what is shown of it. */
const toldOf = (of: House, engagements: readonly Case[]) =>
  Promise.all(
    engagements.map(async ({ engagementId }) => ({
      record: await of.records.engagements.all(engagementId),
      view: await of.records.engagements.view(engagementId),
      tasks: (await of.records.tasks.list({ limit: 100 })).items.filter((task) => task.engagementId === engagementId),
    })),
  );

const numbersOf = (of: House, engagements: readonly Case[]) =>
  Promise.all(
    engagements.map(async ({ engagementId }) => {
      const row = await of.records.paymentRequests.get(invoiceReference(engagementId, 1));
      return row?.number;
    }),
  );

const TASK = (engagement: Case) => `${engagement.engagementId}:voucherProblem:1`;

/** SAVB takes whatever comes, be it for the second time. */
async function letSavbTakeRepeats(): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ deduplicates: false });
  expect((await fetch(`${house.savbUrl}/control/behavior`, { method: 'PUT', headers, body })).ok).toBe(true);
}

test('MongoDB lost, then Temporal: every engagement goes on where it was, and SAVB has one invoice of each', async () => {
  await letSavbTakeRepeats();
  const all = await Promise.all(Array.from({ length: 5 }, () => Case.start(house)));
  const [waiting, reserved, reported, redeemed, paid] = all as [Case, Case, Case, Case, Case];
  await Promise.all([reserved, reported, redeemed].map((engagement) => engagement.assign()));
  await paid.untilRedeemed();
  await paid.until(isIn('paymentRequested'));
  await Promise.all([reported, redeemed].map((engagement) => engagement.reserve()));
  const partner = new PartnerCase(house, await house.today());
  await partner.say('updateMembership', { name: 'Northwind', mpnId: '7654321', membershipRenewsOn: partner.day(300) });
  await recovery.dump(path.join(folder, 'dump'));

  // What follows is in no dump: among it an invoice that SAVB has and whose answer never came.
  await partner.say('addLocation', { locationId: 'northwind-se', country: 'SE', name: 'Stockholm' });
  await waiting.assign();
  await waiting.send('reportVoucherProblem', { problem: 'validationFailed' });
  await waiting.send('claimTask', { taskId: TASK(waiting) });
  await reserved.reserve();
  await reported.report();
  await pay(paid);
  await redeemed.report();
  await house.savbFaults({ fault: 'executeThenDrop' });
  await redeemed.redeem();
  await eventually(
    () => redeemed.booked(),
    ({ length }) => length === 1,
  );
  await stopWork(house);
  await house.savbFaults();
  const before = await toldOf(house, all);
  const numbers = await numbersOf(house, all);
  const { partners } = house.records;
  const ofPartner = async () => [await partners.all(partner.partnerId), await partners.view(partner.partnerId)];
  const partnerBefore = await ofPartner();
  await wipe(mongo().uri);

  const { startedAt } = await recovery.restore(path.join(folder, 'dump'));
  await expect(house.records.migrate()).rejects.toThrow(RestoreIncomplete);
  expect(await recovery.restoredFrom()).toBe(startedAt);
  const found = await completed(house, recovery, temporal().address);
  expect(found).toMatchObject({ runs: 6, invoices: 1, documents: 1, unusedNumbers: [], problems: [] });
  expect(await toldOf(house, all)).toStrictEqual(before);
  expect(await numbersOf(house, all)).toStrictEqual(numbers);
  expect(await ofPartner()).toStrictEqual(partnerBefore);
  expect((await house.records.tasks.find(TASK(waiting)))?.claimedBy).toBe(OPERATOR.subject);

  const second = await anotherHouse(temporal().address);
  const again = (engagement: Case) => Case.existing(second, engagement);
  await again(redeemed).until(isIn('paymentRequested'));
  await again(waiting).reserve();
  await again(waiting).report();
  await again(waiting).redeem();
  await again(waiting).until(isIn('paymentRequested'));

  // Temporal is lost in its turn.
  await again(reported).redeem();
  await stopWork(second);
  const third = await anotherHouse(freshTemporal().address);
  const reviveAll = () => revive({ client: third.client, recovery }, { isDiscreet: false });
  expect(await reviveAll()).toStrictEqual({ started: 5, running: 0, gaps: [] });
  expect(await reviveAll()).toStrictEqual({ started: 0, running: 5, gaps: [] });
  const open = [waiting, reserved, reported, redeemed].map((engagement) => Case.existing(third, engagement));
  await open[1]!.report();
  await open[1]!.redeem();
  await Promise.all(
    open.map(async (engagement) => {
      await engagement.until(isIn('paymentRequested'));
      await pay(engagement);
    }),
  );
  for (const engagement of all) expect(await engagement.booked()).toHaveLength(1);
  expect((await numbersOf(third, all)).toSorted()).toStrictEqual([1, 2, 3, 4, 5]);
});

test('there is nothing to complete where nothing was restored', async () => {
  await expect(completed(house, recovery, temporal().address)).rejects.toThrow(NothingRestored);
});
