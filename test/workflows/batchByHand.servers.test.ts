import { BatchCase } from '../support/batchCase';
import { Case } from '../support/case';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
beforeAll(async () => {
  house = await openHouse({
    address: temporal().address,
    mongoUri: mongo().uri,
    gateway: 'manual',
    batched: { size: 2 },
  });
});
afterAll(() => house.stop());

/** Two engagements of one group, and the batch they fill. */
async function filled(): Promise<{ engagements: Case[]; batch: BatchCase }> {
  const engagements = await Promise.all([1, 2].map(() => Case.start(house)));
  for (const engagement of engagements) await engagement.untilRedeemed();
  const { paymentRequest } = await engagements[0]!.until((view) => view.paymentRequest?.batchId !== undefined);
  return { engagements, batch: new BatchCase(house, paymentRequest!.batchId!) };
}

const at = new Date().toISOString();

test('an operator types a batch into SAVB and records its number, once for all', async () => {
  const { engagements, batch } = await filled();
  const { tasks } = await batch.until((view) => view.tasks.length > 0);
  expect(tasks).toMatchObject([{ kind: 'manualSubmission', batchId: batch.batchId, role: 'operator' }]);
  for (const { engagementId } of engagements) expect(tasks[0]?.instructions).toContain(`V-${engagementId}`);
  const microsoftReferenceNumber = `MS-${batch.batchId}`;
  const submitted = { status: 'submitted', at, microsoftReferenceNumber } as const;
  await batch.send('recordPaymentStatus', submitted);
  for (const engagement of engagements)
    await engagement.until((view) => view.paymentRequest?.microsoftReferenceNumber === microsoftReferenceNumber);

  const { batch: another } = await filled();
  await another.until((view) => view.tasks.length > 0);
  expect(await another.refusalOf(another.send('recordPaymentStatus', submitted))).toBe('reference-number-used');

  await batch.send('recordPaymentStatus', { status: 'paid', at });
  for (const { handle } of engagements) expect(await handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
  expect(await batch.handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
});

test('of two operators at once one records, the other is told that it is done', async () => {
  const { batch } = await filled();
  await batch.until((view) => view.tasks.length > 0);
  const numbers = ['MS-one', 'MS-other'];
  const answers = await Promise.allSettled(
    numbers.map((microsoftReferenceNumber) =>
      batch.send('recordPaymentStatus', { status: 'submitted', at, microsoftReferenceNumber }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toStrictEqual(['fulfilled', 'rejected']);
  const { paymentRequest, tasks } = await batch.view();
  expect(paymentRequest?.microsoftReferenceNumber).toBe(numbers[answers[0]!.status === 'fulfilled' ? 0 : 1]);
  expect(tasks).toStrictEqual([]);
});
