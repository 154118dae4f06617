import { Case } from '../support/case';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
});
afterEach(() => house.savbFaults());
afterAll(() => house.stop());

async function redeemed(): Promise<Case> {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  return engagement;
}

const untilTask = (engagement: Case, kind: string) =>
  engagement.until(({ tasks }) => tasks.some((task) => task.kind === kind));

const correct = (engagement: Case, reason = 'as SAVB asked') =>
  engagement.send('correctPaymentRequest', { changes: { invoiceDate: engagement.today }, reason });

const refuse = { fault: 'refuse', status: 422, body: { code: 'wrongDate', message: 'the invoice is dated wrongly' } };

/** SAVB's sandbox knows every location until it is told otherwise. */
async function register(offering: string, locationId: string, registered: boolean): Promise<void> {
  const response = await fetch(`${house.savbUrl}/control/registrations/${offering}?locationId=${locationId}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ registered }),
  });
  expect(response.status).toBe(200);
}

describe('a rejected request', () => {
  test('is asked for once, corrected, and asked for under the next key with the next invoice number', async () => {
    await house.savbFaults(refuse);
    const engagement = await redeemed();
    const { paymentRequest: rejected } = await untilTask(engagement, 'paymentRejected');
    expect((await house.records.paymentRequests.get(rejected!.reference))?.attempt).toBe(1);
    await correct(engagement);
    const { paymentRequest, tasks } = await engagement.until(({ stage }) => stage === 'paymentRequested');
    expect(tasks).toStrictEqual([]);
    expect(paymentRequest?.reference).toBe(`${engagement.engagementId}:invoice:2`);
    const [year, number] = rejected!.invoice!.number.split('-');
    expect(paymentRequest?.invoice?.number).toBe(`${year}-${String(Number(number) + 1).padStart(5, '0')}`);
    expect(await engagement.booked(1)).toStrictEqual([]);
    expect(await engagement.booked(2)).toMatchObject([
      { microsoftReferenceNumber: paymentRequest?.microsoftReferenceNumber },
    ]);
  });

  test('that SAVB had taken goes the same way, and is paid', async () => {
    const engagement = await redeemed();
    await engagement.until(({ stage }) => stage === 'paymentRequested');
    await engagement.advance('rejected', { code: 'R7', message: 'no contract for this location' });
    await untilTask(engagement, 'paymentRejected');
    await correct(engagement);
    await engagement.until(({ paymentRequest }) => paymentRequest?.status === 'submitted');
    await engagement.advance('paid', {}, 2);
    expect(await engagement.handle.result()).toMatchObject({ stage: 'paid' });
    expect((await engagement.timeline()).map(({ type }) => type)).toStrictEqual(
      expect.arrayContaining(['PaymentRequestCorrected', 'PaymentRequestPrepared', 'PaymentRequestSubmitted']),
    );
  });

  test('is not corrected while SAVB may still take it', async () => {
    const engagement = await redeemed();
    await engagement.until(({ stage }) => stage === 'paymentRequested');
    expect(await engagement.refusalOf(correct(engagement))).toBe('nothing-to-correct');
  });
});

test('a location SAVB does not know yet: nothing is sent until it does, and then by itself (E16)', async () => {
  await register('DDPS', 'contoso-se', false);
  const engagement = await redeemed();
  const { paymentRequest, tasks } = await untilTask(engagement, 'savbRegistrationMissing');
  expect(paymentRequest?.status).toBe('notRegistered');
  expect(tasks[0]?.instructions).toContain('contoso-se');
  expect(await house.records.paymentRequests.get(paymentRequest!.reference)).toMatchObject({ attempt: 0 });
  await register('DDPS', 'contoso-se', true);
  expect(await engagement.until(({ stage }) => stage === 'paymentRequested')).toMatchObject({ tasks: [] });
  expect(await engagement.booked()).toHaveLength(1);
});
