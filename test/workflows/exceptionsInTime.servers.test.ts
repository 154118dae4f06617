import type { Dependencies } from '../../activities';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays, endOfDay } from '../../domain/days';
import { Case, PARTNER_ADMIN } from '../support/case';
import { resolve, taskOf } from '../support/exceptionStory';
import { PartnerCase } from '../support/partnerCase';
import { edition2021 } from '../support/rulebook';
import { broughtAboutByTime, housesInOwnTime } from './ownTime';

/** Exceptions that take weeks, each to its end; those of an hour are beside this file. */
jest.setTimeout(120_000);

const openHouse = housesInOwnTime();

/** Edition 2020-06. */
const VALIDITY = 180;
const GRACE = 7;

const kindsOf = async (engagement: Case) => (await engagement.view()).tasks.map(({ kind }) => kind);

test('E1 the mail with the voucher is not forwarded, then names the wrong administrator', async () => {
  const house = await openHouse();
  const engagement = await Case.start(house);
  const { assignVoucher, reserveVoucher } = engagement.payloads();
  await engagement.send('reportVoucherProblem', { problem: 'emailNotForwarded' }, { actor: PARTNER_ADMIN });
  expect(await taskOf(engagement, 'voucherProblem')).toMatchObject({ role: 'operator', about: 'emailNotForwarded' });
  await house.sleepUntil(addDays(engagement.today, 46));
  await taskOf(engagement, 'voucherMissing');
  expect(await broughtAboutByTime(engagement)).toStrictEqual([
    [7, 'voucherReminder'],
    [21, 'voucherReminder'],
    [45, 'voucherMissing'],
    [45, 'task voucherMissing'],
  ]);

  const wrong = { ...assignVoucher, voucherAdministratorEmail: 'somebody@fabrikam.example' };
  await engagement.send('assignVoucher', wrong);
  expect(await engagement.view()).toMatchObject({ stage: 'voucherAssigned', tasks: [] });

  const today = addDays(engagement.today, 46);
  const reservation = { ...reserveVoucher, scheduledStart: today, scheduledEnd: addDays(today, 4) };
  const reserve = () => engagement.send('reserveVoucher', reservation, { actor: PARTNER_ADMIN });
  expect(await engagement.refusalOf(reserve())).toBe('voucher-mismatch');
  await engagement.send('reportVoucherProblem', { problem: 'validationFailed' }, { actor: PARTNER_ADMIN });
  expect(await taskOf(engagement, 'voucherProblem')).toMatchObject({
    role: 'partnerAdmin',
    dueAt: endOfDay(addDays(engagement.today, VALIDITY), '+00:00'),
  });
  await engagement.send('replaceVoucher', { ...assignVoucher, reason: 'corrected' }, { actor: PARTNER_ADMIN });
  expect(await kindsOf(engagement)).toStrictEqual([]);
  await reserve();
  expect((await engagement.view()).stage).toBe('reserved');
});

test('E3 the customer does not activate its benefit', async () => {
  const house = await openHouse();
  const engagement = await Case.start(house);
  await engagement.send('reportVoucherProblem', { problem: 'benefitNotActivated' });
  expect((await taskOf(engagement, 'voucherProblem')).instructions).toMatch(/activate Planning Services .* in VLSC/);
  await house.sleepUntil(addDays(engagement.today, 45));
  await resolve(engagement, await taskOf(engagement, 'voucherMissing'), 'keepWaiting');
  await house.sleepUntil(addDays(engagement.today, 100));
  expect(await engagement.view()).toMatchObject({ stage: 'awaitingVoucher', tasks: [{ kind: 'voucherProblem' }] });
  expect(await broughtAboutByTime(engagement)).toHaveLength(4);
  await engagement.send('cancelEngagement', { reason: 'never activated', reasonCode: 'benefitNotActivated' });
  expect(await engagement.handle.result()).toMatchObject({ stage: 'cancelled', tasks: [] });
});

test('E11 the voucher runs out before it is redeemed', async () => {
  const house = await openHouse();
  const engagement = await Case.start(house);
  await engagement.assign();
  await engagement.reserve();
  await engagement.report();
  const lastDay = addDays(engagement.today, VALIDITY);
  await house.sleepUntil(addDays(lastDay, 1));
  expect(await taskOf(engagement, 'voucherExpired')).toMatchObject({
    role: 'partnerAdmin',
    accountKind: 'Partner Center (work account)',
    dueAt: endOfDay(addDays(lastDay, GRACE), '+00:00'),
  });
  const redeemed = engagement.send('redeemVoucher', { confirmed: true }, { actor: PARTNER_ADMIN });
  expect(await engagement.refusalOf(redeemed)).toBe('redeemed-after-last-day');
  await house.sleepUntil(addDays(lastDay, GRACE + 1));
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
  const ended = (await engagement.timeline()).find(({ type }) => type === 'VoucherExpired');
  expect(ended?.data).toMatchObject({ expiredOn: lastDay, planningDays: 'returned', unpaidDays: 5 });
});

test('E12 Software Assurance of the customer ends in the middle', async () => {
  const house = await openHouse();
  const [delivered, idle] = [await Case.start(house), await Case.start(house)];
  const { today } = delivered;
  const lastDay = addDays(today, VALIDITY);
  for (const engagement of [delivered, idle]) {
    await engagement.assign();
    await engagement.reserve();
    await engagement.send('recordLicenseEnd', { endsOn: addDays(today, 30) }, { actor: PARTNER_ADMIN });
    expect((await engagement.timeline()).at(-1)?.data).toMatchObject({ planningDays: 'lost' });
    expect((await engagement.view()).voucher?.expiresOn).toBe(lastDay);
  }

  await house.sleepUntil(addDays(today, 60));
  await delivered.report();
  await delivered.redeem();
  expect((await delivered.until(({ stage }) => stage === 'paymentRequested')).tasks).toStrictEqual([]);

  await house.sleepUntil(addDays(lastDay, GRACE + 1));
  expect(await idle.handle.result()).toMatchObject({ stage: 'expired' });
  const events = await idle.timeline();
  const reminders = events.flatMap((event) =>
    event.type === 'DeadlineReminded' && event.data.kind === 'expiryReminder' ? [event.data.about] : [],
  );
  expect(reminders).toHaveLength(3);
  for (const about of reminders) expect(about).toMatch(/Its days would be lost\.$/);
  expect(events.find(({ type }) => type === 'VoucherExpired')?.data).toMatchObject({ planningDays: 'lost' });
});

test('E21 the MPN membership ends within 90 days', async () => {
  const house = await openHouse();
  const partner = new PartnerCase(house, await house.today());
  const { globalAdmin: actor } = partner;
  const enroll = () => partner.send('enrollInOfferings', { offerings: ['DDPS'] }, { actor });
  await partner.prepare({ membershipRenewsOn: partner.day(120) });
  expect((await partner.view()).tasks).toStrictEqual([]);

  await house.sleepUntil(partner.day(31));
  const { tasks } = await partner.until((view) => view.tasks.length > 0);
  expect(tasks).toMatchObject([{ kind: 'membershipRenewalDue', role: 'globalAdmin' }]);
  expect(await enroll()).toMatchObject({ kind: 'refused', refusal: { code: 'membership-ends-soon' } });

  await partner.register({ membershipRenewsOn: partner.day(120 + 365) });
  expect((await partner.view()).tasks).toStrictEqual([]);
  expect(await enroll()).toMatchObject({ kind: 'verdict' });
  expect((await partner.view()).enrollments).toStrictEqual([
    { offering: 'DDPS', enrolledOn: partner.day(31), enrolledUntil: partner.day(120 + 365) },
  ]);
});

test('E22 the programme ends: last days to assign and to redeem', async () => {
  const added = new Map<string, Rulebook>();
  const reference = { id: 'retiring', hash: 'made-up' };
  const withRetiring = (usual: Dependencies): Dependencies => ({
    ...usual,
    rulebooks: {
      ids: () => [...usual.rulebooks.ids(), reference.id],
      edition: (id) => added.get(id) ?? usual.rulebooks.edition(id),
      reference: (id) => (id === reference.id ? reference : usual.rulebooks.reference(id)),
    },
  });
  const house = await openHouse({ dependencies: withRetiring });
  const today = await house.today();
  const day = (days: number) => addDays(today, days);
  // Edition 2021-04, whose last days lie in the past, with some to come.
  added.set(reference.id, {
    ...edition2021,
    id: reference.id,
    assignWindow: { lastOn: day(10), source: 'PC-DPS@2021-04' },
    lastRedemption: { on: day(40), source: 'PS-PROC' },
  });
  const start = () => Case.start(house, { rulebook: reference });
  const [intime, late] = [await start(), await start()];
  await intime.assign();
  expect((await intime.view()).voucher?.expiresOn).toBe(day(180));
  await intime.reserve();
  await intime.report();

  await house.sleepUntil(day(11));
  const voucher = late.payloads().assignVoucher;
  const tooLate = late.send('assignVoucher', { ...voucher, assignedOn: day(11) });
  expect(await late.refusalOf(tooLate)).toBe('outside-assign-window');
  await late.send('assignVoucher', { ...voucher, assignedOn: day(10) });
  const reserve = (scheduledEnd: string) => ({
    ...late.payloads().reserveVoucher,
    scheduledStart: day(38),
    scheduledEnd,
  });
  const pastTheEnd = late.send('reserveVoucher', reserve(day(41)), { actor: PARTNER_ADMIN });
  expect(await late.refusalOf(pastTheEnd)).toBe('schedule-past-expiry');
  await late.send('reserveVoucher', reserve(day(40)), { actor: PARTNER_ADMIN });

  await house.sleepUntil(day(41));
  for (const engagement of [intime, late]) await taskOf(engagement, 'voucherExpired');
  const redeem = (redeemedOn: string) =>
    intime.send('redeemVoucher', { confirmed: true, redeemedOn }, { actor: PARTNER_ADMIN });
  expect(await intime.refusalOf(redeem(day(41)))).toBe('redeemed-after-last-day');
  await redeem(day(40));
  expect((await intime.until(({ stage }) => stage === 'paymentRequested')).tasks).toStrictEqual([]);

  await house.sleepUntil(day(48));
  expect(await late.handle.result()).toMatchObject({ stage: 'expired' });
  const ended = (await late.timeline()).find(({ type }) => type === 'VoucherExpired');
  expect(ended?.data).toMatchObject({ expiredOn: day(40), planningDays: 'lost' });
});
