import type { EngagementView } from '../../contracts/engagement';
import { addDays, dayOf, startOfDay } from '../../domain/days';
import { BatchCase } from '../support/batchCase';
import { Case, CONSULTANT, PARTNER_ADMIN } from '../support/case';
import type { House } from '../support/house';
import { broughtAboutByTime, housesInOwnTime } from './ownTime';

jest.setTimeout(120_000);

const openHouse = housesInOwnTime();

/** The window for the payment request in days (edition 2020-06). */
const WINDOW = 60;

const isCollected = ({ paymentRequest }: EngagementView): boolean => paymentRequest?.batchId !== undefined;
const hasTask = (kind: string) => (view: { tasks: { kind: string }[] }) =>
  view.tasks.some((task) => task.kind === kind);

async function redeemed(house: House): Promise<Case> {
  const engagement = await Case.start(house);
  await engagement.untilRedeemed();
  return engagement;
}

/** Redeemed so many days ago and recorded today. */
async function redeemedBefore(house: House, days: number): Promise<Case> {
  const engagement = await Case.start(house);
  const { assignVoucher, reserveVoucher, submitCompletionReport } = engagement.payloads();
  const ago = (more: number) => addDays(engagement.today, -days - more);
  await engagement.send('assignVoucher', { ...assignVoucher, assignedOn: ago(30) });
  await engagement.send(
    'reserveVoucher',
    { ...reserveVoucher, reservedOn: ago(20), scheduledStart: ago(15), scheduledEnd: ago(10) },
    { actor: PARTNER_ADMIN },
  );
  await engagement.upload();
  await engagement.send(
    'submitCompletionReport',
    { ...submitCompletionReport, startedOn: ago(15), completedOn: ago(10), deliveredToCustomerOn: ago(5) },
    { actor: CONSULTANT },
  );
  await engagement.send('redeemVoucher', { confirmed: true, redeemedOn: ago(0) }, { actor: PARTNER_ADMIN });
  return engagement;
}

async function batchOf(house: House, engagement: Case): Promise<BatchCase> {
  const { paymentRequest } = await engagement.until(isCollected);
  return new BatchCase(house, paymentRequest!.batchId!);
}

/** The day of the month `days` from today, and how to have batches sent on it: no month has to have a 29th. */
function dayFromNow(today: string, days: number): { day: string; dayOfMonth: number } {
  const day = addDays(today, days);
  const dayOfMonth = Number(day.slice(8));
  return dayOfMonth > 28 ? dayFromNow(today, days + 3) : { day, dayOfMonth };
}

const WEEK = 7;

test('a batch collects until its day of the month and goes out at its beginning', async () => {
  const { day, dayOfMonth } = dayFromNow(dayOf(new Date().toISOString(), '+00:00'), 2 * WEEK);
  const house = await openHouse({ batched: { dayOfMonth } });
  const early = await redeemed(house);
  const batch = await batchOf(house, early);
  expect(await batch.view()).toMatchObject({
    stage: 'collecting',
    nextDeadline: { kind: 'batchDue', at: startOfDay(day, '+00:00') },
  });
  await house.sleepUntil(addDays(day, -WEEK));
  const late = await redeemed(house);
  await late.until(isCollected);
  expect(await batch.booked()).toStrictEqual([]);
  await house.sleepUntil(day);
  const { paymentRequest } = await late.until(({ stage }) => stage === 'paymentRequested');
  expect(paymentRequest?.batchId).toBe(batch.batchId);
  expect(await batch.booked()).toMatchObject([{ amount: { minor: 2 * 8_250_000 } }]);
  expect((await batch.view()).paymentRequest?.invoice?.date).toBe(day);

  const next = await redeemed(house);
  expect((await batchOf(house, next)).batchId).toBe(batch.batchId.replace(/-1$/, '-2'));
});

test('a voucher whose payment window is nearly over has its batch sent at once', async () => {
  const house = await openHouse({ batched: { daysBeforeDue: WEEK } });
  const patient = await redeemed(house);
  const batch = await batchOf(house, patient);
  expect((await batch.view()).stage).toBe('collecting');
  const urgent = await redeemedBefore(house, WINDOW - WEEK);
  for (const engagement of [patient, urgent]) await engagement.until(({ stage }) => stage === 'paymentRequested');
  expect(await batch.booked()).toHaveLength(1);
});

test('the earliest payment window has a batch sent in time, whatever its day of the month', async () => {
  const { dayOfMonth } = dayFromNow(dayOf(new Date().toISOString(), '+00:00'), 3 * WEEK);
  const house = await openHouse({ batched: { dayOfMonth, daysBeforeDue: WEEK } });
  const engagement = await redeemedBefore(house, WINDOW - 2 * WEEK);
  const batch = await batchOf(house, engagement);
  await house.sleepUntil(addDays(engagement.today, WEEK - 1));
  expect((await batch.view()).stage).toBe('collecting');
  await house.sleepUntil(addDays(engagement.today, WEEK));
  await engagement.until(({ stage }) => stage === 'paymentRequested');
});

describe('a batch that SAVB does not take until the window is over', () => {
  async function lapsed() {
    const house = await openHouse({ batched: { size: 2 } });
    await house.savbFaults({ fault: 'throttle', retryAfter: 3_600, times: 10_000 });
    const [earlier, later] = [await redeemedBefore(house, WINDOW - 10), await redeemed(house)];
    const batch = await batchOf(house, earlier);
    await later.until(isCollected);
    await house.sleepUntil(addDays(earlier.today, 11));
    const { tasks } = await batch.until(hasTask('paymentWindowLapsed'));
    const { taskId } = tasks.find(({ kind }) => kind === 'paymentWindowLapsed')!;
    return { house, batch, taskId, engagements: [earlier, later] };
  }

  test('is reminded of before its end, and asks what to do: nothing is sent by itself', async () => {
    const { house, batch, taskId, engagements } = await lapsed();
    const [{ today }] = engagements as [Case];
    expect(await broughtAboutByTime({ today, timeline: () => batch.timeline() })).toStrictEqual([
      [3, 'paymentWindowClosing'],
      [3, 'task paymentWindowClosing'],
      [11, 'paymentWindowEnd'],
      [11, 'task paymentWindowLapsed'],
      [11, 'task paymentWindowClosing noLongerNeeded'],
    ]);
    expect((await batch.view()).tasks).toMatchObject([{ taskId }]);
    expect((await engagements[1]!.view()).tasks).toStrictEqual([]);
    await house.savbFaults();
    await house.sleepUntil(addDays(today, 15));
    expect(await batch.booked()).toStrictEqual([]);
    await batch.send('resolveTask', { taskId, resolution: 'submitAnyway' });
    for (const engagement of engagements) await engagement.until(({ stage }) => stage === 'paymentRequested');
    expect(await batch.booked()).toHaveLength(1);
  });

  test('is not given up while SAVB may have it', async () => {
    const { batch, taskId } = await lapsed();
    const giveUp = batch.send('resolveTask', { taskId, resolution: 'giveUp' });
    expect(await batch.refusalOf(giveUp)).toBe('resolution-not-possible');
  });
});

test('a batch that nobody typed into SAVB in time is given up: each engagement decides for itself', async () => {
  const house = await openHouse({ gateway: 'manual', batched: { size: 1 } });
  const engagement = await redeemed(house);
  const batch = await batchOf(house, engagement);
  await house.sleepUntil(addDays(engagement.today, WINDOW + 1));
  await batch.until(hasTask('paymentWindowLapsed'));
  const taskId = `batch:${batch.batchId}:paymentWindowLapsed:1`;
  await batch.send('resolveTask', { taskId, resolution: 'giveUp', note: 'nobody was there' });
  expect(await batch.handle.result()).toMatchObject({ stage: 'dissolved', members: [], tasks: [] });
  const { paymentRequest } = await engagement.until(hasTask('paymentWindowLapsed'));
  expect(paymentRequest?.status).toBe('cancelled');
});

test('a payment that does not come within 30 days of its approval becomes one task, for the whole batch', async () => {
  const house = await openHouse({ batched: { size: 2 } });
  const engagements = [await redeemed(house), await redeemed(house)];
  const batch = await batchOf(house, engagements[0]!);
  for (const engagement of engagements) await engagement.until(({ stage }) => stage === 'paymentRequested');
  const today = await house.today();
  await batch.send('recordPaymentStatus', { status: 'approved', at: `${today}T08:00:00.000Z` });
  for (const engagement of engagements) await engagement.until(({ stage }) => stage === 'paymentApproved');
  await house.sleepUntil(addDays(today, 31));
  await batch.until(hasTask('paymentOverdue'));
  for (const engagement of engagements) expect((await engagement.view()).tasks).toStrictEqual([]);
});

test('an engagement that hears nothing for hours does not keep the others waiting, and hears it all in the end', async () => {
  const deaf = new Set<string>();
  const house = await openHouse({
    batched: { size: 2 },
    dependencies: (usual) => ({
      ...usual,
      mail: async (engagementId, ...mail) => {
        if (deaf.has(engagementId)) throw new Error('no way there');
        return usual.mail(engagementId, ...mail);
      },
    }),
  });
  const [hearing, unreached] = [await redeemed(house), await Case.start(house)];
  deaf.add(unreached.engagementId);
  await unreached.untilRedeemed();
  const batch = await batchOf(house, hearing);
  await hearing.until(({ stage }) => stage === 'paymentRequested');
  const report = async (status: 'approved' | 'paid') =>
    batch.send('recordPaymentStatus', { status, at: `${await house.today()}T08:00:00.000Z` });
  await report('approved');
  await house.sleepUntil(addDays(hearing.today, 1));
  await hearing.until(({ stage }) => stage === 'paymentApproved');
  await report('paid');
  await house.sleepUntil(addDays(hearing.today, 2));
  expect(await hearing.handle.result()).toMatchObject({ stage: 'paid' });
  expect((await unreached.view()).stage).toBe('redeemed');
  deaf.clear();
  await house.sleepUntil(addDays(hearing.today, 3));
  expect(await unreached.handle.result()).toMatchObject({ stage: 'paid', tasks: [] });
  const heard = (await unreached.timeline()).filter(({ messageId }) => messageId.startsWith('batch:'));
  expect(heard.map(({ type }) => type)).toStrictEqual([
    'PaymentRequestSubmitted',
    'PaymentStatusChanged',
    'PaymentStatusChanged',
  ]);
  expect(await batch.handle.result()).toMatchObject({ stage: 'paid' });
});
