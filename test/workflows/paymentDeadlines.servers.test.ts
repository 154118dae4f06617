import { addDays, endOfDay } from '../../domain/days';
import { Case, CONSULTANT, OPERATOR, PARTNER_ADMIN } from '../support/case';
import type { House } from '../support/house';
import { broughtAboutByTime, housesInOwnTime, type HouseInOwnTime } from './ownTime';
import { showPartner } from '../support/showPartner';

const openHouse = housesInOwnTime();

/** The window for the payment request in days, and how long Microsoft may take to pay (edition 2020-06). */
const WINDOW = 60;
const PAYMENT = 30;

const partnerWith = async (house: House) => (await house.records.partners.view('contoso-services'))!;

/** Redeemed today by a partner that SAVB does not know for the offering, so that nothing can be sent. */
async function redeemedWithoutRegistration(house: House): Promise<Case> {
  const partner = await partnerWith(house);
  await showPartner(house.records, { ...partner, savbRegistrations: [] });
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  await showPartner(house.records, partner);
  return engagement;
}

/** Redeemed 59 days ago and recorded today, while SAVB has no room and asks everybody to come back in an hour. */
async function redeemedLongAgoWhileSavbIsBusy(house: House): Promise<Case> {
  await house.savbFaults({ fault: 'throttle', retryAfter: 3_600, times: 10_000 });
  const engagement = await Case.start(house);
  const { assignVoucher, reserveVoucher, submitCompletionReport } = engagement.payloads();
  const ago = (days: number) => addDays(engagement.today, -days);
  await engagement.send('assignVoucher', { ...assignVoucher, assignedOn: ago(90) });
  await engagement.send(
    'reserveVoucher',
    { ...reserveVoucher, reservedOn: ago(80), scheduledStart: ago(75), scheduledEnd: ago(70) },
    { actor: PARTNER_ADMIN },
  );
  await engagement.upload();
  await engagement.send(
    'submitCompletionReport',
    { ...submitCompletionReport, startedOn: ago(75), completedOn: ago(70), deliveredToCustomerOn: ago(65) },
    { actor: CONSULTANT },
  );
  await engagement.send('redeemVoucher', { confirmed: true, redeemedOn: ago(WINDOW - 1) }, { actor: PARTNER_ADMIN });
  return engagement;
}

/** Lets the window close on an engagement redeemed `daysAgo`; answers with the task that asks what to do. */
async function lapse(house: HouseInOwnTime, engagement: Case, daysAgo = 0): Promise<string> {
  await house.sleepUntil(addDays(engagement.today, WINDOW + 1 - daysAgo));
  await engagement.until(({ tasks }) => tasks.some(({ kind }) => kind === 'paymentWindowLapsed'));
  return `${engagement.engagementId}:paymentWindowLapsed:1`;
}

const resolve = (engagement: Case, taskId: string, resolution: string) =>
  engagement.send('resolveTask', { taskId, resolution });

describe('the window for the payment request', () => {
  test('is reminded of 30, 7 and 1 days before its end, 7 days before by a task; after it, a task asks what to do', async () => {
    const house = await openHouse();
    const engagement = await redeemedWithoutRegistration(house);
    await lapse(house, engagement);
    expect(await broughtAboutByTime(engagement)).toStrictEqual([
      [WINDOW - 30, 'paymentWindowReminder'],
      [WINDOW - 7, 'paymentWindowClosing'],
      [WINDOW - 7, 'task paymentWindowClosing'],
      [WINDOW - 1, 'paymentWindowReminder'],
      [WINDOW + 1, 'paymentWindowEnd'],
      [WINDOW + 1, 'task paymentWindowLapsed'],
      [WINDOW + 1, 'task paymentWindowClosing noLongerNeeded'],
    ]);
  });

  test('says in the task when it ends', async () => {
    const house = await openHouse();
    const engagement = await redeemedWithoutRegistration(house);
    await house.sleepUntil(addDays(engagement.today, WINDOW - 7));
    const { tasks } = await engagement.until((view) => view.tasks.length === 2);
    expect(tasks[1]).toMatchObject({
      kind: 'paymentWindowClosing',
      dueAt: endOfDay(addDays(engagement.today, WINDOW), '+00:00'),
    });
  });

  test('says nothing more once the request is submitted', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.untilRedeemed();
    await engagement.until(({ stage }) => stage === 'paymentRequested');
    await house.sleepUntil(addDays(engagement.today, WINDOW + 1));
    expect(await broughtAboutByTime(engagement)).toStrictEqual([]);
  });
});

describe('after the window', () => {
  test('nothing is sent by itself, not even once it could be; submitAnyway sends it', async () => {
    const house = await openHouse();
    const engagement = await redeemedWithoutRegistration(house);
    const lapsed = await lapse(house, engagement);
    await resolve(engagement, `${engagement.engagementId}:savbRegistrationMissing:1`, 'registered');
    expect(await engagement.view()).toMatchObject({ stage: 'redeemed', paymentRequest: { status: 'prepared' } });
    await house.sleepUntil(addDays(engagement.today, WINDOW + 5));
    expect(await engagement.booked()).toStrictEqual([]);
    await resolve(engagement, lapsed, 'submitAnyway');
    await engagement.until(({ stage }) => stage === 'paymentRequested');
    expect(await engagement.booked()).toHaveLength(1);
  });

  test('a request SAVB never took is not tried any more, until submitAnyway', async () => {
    const house = await openHouse();
    const engagement = await redeemedLongAgoWhileSavbIsBusy(house);
    const lapsed = await lapse(house, engagement, WINDOW - 1);
    await house.savbFaults();
    await house.sleepUntil(addDays(engagement.today, 5));
    expect(await engagement.booked()).toStrictEqual([]);
    await resolve(engagement, lapsed, 'submitAnyway');
    await engagement.until(({ stage }) => stage === 'paymentRequested');
    expect(await engagement.booked()).toHaveLength(1);
  });

  test('a request that somebody submitted by hand is recorded with its number', async () => {
    const house = await openHouse();
    const engagement = await redeemedLongAgoWhileSavbIsBusy(house);
    await resolve(engagement, await lapse(house, engagement, WINDOW - 1), 'recordSubmitted');
    const { tasks } = await engagement.view();
    expect(tasks).toMatchObject([{ kind: 'manualSubmission' }]);
    const at = new Date(Date.parse(addDays(engagement.today, 1))).toISOString();
    const microsoftReferenceNumber = `MS-${engagement.engagementId}`;
    await engagement.send('recordPaymentStatus', { status: 'submitted', at, microsoftReferenceNumber });
    expect(await engagement.view()).toMatchObject({
      stage: 'paymentRequested',
      paymentRequest: { status: 'submitted', submittedAt: at, microsoftReferenceNumber },
      tasks: [],
    });
  });

  test('a request that was never made is given up, and the engagement ends', async () => {
    const house = await openHouse();
    const engagement = await redeemedWithoutRegistration(house);
    await resolve(engagement, await lapse(house, engagement), 'giveUp');
    expect(await engagement.handle.result()).toMatchObject({ stage: 'paymentLapsed', tasks: [] });
  });

  test('a request that SAVB may have is not given up', async () => {
    const house = await openHouse();
    const engagement = await redeemedLongAgoWhileSavbIsBusy(house);
    const lapsed = await lapse(house, engagement, WINDOW - 1);
    expect(await engagement.refusalOf(resolve(engagement, lapsed, 'giveUp'))).toBe('resolution-not-possible');
    expect((await engagement.view()).stage).toBe('redeemed');
    await engagement.send('recordPaymentStatus', { status: 'denied', at: new Date().toISOString() });
    expect(await engagement.handle.result()).toMatchObject({ stage: 'paymentDenied', tasks: [] });
  });
});

describe('a payment that is overdue', () => {
  async function approved(house: House): Promise<Case> {
    const engagement = await Case.start(house);
    await engagement.untilRedeemed();
    await engagement.until(({ stage }) => stage === 'paymentRequested');
    const at = `${engagement.today}T08:00:00.000Z`;
    await engagement.send('recordPaymentStatus', { status: 'approved', at });
    return engagement;
  }

  test('becomes a task 30 days after its approval', async () => {
    const house = await openHouse();
    const engagement = await approved(house);
    await house.sleepUntil(addDays(engagement.today, PAYMENT + 1));
    await engagement.until(({ tasks }) => tasks.length > 0);
    expect(await broughtAboutByTime(engagement)).toStrictEqual([
      [PAYMENT + 1, 'paymentOverdue'],
      [PAYMENT + 1, 'task paymentOverdue'],
    ]);
  });

  test('ends the task when it comes after all', async () => {
    const house = await openHouse();
    const engagement = await approved(house);
    await house.sleepUntil(addDays(engagement.today, PAYMENT + 1));
    await engagement.until(({ tasks }) => tasks.length > 0);
    await engagement.send('recordPaymentStatus', { status: 'paid', at: `${await house.today()}T08:00:00.000Z` });
    expect(await engagement.handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
  });
});

describe('after the end of the business', () => {
  async function cancelledWhileReserved(house: House): Promise<Case> {
    const engagement = await Case.start(house);
    await engagement.assign();
    await engagement.reserve();
    await engagement.send('cancelEngagement', { reason: 'the customer withdrew' });
    return engagement;
  }

  test('tasks that are left over are closed 90 days later, and the workflow ends', async () => {
    const house = await openHouse();
    const engagement = await cancelledWhileReserved(house);
    expect(await engagement.view()).toMatchObject({ stage: 'cancelled', tasks: [{ kind: 'cancelInPartnerCenter' }] });
    await house.sleepUntil(addDays(engagement.today, 90));
    expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });
    expect(await broughtAboutByTime(engagement)).toStrictEqual([[90, 'task cancelInPartnerCenter closedBySystem']]);
  });

  test('notes and claims do not put that off', async () => {
    const house = await openHouse();
    const engagement = await cancelledWhileReserved(house);
    await house.sleepUntil(addDays(engagement.today, 60));
    await engagement.send('addNote', { text: 'asked again' });
    await engagement.send('claimTask', { taskId: `${engagement.engagementId}:cancelInPartnerCenter:1` });
    await house.sleepUntil(addDays(engagement.today, 90));
    expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });
  });

  test('the workflow ends with its last task', async () => {
    const house = await openHouse();
    const engagement = await cancelledWhileReserved(house);
    const taskId = `${engagement.engagementId}:cancelInPartnerCenter:1`;
    await engagement.send('resolveTask', { taskId }, { actor: OPERATOR });
    expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });
  });
});
