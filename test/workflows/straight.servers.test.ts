import { Case } from '../support/case';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
});
afterAll(() => house.stop());

test('an engagement goes from its voucher to its payment', async () => {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await engagement.until(({ stage }) => stage === 'paymentRequested');
  await engagement.advance('approved');
  await engagement.until(({ stage }) => stage === 'paymentApproved');
  await engagement.advance('sent');
  await engagement.advance('paid');
  await engagement.handle.result();
  const view = await engagement.view();
  expect(view.stage).toBe('paid');
  expect((await engagement.timeline()).map(({ type }) => type)).toStrictEqual([
    'EngagementStarted',
    'VoucherAssigned',
    'VoucherReserved',
    'CompletionReportSubmitted',
    'VoucherRedeemed',
    'PaymentRequestPrepared',
    'PaymentRequestSubmitted',
    'PaymentStatusChanged',
    'PaymentStatusChanged',
  ]);
  expect(await house.records.engagements.view(engagement.engagementId)).toStrictEqual(view);
});
