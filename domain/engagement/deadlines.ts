import type { Deadline } from '../../contracts/engagement';
import type { DeadlineKind } from '../../contracts/names';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays, dayOf, endOfDay, startOfDay } from '../days';
import { lastDayToRedeem } from '../rulebook/rulebook';
import { deadlineId, isFinal, type Engagement } from './state';

/** Deadlines that only remind: one that has passed when it would first be set is not set. */
const REMINDERS: readonly DeadlineKind[] = ['voucherReminder', 'expiryReminder', 'paymentWindowReminder', 'plannedEnd'];

/**
 * Everything that is due from now on, earliest first. A last day counts to its end, a reminder comes with the beginning
 * of its day; instants are UTC.
 */
export function scheduleOf(state: Engagement, rulebook: Rulebook, now: string): Deadline[] {
  const isSet = (id: string) => state.deadlines.some((deadline) => deadlineId(deadline) === id);
  return dueIn(state, rulebook, now)
    .filter((deadline) => !state.passed.includes(deadlineId(deadline)))
    .filter((deadline) => !REMINDERS.includes(deadline.kind) || deadline.at > now || isSet(deadlineId(deadline)))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

function dueIn(state: Engagement, rulebook: Rulebook, now: string): Deadline[] {
  if (isFinal(state)) return state.openTasks.length > 0 ? [closing(state, rulebook, now)] : [];
  switch (state.stage) {
    case 'awaitingVoucher':
      return untilAssigned(state, rulebook);
    case 'voucherAssigned':
    case 'completionReported':
      return untilRedeemed(state, rulebook);
    case 'reserved':
      return [...untilRedeemed(state, rulebook), ...untilReported(state)];
    case 'redeemed':
      return untilSubmitted(state, rulebook);
    case 'paymentApproved':
      return untilPaid(state, rulebook);
    default:
      return [];
  }
}

/** The customer is reminded to assign a voucher; with the last reminder a person is asked to look (E3). */
function untilAssigned({ startedAt, utcOffset }: Engagement, { voucherAwaited }: Rulebook): Deadline[] {
  const startedOn = dayOf(startedAt, utcOffset);
  const after = (days: number) => startOfDay(addDays(startedOn, days), utcOffset);
  return [
    ...voucherAwaited.remindAfterDays
      .filter((days) => days !== voucherAwaited.taskAfterDays)
      .map((days): Deadline => ({ kind: 'voucherReminder', at: after(days) })),
    { kind: 'voucherMissing', at: after(voucherAwaited.taskAfterDays) },
  ];
}

/** Reservation, engagement and redemption all fit into the voucher's validity (source: PC-DPS@2021-04; E11, E22). */
function untilRedeemed({ voucher, utcOffset }: Engagement, rulebook: Rulebook): Deadline[] {
  if (!voucher) return [];
  const { remindDaysBefore, recordingGraceDays } = rulebook.expiry;
  const lastDay = lastDayToRedeem(rulebook, voucher.expiresOn);
  return [
    ...remindDaysBefore.map((days): Deadline => ({
      kind: 'expiryReminder',
      at: startOfDay(addDays(lastDay, -days), utcOffset),
    })),
    { kind: 'voucherExpiry', at: endOfDay(lastDay, utcOffset) },
    { kind: 'recordingGraceEnd', at: endOfDay(addDays(lastDay, recordingGraceDays), utcOffset) },
  ];
}

function untilReported({ reservation, utcOffset }: Engagement): Deadline[] {
  return reservation ? [{ kind: 'plannedEnd', at: endOfDay(reservation.scheduledEnd, utcOffset) }] : [];
}

/** The payment request is complete within the window after redemption (source: PC-DPS@2021-04, 9.5; E17). */
function untilSubmitted({ redemption, utcOffset }: Engagement, { paymentWindow }: Rulebook): Deadline[] {
  if (!redemption) return [];
  const dueOn = redemption.paymentRequestDueOn;
  const before = (days: number) => startOfDay(addDays(dueOn, -days), utcOffset);
  return [
    ...paymentWindow.remindDaysBefore
      .filter((days) => days !== paymentWindow.taskDaysBefore)
      .map((days): Deadline => ({ kind: 'paymentWindowReminder', at: before(days) })),
    { kind: 'paymentWindowClosing', at: before(paymentWindow.taskDaysBefore) },
    { kind: 'paymentWindowEnd', at: endOfDay(dueOn, utcOffset) },
  ];
}

/** Microsoft pays within 30 days of approval (source: SAVB-TRN, 9.5). */
function untilPaid({ paymentRequest, utcOffset }: Engagement, { paymentExpectation }: Rulebook): Deadline[] {
  if (paymentRequest?.approvedAt === undefined) return [];
  const lastDay = addDays(dayOf(paymentRequest.approvedAt, utcOffset), paymentExpectation.days);
  return [{ kind: 'paymentOverdue', at: endOfDay(lastDay, utcOffset) }];
}

/** After the business is over, what people left undone is closed one day. */
function closing(state: Engagement, { closingDays }: Rulebook, now: string): Deadline {
  const set = state.deadlines.find(({ kind }) => kind === 'closing');
  return set ?? { kind: 'closing', at: startOfDay(addDays(dayOf(now, state.utcOffset), closingDays), state.utcOffset) };
}

export function sameSchedule(one: readonly Deadline[], other: readonly Deadline[]): boolean {
  return (
    one.length === other.length && one.every((deadline, index) => deadlineId(deadline) === deadlineId(other[index]!))
  );
}

/** The deadline to wait for next. */
export function nextDeadline(state: Engagement): Deadline | undefined {
  return state.deadlines[0];
}
