import { TestWorkflowEnvironment } from '@temporalio/testing';
import { provideTemporal } from '../../dev/provision/tools';
import { BatchCase } from '../support/batchCase';
import { Case } from '../support/case';
import { openHouse, type House } from '../support/house';
import { mongoServer } from '../support/servers';

jest.setTimeout(120_000);

/** With so many events Temporal suggests to continue as new; by default it is thousands. */
const MOST_EVENTS = 30;

const mongo = mongoServer();
let server: TestWorkflowEnvironment;
let house: House;
beforeAll(async () => {
  const { at } = await provideTemporal(() => undefined, { env: { ...process.env, TEMPORAL_ADDRESS: '' } });
  server = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: at },
      extraArgs: ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${MOST_EVENTS}`],
      log: { format: 'pretty', level: 'error' },
    },
  });
  house = await openHouse({ address: server.address, mongoUri: mongo().uri, batched: { size: 3 } });
}, 240_000);
afterAll(async () => {
  await house.stop();
  await server.teardown();
});

test('a batch that continues as new loses nobody, tells nobody twice and has its whole timeline', async () => {
  const engagements = await Promise.all([1, 2, 3].map(() => Case.start(house)));
  const [first, ...others] = engagements as [Case, ...Case[]];
  await first.untilRedeemed();
  const { paymentRequest } = await first.until((view) => view.paymentRequest?.batchId !== undefined);
  const batch = new BatchCase(house, paymentRequest!.batchId!);
  const runs = new Set<string>();
  const run = async () => runs.add((await batch.handle.describe()).runId);
  const notes = Array.from({ length: 12 }, (_, n) => `note ${n}`);
  for (const text of notes) {
    await run();
    await batch.send('addNote', { text });
  }
  for (const engagement of others) await engagement.untilRedeemed();
  for (const engagement of engagements) await engagement.until(({ stage }) => stage === 'paymentRequested');
  for (const status of ['approved', 'paid']) {
    await run();
    await batch.advance(status);
    await batch.until((view) => view.paymentRequest?.status === status);
  }
  for (const { handle } of engagements) expect(await handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
  expect(await batch.handle.result()).toMatchObject({ stage: 'paid', total: { minor: 3 * 8_250_000 } });
  expect(runs.size).toBeGreaterThan(1);

  const timeline = await batch.timeline();
  expect(timeline).toStrictEqual(await house.records.batches.timeline(batch.batchId));
  expect(timeline.map(({ version }) => version)).toStrictEqual(timeline.map((_event, index) => index + 1));
  expect(timeline.flatMap(({ type, data }) => (type === 'NoteAdded' ? [data.text] : []))).toStrictEqual(notes);
  expect(await batch.booked()).toHaveLength(1);
  for (const { engagementId } of engagements) {
    const heard = (await house.records.engagements.timeline(engagementId)).filter(({ messageId }) =>
      messageId.startsWith('batch:'),
    );
    expect(heard.map(({ type }) => type)).toStrictEqual([
      'PaymentRequestSubmitted',
      'PaymentStatusChanged',
      'PaymentStatusChanged',
    ]);
  }
});
