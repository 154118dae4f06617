import { randomUUID } from 'node:crypto';
import { addDays } from '../../domain/days';
import { openApi, OPERATOR as OPERATOR_LOGIN, type ApiHouse } from '../client/apiHouse';
import { run } from '../client/cliSupport';
import { Case, PARTNER_ADMIN } from '../support/case';
import { enrolledPartner, expectSubmitted, resolve, taskOf } from '../support/exceptionStory';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { showPartner } from '../support/showPartner';

/** Exceptions in which partners, customers or several engagements have a part, each to its end. */
const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
let api: ApiHouse;
beforeAll(async () => {
  const where = { address: temporal().address, mongoUri: mongo().uri };
  house = await openHouse(where);
  api = await openApi(where);
});
afterAll(async () => {
  await api.stop();
  await house.stop();
});

test('E5 no location in the country of delivery', async () => {
  const { partner, assigned, reserve } = await enrolledPartner(house);
  const engagement = await assigned({ customer: { name: 'Fabrikam AS', country: 'NO' } });
  const before = (await engagement.view()).nextDeadline;
  expect(await engagement.refusalOf(reserve(engagement))).toBe('location-not-in-country');
  expect(await engagement.view()).toMatchObject({ stage: 'voucherAssigned', nextDeadline: before });
  const locationId = `no-${partner.partnerId}`;
  await partner.say('addLocation', { locationId, country: 'NO', name: 'Oslo' });
  await reserve(engagement, { locationId });
  expect((await engagement.view()).reservation).toMatchObject({ locationId, deliveryCountry: 'NO' });
});

test('E7 the competency lapses in the middle', async () => {
  const { partner, assigned, reserve, report, redeem } = await enrolledPartner(house);
  const [waiting, risked] = [await assigned(), await assigned()];
  for (const engagement of [waiting, risked]) {
    await reserve(engagement);
    await report(engagement);
  }
  const competency = { competency: 'windowsAndDevices', tier: 'gold' as const, attainedOn: partner.day(-100) };
  await partner.say('recordCompetency', { ...competency, expiresOn: partner.day(-1) });
  for (const engagement of [waiting, risked]) {
    expect(await taskOf(engagement, 'eligibilityLapsed')).toMatchObject({ role: 'operator' });
    expect(await engagement.refusalOf(redeem(engagement))).toBe('held-by-task');
  }

  await resolve(risked, await taskOf(risked, 'eligibilityLapsed'), 'proceedAtRisk');
  await redeem(risked);
  expect(await risked.view()).toMatchObject({ stage: 'redeemed', paymentAtRisk: { reasons: ['competency'] } });

  const lapsed = await taskOf(waiting, 'eligibilityLapsed');
  expect(await waiting.refusalOf(resolve(waiting, lapsed, 'restored'))).toBe('resolution-not-possible');
  await partner.say('recordCompetency', { ...competency, expiresOn: partner.day(400) });
  await waiting.until(({ tasks }) => tasks.length === 0);
  await redeem(waiting);
  expect(await waiting.view()).toMatchObject({ stage: 'redeemed' });
  expect(await waiting.view()).not.toHaveProperty('paymentAtRisk');
});

test('E8 a consultant without the exam, or replaced', async () => {
  const { partner, admin, assigned, reserve, report } = await enrolledPartner(house);
  const exam = { code: '70-355', competency: 'windowsAndDevices', passedOn: partner.today };
  const max = { consultantId: 'max.berg', name: 'Max Berg' };
  await partner.say('recordConsultant', { ...max, assessments: [] });
  const engagement = await assigned();
  const byMax = { consultantIds: [max.consultantId] };
  const { scheduledStart, scheduledEnd } = engagement.payloads().reserveVoucher;
  const replace = () => engagement.send('reschedule', { scheduledStart, scheduledEnd, ...byMax }, { actor: admin });
  expect(await engagement.refusalOf(reserve(engagement, byMax))).toBe('consultant-not-qualified');
  await reserve(engagement);
  await partner.say('recordConsultant', { consultantId: 'eva.lind', name: 'Eva Lind', assessments: [] });
  await taskOf(engagement, 'eligibilityLapsed');
  expect(await engagement.refusalOf(replace())).toBe('consultant-not-qualified');
  await partner.say('recordConsultant', { ...max, assessments: [exam] });
  await replace();
  expect(await engagement.view()).toMatchObject({ reservation: byMax, tasks: [] });
  await partner.say('recordConsultant', { ...max, assessments: [] });
  await taskOf(engagement, 'eligibilityLapsed');
  await partner.say('recordConsultant', { ...max, assessments: [exam] });
  await engagement.until(({ tasks }) => tasks.length === 0);
  await report(engagement, byMax);
  const people = (await engagement.timeline()).flatMap(({ type, data }) =>
    type === 'VoucherReserved' ? data.reservation.consultantIds : 'consultantIds' in data ? data.consultantIds : [],
  );
  expect(people).toStrictEqual(['eva.lind', 'max.berg']);
  expect((await engagement.view()).stage).toBe('completionReported');
});

test('E10 a second engagement of 15 days of the type for the customer', async () => {
  const customer = { name: 'Fabrikam AB', country: 'SE', customerId: `fabrikam-${randomUUID()}` };
  const fifteenDays = async () => {
    const engagement = await Case.start(house, { customer, serviceLevelDays: 15 });
    await engagement.send('assignVoucher', { ...engagement.payloads().assignVoucher, serviceLevelDays: 15 });
    return engagement;
  };
  const [first, second, third] = [await fifteenDays(), await fifteenDays(), await fifteenDays()];
  const reserve = (engagement: Case, exempted = {}) =>
    engagement.send(
      'reserveVoucher',
      { ...engagement.payloads().reserveVoucher, ...exempted },
      { actor: PARTNER_ADMIN },
    );
  await reserve(first);
  expect(await second.refusalOf(reserve(second))).toBe('second-fifteen-day-engagement');
  const exemption = { exemption: 'differentDivision' as const, exemptionNote: 'Fabrikam Norge AS, org. 123' };
  await reserve(second, exemption);
  expect((await second.view()).reservation).toMatchObject(exemption);
  expect(await third.refusalOf(reserve(third))).toBe('second-fifteen-day-engagement');
  await first.send('cancelEngagement', { reason: 'the customer withdrew' });
  await reserve(third);
  expect((await third.view()).stage).toBe('reserved');
});

test('E19 the payment is held for bank details', async () => {
  const { partner, locationId, assigned, reserve, report, redeem } = await enrolledPartner(house);
  const actor = partner.globalAdmin;
  const engagement = await assigned();
  await reserve(engagement);
  await report(engagement);
  await redeem(engagement);
  await taskOf(engagement, 'savbRegistrationMissing');
  await partner.say('registerWithSavb', { offering: 'DDPS', locationId, bankAccountReference: 'SE-1' }, { actor });
  await expectSubmitted(engagement);
  await engagement.advance('held', { message: 'account closed' });
  const held = await taskOf(engagement, 'paymentHeld');
  expect(held).toMatchObject({ role: 'globalAdmin', partnerId: partner.partnerId });
  expect(held.instructions).toMatch(/^account closed\n/);
  await partner.say('mapBankAccount', { locationId, bankAccountReference: 'SE-2' }, { actor });
  await engagement.until(({ tasks }) => tasks.length === 0);
  await engagement.advance('approved');
  await engagement.until(({ stage }) => stage === 'paymentApproved');
  await engagement.advance('paid');
  expect(await engagement.handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
});

describe('E23', () => {
  const merged = { reason: 'accounts merged' };

  /** What a partner’s people find of an engagement: the status of its view, and whether it is in their list. */
  async function foundBy(partnerId: string, { engagementId }: Case) {
    const as = { roles: ['partnerAdmin'], subject: 'pia', partnerId };
    const view = await api.call('GET', `/v1/engagements/${engagementId}`, { as });
    const list = await api.call('GET', '/v1/engagements?limit=100', { as });
    const { items } = list.body as unknown as { items: { engagementId: string }[] };
    return { status: view.status, listed: items.some((item) => item.engagementId === engagementId) };
  }

  test('E23 the engagement goes over to another partner with voucher, stage and history', async () => {
    const [from, to] = [await enrolledPartner(house), await enrolledPartner(house)];
    const engagement = await from.assigned();
    await from.reserve(engagement);
    await from.report(engagement);
    const before = await engagement.view();
    const history = await engagement.timeline();
    expect(await foundBy(from.partner.partnerId, engagement)).toStrictEqual({ status: 200, listed: true });

    await engagement.send('transferEngagement', { toPartnerId: to.partner.partnerId, ...merged });
    const { voucher, stage, completionReport } = before;
    expect(await engagement.view()).toMatchObject({
      partnerId: to.partner.partnerId,
      ...{ voucher, stage, completionReport },
    });
    expect((await engagement.timeline()).slice(0, history.length)).toStrictEqual(history);
    expect(await foundBy(from.partner.partnerId, engagement)).toStrictEqual({ status: 404, listed: false });
    expect(await foundBy(to.partner.partnerId, engagement)).toStrictEqual({ status: 200, listed: true });
    const holding = await Case.start(house);
    const sending = holding.send('assignVoucher', engagement.payloads().assignVoucher);
    expect(await holding.refusalOf(sending)).toBe('voucher-held');

    expect(await taskOf(engagement, 'eligibilityLapsed')).toMatchObject({ partnerId: to.partner.partnerId });
    await resolve(engagement, await taskOf(engagement, 'eligibilityLapsed'), 'proceedAtRisk');
    await to.redeem(engagement);
    expect(await engagement.view()).toMatchObject({ stage: 'redeemed', paymentAtRisk: { reasons: ['location'] } });
  });

  test('E23 redeemed, it is paid to a partner that is registered with SAVB, under an invoice number of its own', async () => {
    const from = await enrolledPartner(house);
    const engagement = await from.assigned();
    await from.reserve(engagement);
    await from.report(engagement);
    await from.redeem(engagement);
    await taskOf(engagement, 'savbRegistrationMissing');

    const toPartnerId = `p-${randomUUID()}`;
    const contoso = (await house.records.partners.view('contoso-services'))!;
    await showPartner(house.records, { ...contoso, partnerId: toPartnerId, mpnId: toPartnerId });
    await engagement.send('transferEngagement', { toPartnerId, ...merged });
    await expectSubmitted(engagement);
    const year = engagement.today.slice(0, 4);
    expect((await engagement.view()).paymentRequest?.invoice?.number).toBe(`${year}-00001`);
    const intent = await house.records.paymentRequests.get(`${engagement.engagementId}:invoice:1`);
    expect(intent).toMatchObject({ partnerId: toPartnerId });
  });
});

test('E24 Microsoft extends the vouchers of many, once however often it is run', async () => {
  const [assigned, reserved, untouched] = [await Case.start(house), await Case.start(house), await Case.start(house)];
  const { today } = assigned;
  const longAgo = addDays(today, -100);
  for (const engagement of [assigned, reserved]) {
    await engagement.send('assignVoucher', { ...engagement.payloads().assignVoucher, assignedOn: longAgo });
  }
  await reserved.reserve();
  await untouched.assign();
  const env = { API_URL: api.url, ENGAGEMENTS_TOKEN: await api.token(OPERATOR_LOGIN) };
  const extension = ['--assigned-before', addDays(today, -90), '--add-days', '90', '--reason', 'closed offices'];
  const outcomesOf = async () => {
    const { code, stdout } = await run(['extend', ...extension, '--json'], env);
    expect(code).toBe(0);
    const { items } = JSON.parse(stdout) as { items: { engagementId: string; outcome: string }[] };
    return Object.fromEntries(items.map(({ engagementId, outcome }) => [engagementId, outcome]));
  };
  const both = (outcome: string) => ({ [assigned.engagementId]: outcome, [reserved.engagementId]: outcome });
  expect(await outcomesOf()).toStrictEqual(both('extended'));
  expect(await outcomesOf()).toStrictEqual(both('extendedBefore'));
  for (const engagement of [assigned, reserved])
    expect((await engagement.view()).voucher?.expiresOn).toBe(addDays(longAgo, 180 + 90));
  expect((await untouched.view()).voucher?.expiresOn).toBe(addDays(today, 180));

  const afterOldExpiry = { scheduledStart: addDays(longAgo, 181), scheduledEnd: addDays(longAgo, 185) };
  await reserved.send('reschedule', afterOldExpiry, { actor: PARTNER_ADMIN });
  expect((await reserved.view()).reservation).toMatchObject(afterOldExpiry);

  const other = { ...assigned.payloads().assignVoucher, voucherId: `${assigned.engagementId}-2`, assignedOn: longAgo };
  for (const reason of ['reissued', 'corrected'] as const) {
    await assigned.send('replaceVoucher', { ...other, reason });
    expect((await assigned.view()).voucher?.expiresOn).toBe(addDays(longAgo, 180));
    expect(await outcomesOf()).toStrictEqual({ ...both('extendedBefore'), [assigned.engagementId]: 'extended' });
    expect((await assigned.view()).voucher?.expiresOn).toBe(addDays(longAgo, 180 + 90));
  }
});
