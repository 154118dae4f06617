import { randomUUID } from 'node:crypto';
import { addDays } from '../../domain/days';
import { Case, PARTNER_ADMIN } from '../support/case';
import { expectSubmitted, expectVoucherFree, resolve, taskOf } from '../support/exceptionStory';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';

/** Exceptions of one engagement, each to its end. */
const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
beforeAll(async () => {
  house = await openHouse({ address: temporal().address, mongoUri: mongo().uri });
});
afterAll(() => house.stop());

test('E2 another partner has reserved the voucher', async () => {
  const [replaced, lost] = [await Case.start(house), await Case.start(house)];
  for (const engagement of [replaced, lost]) {
    await engagement.assign();
    await engagement.send(
      'reportVoucherProblem',
      { problem: 'reservedByOtherPartner', note: 'Partner Center says so' },
      { actor: PARTNER_ADMIN },
    );
    expect((await engagement.view()).tasks).toMatchObject([
      { kind: 'voucherProblem', about: 'reservedByOtherPartner', role: 'operator' },
    ]);
  }

  const { assignVoucher, reserveVoucher } = replaced.payloads();
  const voucherId = `${assignVoucher.voucherId}-2`;
  await replaced.send('replaceVoucher', { ...assignVoucher, voucherId, reason: 'reservedByOtherPartner' });
  expect((await replaced.view()).tasks).toStrictEqual([]);
  await expectVoucherFree(house, replaced);
  await replaced.send('reserveVoucher', { ...reserveVoucher, voucherId }, { actor: PARTNER_ADMIN });
  expect(await replaced.view()).toMatchObject({ stage: 'reserved', voucher: { voucherId } });

  await lost.send('cancelEngagement', { reason: 'the other one keeps it', reasonCode: 'lostToOtherPartner' });
  expect(await lost.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });
  expect((await lost.timeline()).find(({ type }) => type === 'EngagementCancelled')?.data).toMatchObject({
    reasonCode: 'lostToOtherPartner',
  });
  await expectVoucherFree(house, lost);
});

test('E4 reserved under the wrong country', async () => {
  const engagement = await Case.start(house);
  await engagement.assign();
  const wrong = { ...engagement.payloads().reserveVoucher, locationId: 'contoso-de', deliveryCountry: 'DE' };
  await engagement.send('reserveVoucher', wrong, { actor: PARTNER_ADMIN });
  await engagement.send('cancelReservation', { reason: 'the work is done in Sweden' }, { actor: PARTNER_ADMIN });
  expect(await engagement.view()).toMatchObject({
    stage: 'voucherAssigned',
    awaiting: { message: 'reserveVoucher', until: expect.any(String) as string },
  });
  await engagement.reserve();
  await engagement.report();
  await engagement.redeem();
  await expectSubmitted(engagement);
  const intent = await house.records.paymentRequests.get(`${engagement.engagementId}:invoice:1`);
  expect(intent?.request).toMatchObject({ country: 'SE', locationId: 'contoso-se', amount: { currency: 'SEK' } });
});

test('E6 work began before the reservation', async () => {
  const [mistaken, early] = [await Case.start(house), await Case.start(house)];
  const { submitCompletionReport } = early.payloads();
  const yesterday = addDays(early.today, -1);
  for (const engagement of [mistaken, early]) {
    await engagement.assign();
    await engagement.reserve();
    await engagement.upload();
    await engagement.send('submitCompletionReport', { ...submitCompletionReport, startedOn: yesterday });
    expect(await engagement.refusalOf(engagement.send('redeemVoucher', { confirmed: true }))).toBe('held-by-task');
  }

  await mistaken.send('submitCompletionReport', { ...submitCompletionReport, corrects: true });
  await mistaken.redeem();
  await expectSubmitted(mistaken);
  expect(await mistaken.view()).not.toHaveProperty('paymentAtRisk');

  await resolve(early, await taskOf(early, 'engagementStartedEarly'), 'proceedAtRisk');
  await early.redeem();
  await expectSubmitted(early);
  expect((await early.view()).paymentAtRisk).toStrictEqual({ reasons: ['engagementStartedEarly'] });
});

test('E9 type or level of the voucher is not what was agreed', async () => {
  const agreed = await Case.start(house);
  const { assignVoucher } = agreed.payloads();
  const merged = { ...assignVoucher, serviceLevelDays: 10 };
  expect(await agreed.refusalOf(agreed.send('assignVoucher', merged))).toBe('service-level-differs');
  await agreed.send('reportVoucherProblem', { problem: 'wrongTypeOrLevel' });
  expect(await taskOf(agreed, 'voucherProblem')).toMatchObject({ role: 'partnerAdmin' });
  await agreed.assign();
  expect(await agreed.view()).toMatchObject({ stage: 'voucherAssigned', tasks: [] });

  const open = await Case.start(house, { serviceLevelDays: undefined });
  await open.assign();
  await open.reserve();
  const other = { ...open.payloads().assignVoucher, voucherId: `V-${randomUUID()}`, serviceLevelDays: 10 };
  const replace = () => open.send('replaceVoucher', { ...other, reason: 'wrongTypeOrLevel' });
  expect(await open.refusalOf(replace())).toBe('wrong-stage');
  await open.send('cancelReservation', { reason: 'ten days are needed' }, { actor: PARTNER_ADMIN });
  await replace();
  expect((await open.view()).voucher).toMatchObject({ voucherId: other.voucherId, serviceLevelDays: 10 });
  await expectVoucherFree(house, open);
});

test('E13 the customer cancels or changes partner', async () => {
  const engagement = await Case.start(house);
  await engagement.assign();
  await engagement.reserve();
  const withdrawn = { reason: 'the customer changes partner', reasonCode: 'customerCancelled' as const };
  await engagement.send('cancelEngagement', withdrawn, { actor: PARTNER_ADMIN });
  const task = await taskOf(engagement, 'cancelInPartnerCenter');
  expect(task).toMatchObject({ role: 'partnerAdmin', accountKind: 'Partner Center (work account)' });
  await expectVoucherFree(house, engagement);
  await resolve(engagement, task, 'cancelledInPartnerCenter', PARTNER_ADMIN);
  expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });

  const redeemed = await Case.start(house);
  await redeemed.untilRedeemed();
  expect(await redeemed.refusalOf(redeemed.send('cancelEngagement', withdrawn))).toBe('cancel-after-redemption');
  await expectSubmitted(redeemed);
});

test('E14 the report comes without its upload', async () => {
  const engagement = await Case.start(house);
  const { submitCompletionReport } = engagement.payloads();
  await engagement.assign();
  await engagement.reserve();
  const sending = engagement.send('submitCompletionReport', submitCompletionReport);
  expect(await engagement.refusalOf(sending)).toBe('deliverable-missing');
  expect((await engagement.view()).stage).toBe('reserved');
  expect(await engagement.refusalOf(engagement.send('redeemVoucher', { confirmed: true }))).toBe('report-missing');
  await engagement.report();
  await engagement.redeem();
  await expectSubmitted(engagement);
});

test('E15 redeemed before the report', async () => {
  const engagement = await Case.start(house);
  const expectRefused = async (...missing: string[]) => {
    const message = `before redemption: ${missing.join(', ')}`;
    await expect(engagement.redeem()).rejects.toMatchObject({ cause: { type: 'report-missing', message } });
  };
  const report = 'the completion report is submitted, with the deliverable uploaded';
  await engagement.until(({ stage }) => stage === 'awaitingVoucher');
  await expectRefused('a voucher is assigned', 'it is reserved', report);
  await engagement.assign();
  await expectRefused('it is reserved', report);
  await engagement.reserve();
  await expectRefused(report);
  expect((await engagement.view()).stage).toBe('reserved');
  await engagement.report();
  await engagement.redeem();
  await expectSubmitted(engagement);
});

test('E20 the request is rejected, and each attempt is kept with its reason', async () => {
  const engagement = await Case.start(house);
  const at = new Date().toISOString();
  await engagement.untilRedeemed();
  await expectSubmitted(engagement);
  await engagement.advance('rejected', { code: 'wrongAmount', message: 'the amount is not the rate' });
  const task = await taskOf(engagement, 'paymentRejected');
  expect(task.instructions).toMatch(/^wrongAmount: the amount is not the rate\n/);
  const again = (number: number) => `MS-${number}-${engagement.engagementId}`;
  await engagement.send('recordPaymentStatus', { status: 'submitted', at, microsoftReferenceNumber: again(2) });
  expect((await engagement.view()).tasks).toStrictEqual([]);
  await engagement.send('recordPaymentStatus', { status: 'rejected', at, note: 'wrong invoice date' });
  await taskOf(engagement, 'paymentRejected');
  await engagement.send('recordPaymentStatus', { status: 'submitted', at, microsoftReferenceNumber: again(3) });
  await engagement.send('recordPaymentStatus', { status: 'paid', at });
  expect(await engagement.handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
  const events = await engagement.timeline();
  expect(
    events.flatMap((e) => (e.type === 'PaymentRequestSubmitted' ? [e.data.microsoftReferenceNumber] : [])),
  ).toStrictEqual([expect.any(String) as string, again(2), again(3)]);
  expect(events.flatMap((e) => (e.type === 'PaymentStatusChanged' ? [e.data.rejection] : []))).toStrictEqual([
    { code: 'wrongAmount', message: 'the amount is not the rate' },
    { message: 'wrong invoice date' },
    undefined,
  ]);
});

test('E25 somebody leaves with a task, or has the wrong login', async () => {
  const engagement = await Case.start(house);
  await engagement.assign();
  await engagement.reserve();
  await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
  const task = await taskOf(engagement, 'cancelInPartnerCenter');
  expect(task.accountKind).toBe('Partner Center (work account)');
  await engagement.send('claimTask', { taskId: task.taskId }, { actor: PARTNER_ADMIN });
  const successor = { ...PARTNER_ADMIN, subject: 'pelle' };
  const resolving = () => resolve(engagement, task, undefined, successor);
  expect(await engagement.refusalOf(resolving())).toBe('task-claimed');
  await engagement.send('releaseTask', { taskId: task.taskId, note: 'Pia has left' });
  expect(await taskOf(engagement, 'cancelInPartnerCenter')).not.toHaveProperty('claimedBy');
  await resolving();
  expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });
  expect((await engagement.timeline()).slice(-4)).toMatchObject([
    { type: 'TaskClaimed', actor: { subject: 'pia' } },
    { type: 'MessageRefused', actor: { subject: 'pelle' } },
    { type: 'TaskReleased', actor: { role: 'operator' } },
    { type: 'TaskResolved', actor: { subject: 'pelle' } },
  ]);
});
