import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { EngagementView, Verdict } from '../../contracts/engagement';
import { REFUSALS } from '../../domain/refusals';
import { whereToPrint } from '../../domain/settlement/sheet';
import { Case } from '../support/case';
import { openHouse, type House } from '../support/house';
import { textsIn } from '../support/pdfText';
import { mongoServer, temporalServer } from '../support/servers';

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
    `Invoice number: ${paymentRequest?.invoice?.number}`,
    `Invoice date: ${engagement.today}`,
    expect.stringMatching(/^Invoice document \(SHA-256\): [0-9a-f]{64}$/),
    `Our reference: ${engagement.engagementId}:invoice:1`,
    whereToPrint(engagement),
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

test('the invoice to go with it is stored, and is the one the sheet names', async () => {
  const engagement = await redeemed();
  const { paymentRequest, tasks } = await engagement.view();
  const { stream, document } = (await house.records.invoiceDocuments.open(paymentRequest!.reference))!;
  const pdf = await buffer(stream);
  expect(document.sha256).toBe(createHash('sha256').update(pdf).digest('hex'));
  expect(tasks[0]?.instructions).toContain(`Invoice document (SHA-256): ${document.sha256}`);
  expect(textsIn(pdf)).toEqual(
    expect.arrayContaining([paymentRequest?.invoice?.number, `V-${engagement.engagementId}`, '82500.00 SEK']),
  );
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

test.each<[string, (view: EngagementView) => string]>([
  ['our own reference', ({ paymentRequest }) => paymentRequest!.reference],
  ['our invoice number', ({ paymentRequest }) => paymentRequest!.invoice!.number],
  ['the number of the voucher', ({ voucher }) => voucher!.voucherId],
])('%s is not the number SAVB gave', async (_what, typed) => {
  const engagement = await redeemed();
  const number = typed(await engagement.view());
  expect(await engagement.refusalOf(recordSubmitted(engagement, number))).toBe('reference-number-wrong');
  expect(await engagement.view()).toMatchObject({ stage: 'redeemed', tasks: [{ kind: 'manualSubmission' }] });
});

describe('two operators at once', () => {
  /** The verdict, or the code of the refusal. */
  const verdicts = (sent: Promise<Verdict>[]) =>
    Promise.all(
      sent.map((verdict) =>
        verdict.then(
          ({ stage, repeated }) => ({ stage, ...(repeated && { repeated }) }),
          ({ cause }: { cause: { type: string } }) => cause.type,
        ),
      ),
    );
  const submissions = async (engagement: Case) =>
    (await engagement.timeline()).flatMap((event) => (event.type === 'PaymentRequestSubmitted' ? [event.data] : []));

  test('with different numbers: one is recorded, the other is told that there is one', async () => {
    const engagement = await redeemed();
    const numbers = ['MS-A', 'MS-B'].map((prefix) => `${prefix}-${engagement.engagementId}`);
    const answers = await verdicts(numbers.map((number) => recordSubmitted(engagement, number)));
    const recorded = answers.findIndex((answer) => typeof answer === 'object');
    expect(answers[recorded]).toStrictEqual({ stage: 'paymentRequested' });
    expect(answers[1 - recorded]).toBe('payment-status-out-of-order');
    expect(REFUSALS['payment-status-out-of-order'].status).toBe(409);
    expect(await submissions(engagement)).toMatchObject([{ microsoftReferenceNumber: numbers[recorded] }]);
    expect((await engagement.view()).paymentRequest?.microsoftReferenceNumber).toBe(numbers[recorded]);
  });

  test('with the same number: it is recorded once, and both are told yes', async () => {
    const engagement = await redeemed();
    const number = `MS-${engagement.engagementId}`;
    const answers = await verdicts([1, 2].map(() => recordSubmitted(engagement, number)));
    expect(answers).toHaveLength(2);
    expect(answers).toEqual(
      expect.arrayContaining([{ stage: 'paymentRequested' }, { stage: 'paymentRequested', repeated: true }]),
    );
    expect(await submissions(engagement)).toHaveLength(1);
  });
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
  const numbers = views.map(({ paymentRequest }) => Number(paymentRequest?.invoice?.number.split('-')[1]));
  const lowest = Math.min(...numbers);
  expect(numbers.toSorted((a, b) => a - b)).toStrictEqual(numbers.map((_, index) => lowest + index));
});
