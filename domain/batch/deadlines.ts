import type { BatchDeadline } from '../../contracts/batch';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays, dayOf, earlierDay, nextDayOfMonth, startOfDay } from '../days';
import { stillDue } from '../deadlines';
import { untilClosed, untilPaid, untilWindowEnds } from '../settlement/deadlines';
import type { BatchFacts, BatchPolicy } from './decision';
import { isFinal, isSubmissionDue, windowEndsOn, type Batch } from './state';

/**
 * The day with whose beginning the batch is sent at the latest: the next day of the month that is meant for it, though not
 * the day on which it was opened, and early enough that no payment window closes before. Whoever came after his window
 * is not kept waiting for a day of the month.
 */
export function sentOn(state: Batch, { dayOfMonth, daysBeforeDue }: BatchPolicy): string {
  const openedOn = dayOf(state.openedAt, state.utcOffset);
  if (state.late.length > 0) return openedOn;
  const windowEnd = windowEndsOn(state);
  return earlierDay(nextDayOfMonth(openedOn, dayOfMonth), windowEnd && addDays(windowEnd, -daysBeforeDue));
}

/** Everything that is due from now on, earliest first. A last day counts to its end; instants are UTC. */
export function scheduleOf(state: Batch, { rulebook, policy }: BatchFacts, now: string): BatchDeadline[] {
  return stillDue(dueIn(state, rulebook, policy, now), state.passed);
}

function dueIn(state: Batch, rulebook: Rulebook, policy: BatchPolicy, now: string): BatchDeadline[] {
  const { deadlines, openTasks, paymentRequest, stage, utcOffset } = state;
  if (isFinal(state)) return openTasks.length > 0 ? [untilClosed(deadlines, utcOffset, rulebook, now)] : [];
  if (stage === 'collecting') return [{ kind: 'batchDue', at: startOfDay(sentOn(state, policy), utcOffset) }];
  if (!isSubmissionDue(state)) return untilPaid(paymentRequest, utcOffset, rulebook);
  const windowEnd = windowEndsOn(state);
  return windowEnd === undefined ? [] : untilWindowEnds(windowEnd, utcOffset, rulebook);
}

/** The deadline to wait for next. */
export function nextDeadline(state: Batch): BatchDeadline | undefined {
  return state.deadlines[0];
}
