import { Case } from '../support/case';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

jest.setTimeout(60_000);

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri, gateway: 'manual' });
});
afterAll(() => house.stop());

async function redeemed(): Promise<Case> {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.until(({ tasks }) => tasks.length > 0);
  return engagement;
}

const at = new Date().toISOString();

const recordSubmitted = (engagement: Case, microsoftReferenceNumber?: string) =>
  engagement.send('recordPaymentStatus', { status: 'submitted', at, microsoftReferenceNumber });

test('an operator is given everything to type into SAVB', async () => {
  const engagement = await redeemed();
  const { stage, paymentRequest, tasks, awaiting } = await engagement.view();
  expect({ stage, status: paymentRequest?.status }).toStrictEqual({ stage: 'redeemed', status: 'prepared' });
  expect(tasks).toMatchObject([{ kind: 'manualSubmission', role: 'operator', resolutions: [] }]);
  expect(tasks[0]?.instructions.split('\n').slice(0, -1)).toStrictEqual([
    'Offering: DDPS',
    'Country: SE',
    'Location: contoso-se',
    `Voucher: V-${engagement.engagementId}, service level 5, redeemed on ${engagement.today}`,
    'Total: 82500.00 SEK',
    `Invoice number: ${paymentRequest?.invoice.number}`,
    `Invoice date: ${engagement.today}`,
    `Our reference: ${engagement.engagementId}:invoice:1`,
  ]);
  expect(awaiting).toMatchObject({ message: 'recordPaymentStatus', from: 'operator' });
  expect(await engagement.booked()).toStrictEqual([]);
});

test('the request is submitted when its number is recorded, and paid when that is', async () => {
  const engagement = await redeemed();
  const microsoftReferenceNumber = `MS-${engagement.engagementId}`;
  await recordSubmitted(engagement, microsoftReferenceNumber);
  expect(await engagement.view()).toMatchObject({
    stage: 'paymentRequested',
    paymentRequest: { status: 'submitted', microsoftReferenceNumber, submittedAt: at },
    tasks: [],
  });
  await engagement.send('recordPaymentStatus', { status: 'approved', at });
  expect((await engagement.view()).stage).toBe('paymentApproved');
  await engagement.send('recordPaymentStatus', { status: 'paid', at });
  expect(await engagement.handle.result()).toMatchObject({ stage: 'paid', paymentRequest: { paidAt: at } });
});

test('no number, no submission', async () => {
  const engagement = await redeemed();
  expect(await engagement.refusalOf(recordSubmitted(engagement))).toBe('reference-number-missing');
});

test('the number of one request cannot be that of another, whoever comes first', async () => {
  const [one, other] = [await redeemed(), await redeemed()];
  const number = `MS-${one.engagementId}`;
  const answers = await Promise.all(
    [one, other].map((engagement) =>
      recordSubmitted(engagement, number).then(
        ({ stage }) => stage,
        ({ cause }: { cause: { type: string } }) => cause.type,
      ),
    ),
  );
  expect(answers.toSorted()).toStrictEqual(['paymentRequested', 'reference-number-used']);
});

test('the task is not resolved without a number', async () => {
  const engagement = await redeemed();
  const { taskId } = (await engagement.view()).tasks[0]!;
  expect(await engagement.refusalOf(engagement.send('resolveTask', { taskId, resolution: 'done' }))).toBe(
    'resolution-unknown',
  );
});

test('the invoice numbers of a partner and year have no gaps, though requests are redeemed at once', async () => {
  const engagements = await Promise.all(Array.from({ length: 5 }, redeemed));
  const views = await Promise.all(engagements.map((engagement) => engagement.view()));
  const numbers = views.map(({ paymentRequest }) => Number(paymentRequest?.invoice.number.split('-')[1]));
  const lowest = Math.min(...numbers);
  expect(numbers.toSorted((a, b) => a - b)).toStrictEqual(numbers.map((_, index) => lowest + index));
});
