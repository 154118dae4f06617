import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Payloads } from '../../contracts/messages';
import { loadRates } from '../../records/rulebooks';
import { addSearchAttributes } from '../../worker/searchAttributes';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, timeSkipping } from '../support/servers';
import { showPartner } from '../support/showPartner';

/** No time is skipped here, but activities are tried again when they should be, and not a second later. */
const environment = timeSkipping();
const mongo = mongoServer();
const rates = loadRates();
let server: TestWorkflowEnvironment;
let house: House;
beforeAll(async () => {
  server = await environment();
  house = await openHouse({
    address: server.address,
    mongoUri: mongo().uri,
    registerSearchAttributes: addSearchAttributes,
    dependencies: (usual) => ({ ...usual, rates }),
  });
});
afterEach(() => house.savbFaults());
afterAll(async () => {
  await house.stop();
  await server.teardown();
});

/** Of SAVB's reasons, and of the days on which something was reported, these tests know one each. */
const REASON = { code: 'wrongAmount', message: 'the amount is not the rate' };
const at = new Date().toISOString();

async function redeemed(): Promise<Case> {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  return engagement;
}

async function submitted(): Promise<Case> {
  const engagement = await redeemed();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  return engagement;
}

const record = (engagement: Case, report: Omit<Payloads['recordPaymentStatus'], 'at'>) =>
  engagement.send('recordPaymentStatus', { at, ...report });

const untilTask = (engagement: Case, kind: string) =>
  engagement.until(({ tasks }) => tasks.some((task) => task.kind === kind));

const requestOnRecord = async ({ engagementId }: Case) =>
  (await house.records.paymentRequests.get(`${engagementId}:invoice:1`))!;

const outcomesOf = async (engagement: Case) =>
  (await requestOnRecord(engagement)).attempts.map(({ outcome }) => outcome?.class);

describe('a payment request', () => {
  test('is on record before it is sent, and SAVB has it once, as it was meant', async () => {
    const engagement = await submitted();
    const { paymentRequest } = await engagement.view();
    const { request, attempts } = await requestOnRecord(engagement);
    expect(request).toStrictEqual({
      reference: `${engagement.engagementId}:invoice:1`,
      offering: 'DDPS',
      country: 'SE',
      locationId: 'contoso-se',
      vouchers: [{ voucherId: `V-${engagement.engagementId}`, serviceLevelDays: 5, redeemedOn: engagement.today }],
      amount: { minor: 8_250_000, currency: 'SEK' },
      invoice: { number: expect.stringMatching(/^\d{4}-\d{5}$/) as string, date: engagement.today },
    });
    expect(attempts).toMatchObject([{ attempt: 1, outcome: { class: 'SUCCESS' } }]);
    const [booked, ...more] = await engagement.booked();
    expect(more).toStrictEqual([]);
    expect(booked).toMatchObject({
      reference: request?.reference,
      amount: request?.amount,
      microsoftReferenceNumber: paymentRequest?.microsoftReferenceNumber,
    });
  });

  test('that SAVB refuses becomes a task with its reason; denied ends it', async () => {
    await house.savbFaults({ fault: 'refuse', status: 422, body: { ...REASON, field: 'amount' } });
    const engagement = await redeemed();
    const { stage, paymentRequest, tasks } = await untilTask(engagement, 'paymentRejected');
    expect(stage).toBe('redeemed');
    expect(paymentRequest).toMatchObject({
      status: 'rejected',
      rejection: { code: REASON.code, message: `amount: ${REASON.message}` },
    });
    expect(tasks[0]?.instructions).toContain(REASON.message);
    expect(await engagement.booked()).toStrictEqual([]);
    await record(engagement, { status: 'denied', note: 'no contract' });
    expect(await engagement.handle.result()).toMatchObject({ stage: 'paymentDenied', tasks: [] });
  });

  test('without a registration waits for one', async () => {
    const partner = (await house.records.partners.view('contoso-services'))!;
    await showPartner(house.records, { ...partner, savbRegistrations: [] });
    const engagement = await redeemed();
    const { stage, paymentRequest, tasks } = await engagement.view();
    expect({ stage, paymentRequest }).toStrictEqual({ stage: 'redeemed', paymentRequest: undefined });
    expect(tasks).toMatchObject([{ kind: 'savbRegistrationMissing', role: 'globalAdmin' }]);
    const { taskId } = tasks[0]!;
    expect(await engagement.refusalOf(engagement.send('resolveTask', { taskId }))).toBe('resolution-not-possible');
    await showPartner(house.records, partner);
    await engagement.send('resolveTask', { taskId, note: 'now it is' });
    await engagement.until((view) => view.stage === 'paymentRequested');
    expect(await engagement.booked()).toHaveLength(1);
  });

  test('without a rate waits for one: an amount is never guessed', async () => {
    const known = rates.rates.splice(0);
    const engagement = await redeemed();
    const { tasks } = await engagement.view();
    expect(tasks).toMatchObject([{ kind: 'rateMissing', role: 'operator' }]);
    const { taskId } = tasks[0]!;
    expect(await engagement.refusalOf(engagement.send('resolveTask', { taskId }))).toBe('resolution-not-possible');
    rates.rates.push(...known);
    await engagement.send('resolveTask', { taskId, note: 'added' });
    await engagement.until((view) => view.stage === 'paymentRequested');
    expect(await engagement.booked()).toMatchObject([{ amount: { minor: 8_250_000, currency: 'SEK' } }]);
  });
});

describe('of a submission nobody knows the fate of', () => {
  test.each(['executeThenDrop', 'truncate'])('%s: it waits, looks the reference up and finds it', async (fault) => {
    await house.savbFaults({ fault });
    const engagement = await submitted();
    expect(await outcomesOf(engagement)).toStrictEqual(['SUCCESS']);
    expect((await requestOnRecord(engagement)).unknowns).toBe(1);
    expect(await engagement.booked()).toHaveLength(1);
  });

  test('it sends again only after it did not find it', async () => {
    await house.savbFaults({ fault: 'fail', status: 500 });
    const engagement = await submitted();
    expect(await outcomesOf(engagement)).toStrictEqual(['ABSENT', 'SUCCESS']);
    expect(await engagement.booked()).toHaveLength(1);
  });

  test('it asks a person after three times, and sends again when that person says it did not arrive', async () => {
    await house.savbFaults({ fault: 'fail', status: 500, times: 3 });
    const engagement = await redeemed();
    const { stage, paymentRequest, tasks } = await untilTask(engagement, 'submissionUnknown');
    expect({ stage, status: paymentRequest?.status }).toStrictEqual({ stage: 'redeemed', status: 'unknown' });
    expect(await outcomesOf(engagement)).toStrictEqual(['ABSENT', 'ABSENT', 'ABSENT']);
    await engagement.send('resolveTask', { taskId: tasks[0]!.taskId, resolution: 'notReceived' });
    await engagement.until((view) => view.stage === 'paymentRequested');
    expect(await outcomesOf(engagement)).toStrictEqual(['ABSENT', 'ABSENT', 'ABSENT', 'SUCCESS']);
    expect(await engagement.booked()).toHaveLength(1);
  });

  test('it takes the number from a person who found it', async () => {
    await house.savbFaults({ fault: 'fail', status: 500, times: 3 });
    const engagement = await redeemed();
    await untilTask(engagement, 'submissionUnknown');
    await record(engagement, { status: 'submitted', microsoftReferenceNumber: `MS-${engagement.engagementId}` });
    expect(await engagement.view()).toMatchObject({ stage: 'paymentRequested', tasks: [] });
  });

  test('attempts that SAVB certainly did not take do not count', async () => {
    await house.savbFaults({ fault: 'throttle', retryAfter: 1 }, { fault: 'fail', status: 500, times: 2 });
    const engagement = await submitted();
    expect(await outcomesOf(engagement)).toStrictEqual(['THROTTLED', 'ABSENT', 'ABSENT', 'SUCCESS']);
  });
});

describe('of a submitted request', () => {
  test('held becomes a task, and ends it when SAVB goes on', async () => {
    const engagement = await submitted();
    await engagement.advance('held', { message: 'bank account missing' });
    const { stage, tasks } = await untilTask(engagement, 'paymentHeld');
    expect(stage).toBe('paymentRequested');
    expect(tasks[0]).toMatchObject({
      role: 'globalAdmin',
      instructions: expect.stringMatching(/^bank account missing/) as string,
    });
    await engagement.send('resolveTask', { taskId: tasks[0]!.taskId });
    await engagement.advance('approved');
    expect((await engagement.until((view) => view.stage === 'paymentApproved')).tasks).toStrictEqual([]);
  });

  test('awaitingInvoice becomes a task, until the invoice is given', async () => {
    const engagement = await submitted();
    await engagement.advance('awaitingInvoice');
    await untilTask(engagement, 'invoiceDocumentRequired');
    const invoiceDocument = { kind: 'courier' as const, reference: 'DHL 4711' };
    await record(engagement, { status: 'awaitingInvoice', invoiceDocument });
    expect(await engagement.view()).toMatchObject({ paymentRequest: { invoiceDocument }, tasks: [] });
    await engagement.advance('approved');
    await engagement.until((view) => view.stage === 'paymentApproved');
  });

  test.each(['rejected', 'cancelled'] as const)(
    '%s becomes a task; submitted anew by hand it goes on',
    async (status) => {
      const engagement = await submitted();
      await engagement.advance(status, REASON);
      const { paymentRequest } = await untilTask(engagement, 'paymentRejected');
      expect(paymentRequest).toMatchObject({ status, rejection: REASON });
      await record(engagement, { status: 'submitted', microsoftReferenceNumber: `MS-${engagement.engagementId}` });
      expect((await engagement.view()).tasks).toStrictEqual([]);
      await record(engagement, { status: 'paid' });
      expect(await engagement.handle.result()).toMatchObject({ stage: 'paid' });
    },
  );

  test('sent without approved is an approval nobody saw', async () => {
    const engagement = await submitted();
    await engagement.advance('sent');
    const { paymentRequest } = await engagement.until(({ stage }) => stage === 'paymentApproved');
    expect(paymentRequest).toMatchObject({ status: 'sent', approvedAt: expect.any(String) as string });
  });

  test('validating wakes nobody', async () => {
    const engagement = await submitted();
    await statusAsked(engagement);
    const { historyLength } = await engagement.handle.describe();
    await engagement.advance('validating');
    await statusAsked(engagement);
    expect((await engagement.handle.describe()).historyLength).toBe(historyLength);
  });
});

describe('a status recorded by an operator', () => {
  test('does not wait for SAVB to report it', async () => {
    const engagement = await submitted();
    await record(engagement, { status: 'approved', note: 'seen in SAVB' });
    expect((await engagement.view()).stage).toBe('paymentApproved');
    await record(engagement, { status: 'paid' });
    expect(await engagement.handle.result()).toMatchObject({ stage: 'paid' });
  });

  test.each(['approved', 'sent'] as const)(
    '%s, ahead of SAVB, keeps nothing from being seen that comes later',
    async (status) => {
      const engagement = await submitted();
      await record(engagement, { status });
      await engagement.advance('approved');
      await statusAsked(engagement);
      await engagement.advance('paid');
      expect(await engagement.handle.result()).toMatchObject({ stage: 'paid' });
      const types = (await engagement.timeline()).map(({ type }) => type);
      expect(types.filter((type) => type === 'PaymentStatusChanged')).toHaveLength(2);
    },
  );

  test('with the number of another request is refused', async () => {
    const [other, engagement] = [await submitted(), await submitted()];
    await engagement.advance('rejected', REASON);
    await untilTask(engagement, 'paymentRejected');
    const { microsoftReferenceNumber } = (await other.view()).paymentRequest!;
    const sending = record(engagement, { status: 'submitted', microsoftReferenceNumber });
    expect(await engagement.refusalOf(sending)).toBe('reference-number-used');
  });
});

/** Resolves once SAVB was asked for the status again and the answer was taken in. */
async function statusAsked({ handle }: Case): Promise<void> {
  const attempts = async () => Number((await handle.describe()).raw.pendingActivities?.[0]?.attempt ?? 0);
  const before = await attempts();
  await eventually(attempts, (now) => now >= before + 2);
}
