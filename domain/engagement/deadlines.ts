import type { Deadline } from '../../contracts/engagement';
import type { DeadlineKind } from '../../contracts/names';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays, dayOf, endOfDay, startOfDay } from '../days';
import { deadlineId, stillDue } from '../deadlines';
import { lastDayToRedeem } from '../rulebook/rulebook';
import { untilClosed, untilPaid, untilWindowEnds } from '../settlement/deadlines';
import { isWithBatch } from '../settlement/request';
import { isFinal, isSubmissionDue, type Engagement } from './state';

/** Deadlines that only remind: one that has passed when it would first be set is not set. */
const REMINDERS: readonly DeadlineKind[] = ['voucherReminder', 'expiryReminder', 'paymentWindowReminder', 'plannedEnd'];

/**
 * Everything that is due from now on, earliest first. A last day counts to its end, a reminder comes with the beginning
 * of its day; instants are UTC.
 */
export function scheduleOf(state: Engagement, rulebook: Rulebook, now: string): Deadline[] {
  const isSet = (id: string) => state.deadlines.some((deadline) => deadlineId(deadline) === id);
  return stillDue(dueIn(state, rulebook, now), state.passed).filter(
    (deadline) => !REMINDERS.includes(deadline.kind) || deadline.at > now || isSet(deadlineId(deadline)),
  );
}

function dueIn(state: Engagement, rulebook: Rulebook, now: string): Deadline[] {
  const { deadlines, openTasks, paymentRequest, utcOffset } = state;
  if (isFinal(state)) return openTasks.length > 0 ? [untilClosed(deadlines, utcOffset, rulebook, now)] : [];
  switch (state.stage) {
    case 'awaitingVoucher':
      return untilAssigned(state, rulebook);
    case 'voucherAssigned':
    case 'completionReported':
      return untilRedeemed(state, rulebook);
    case 'reserved':
      return [...untilRedeemed(state, rulebook), ...untilReported(state)];
    case 'redeemed':
    case 'paymentRequested':
    case 'paymentApproved':
      if (paymentRequest && isWithBatch(paymentRequest)) return untilBatchSubmits(state, rulebook);
      return isSubmissionDue(state) ? untilSubmitted(state, rulebook) : untilPaid(paymentRequest, utcOffset, rulebook);
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

/** The payment request is complete within its window; until it closes, there are reminders (E17). */
function untilSubmitted({ redemption, utcOffset }: Engagement, rulebook: Rulebook): Deadline[] {
  if (!redemption) return [];
  const { remindDaysBefore, taskDaysBefore } = rulebook.paymentWindow;
  const dueOn = redemption.paymentRequestDueOn;
  return [
    ...remindDaysBefore
      .filter((days) => days !== taskDaysBefore)
      .map((days): Deadline => ({
        kind: 'paymentWindowReminder',
        at: startOfDay(addDays(dueOn, -days), utcOffset),
      })),
    ...untilWindowEnds(dueOn, utcOffset, rulebook),
  ];
}

/** The batch reminds and asks for all in it; that the window is over without a request, each engagement says by itself. */
function untilBatchSubmits(state: Engagement, rulebook: Rulebook): Deadline[] {
  return isSubmissionDue(state)
    ? untilSubmitted(state, rulebook).filter(({ kind }) => kind === 'paymentWindowEnd')
    : [];
}

/** The deadline to wait for next. */
export function nextDeadline(state: Engagement): Deadline | undefined {
  return state.deadlines[0];
}
