import { addDays, endOfDay } from '../../domain/days';
import { Case, PARTNER_ADMIN } from '../support/case';
import { eventually } from '../support/eventually';
import { broughtAboutByTime, housesInOwnTime } from './ownTime';

const openHouse = housesInOwnTime();

/** Vouchers are valid for so many days, and redemptions are recorded for so many more (edition 2020-06). */
const VALIDITY = 180;
const GRACE = 7;

describe('while no voucher is assigned', () => {
  test('there are reminders after 7 and 21 days, and after 45 a task', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await house.sleepUntil(addDays(engagement.today, 60));
    expect(await broughtAboutByTime(engagement)).toStrictEqual([
      [7, 'voucherReminder'],
      [21, 'voucherReminder'],
      [45, 'voucherMissing'],
      [45, 'task voucherMissing'],
    ]);
  });

  test('the task closes by itself when the voucher comes', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await house.sleepUntil(addDays(engagement.today, 45));
    await engagement.until(({ tasks }) => tasks.length > 0);
    await engagement.assign();
    expect(await engagement.view()).toMatchObject({ stage: 'voucherAssigned', tasks: [] });
  });
});

describe('a voucher that nobody redeems', () => {
  test('is reminded of 30, 7 and 1 days before its last day, and runs out 7 days after it', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    await house.sleepUntil(addDays(engagement.today, VALIDITY + GRACE + 1));
    expect(await engagement.handle.result()).toMatchObject({ stage: 'expired', tasks: [] });
    expect(await broughtAboutByTime(engagement)).toStrictEqual([
      [VALIDITY - 30, 'expiryReminder'],
      [VALIDITY - 7, 'expiryReminder'],
      [VALIDITY - 1, 'expiryReminder'],
      [VALIDITY + 1, 'voucherExpiry'],
      [VALIDITY + 1, 'task voucherExpired'],
      [VALIDITY + GRACE + 1, 'VoucherExpired'],
      [VALIDITY + GRACE + 1, 'task voucherExpired noLongerNeeded'],
    ]);
  });

  test('stays valid to the end of its last day, then a task asks until the end of the days of grace', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    const lastDay = addDays(engagement.today, VALIDITY);
    await house.sleepUntil(lastDay);
    expect((await engagement.view()).tasks).toStrictEqual([]);
    await house.sleepUntil(addDays(lastDay, 1));
    const { stage, tasks } = await engagement.until((view) => view.tasks.length > 0);
    expect(stage).toBe('voucherAssigned');
    expect(tasks).toMatchObject([{ kind: 'voucherExpired', dueAt: endOfDay(addDays(lastDay, GRACE), '+00:00') }]);
  });

  test('runs out at once when the task is resolved as notRedeemed, and is free for another engagement', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    await house.sleepUntil(addDays(engagement.today, VALIDITY + 1));
    const { tasks } = await engagement.until((view) => view.tasks.length > 0);
    await engagement.send('resolveTask', { taskId: tasks[0]!.taskId }, { actor: PARTNER_ADMIN });
    expect(await engagement.handle.result()).toMatchObject({ stage: 'expired' });
    const other = await Case.start(house);
    await other.send('assignVoucher', { ...other.payloads().assignVoucher, voucherId: `V-${engagement.engagementId}` });
    expect((await other.view()).stage).toBe('voucherAssigned');
  });

  test('runs out even when the work is reported', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    await engagement.reserve();
    await engagement.report();
    await house.sleepUntil(addDays(engagement.today, VALIDITY + GRACE + 1));
    expect(await engagement.handle.result()).toMatchObject({ stage: 'expired' });
  });
});

describe('a redemption recorded late', () => {
  async function reportedAndRunOut(graceDay: number) {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    await engagement.reserve();
    await engagement.report();
    const lastDay = addDays(engagement.today, VALIDITY);
    await house.sleepUntil(addDays(lastDay, graceDay));
    await engagement.until(({ tasks }) => tasks.length > 0);
    const redeem = (redeemedOn?: string) =>
      engagement.send('redeemVoucher', { confirmed: true, redeemedOn }, { actor: PARTNER_ADMIN });
    return { engagement, lastDay, redeem };
  }

  test('is accepted until the end of the days of grace, if it happened on the last day or before', async () => {
    const { engagement, lastDay, redeem } = await reportedAndRunOut(GRACE);
    await redeem(lastDay);
    const { redemption } = await engagement.until(({ stage }) => stage === 'paymentRequested');
    expect(redemption).toStrictEqual({ redeemedOn: lastDay, paymentRequestDueOn: addDays(lastDay, 60) });
    expect((await engagement.view()).tasks).toStrictEqual([]);
  });

  test('is refused if it happened after the last day', async () => {
    const { engagement, lastDay, redeem } = await reportedAndRunOut(2);
    expect(await engagement.refusalOf(redeem(addDays(lastDay, 1)))).toBe('redeemed-after-last-day');
    expect(await engagement.refusalOf(redeem())).toBe('redeemed-after-last-day');
    expect((await engagement.view()).stage).toBe('completionReported');
  });
});

describe('an extension by Microsoft', () => {
  test('arms the reminders and the expiry anew', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    await house.sleepUntil(addDays(engagement.today, 160));
    await engagement.send('extendVoucher', { addDays: 60, reason: 'KURT-2020' });
    await house.sleepUntil(addDays(engagement.today, VALIDITY + 60 + GRACE + 1));
    expect(await engagement.handle.result()).toMatchObject({ stage: 'expired' });
    expect(await broughtAboutByTime(engagement)).toStrictEqual([
      [VALIDITY - 30, 'expiryReminder'],
      [VALIDITY + 30, 'expiryReminder'],
      [VALIDITY + 53, 'expiryReminder'],
      [VALIDITY + 59, 'expiryReminder'],
      [VALIDITY + 61, 'voucherExpiry'],
      [VALIDITY + 61, 'task voucherExpired'],
      [VALIDITY + 68, 'VoucherExpired'],
      [VALIDITY + 68, 'task voucherExpired noLongerNeeded'],
    ]);
  });

  test('within the days of grace closes the task, and the voucher is valid again', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    const lastDay = addDays(engagement.today, VALIDITY);
    await house.sleepUntil(addDays(lastDay, 3));
    await engagement.until(({ tasks }) => tasks.length > 0);
    await engagement.send('extendVoucher', { expiresOn: addDays(lastDay, 30), reason: 'KURT-2020' });
    expect(await engagement.view()).toMatchObject({
      stage: 'voucherAssigned',
      tasks: [],
      nextDeadline: { kind: 'expiryReminder', at: `${addDays(lastDay, 23)}T00:00:00.000Z` },
    });
    await house.sleepUntil(addDays(lastDay, GRACE + 1));
    expect((await engagement.view()).stage).toBe('voucherAssigned');
  });
});

describe('the planned end', () => {
  test('is reminded of when it passes without a report', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    await engagement.reserve();
    await house.sleepUntil(addDays(engagement.today, 6));
    expect(await broughtAboutByTime(engagement)).toStrictEqual([[5, 'plannedEnd']]);
  });

  test('is not reminded of after the report', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    await engagement.reserve();
    await engagement.report();
    await house.sleepUntil(addDays(engagement.today, 6));
    expect(await broughtAboutByTime(engagement)).toStrictEqual([]);
  });
});

describe('the one timer', () => {
  /** How many events of the timer there are in history. */
  async function timerEvents({ handle }: Case) {
    const { events = [] } = await handle.fetchHistory();
    const count = (
      kind: 'timerStartedEventAttributes' | 'timerFiredEventAttributes' | 'timerCanceledEventAttributes',
    ) => events!.filter((event) => event[kind]).length;
    return {
      started: count('timerStartedEventAttributes'),
      fired: count('timerFiredEventAttributes'),
      canceled: count('timerCanceledEventAttributes'),
    };
  }

  /** The timer fires on the server's clock; the workflow sets it anew when it comes to that. */
  const onceStarted = (engagement: Case, times: number) =>
    eventually(
      () => timerEvents(engagement),
      ({ started }) => started >= times,
    );

  test('stays when the next deadline moves later; it fires, finds nothing due and is set anew', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    expect(await timerEvents(engagement)).toStrictEqual({ started: 1, fired: 0, canceled: 0 });
    await house.sleepUntil(addDays(engagement.today, 8));
    expect(await onceStarted(engagement, 2)).toStrictEqual({ started: 2, fired: 1, canceled: 0 });
    expect(await broughtAboutByTime(engagement)).toStrictEqual([]);
    await house.sleepUntil(addDays(engagement.today, VALIDITY - 29));
    expect(await onceStarted(engagement, 3)).toStrictEqual({ started: 3, fired: 2, canceled: 0 });
    expect(await broughtAboutByTime(engagement)).toStrictEqual([[VALIDITY - 30, 'expiryReminder']]);
  });

  test('is set anew at once when the next deadline comes earlier', async () => {
    const house = await openHouse();
    const engagement = await Case.start(house);
    await engagement.assign();
    await engagement.reserve();
    expect(await timerEvents(engagement)).toStrictEqual({ started: 2, fired: 0, canceled: 1 });
  });
});
