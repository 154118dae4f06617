import type { DeadlineKind, PartnerDeadlineKind } from '../contracts/names';
import { dayOf, lastDayUntil } from './days';

/** Something that is due at an instant (UTC). A kind may be due several times. */
interface Due {
  kind: string;
  at: string;
}

export const deadlineId = ({ kind, at }: Due): string => `${kind}:${at}`;

/**
 * They come when a last day is over; all others come with the beginning of their day, as the reminder does that a membership
 * has ended the day before.
 */
const AFTER_LAST_DAY: readonly string[] = [
  'voucherExpiry',
  'recordingGraceEnd',
  'plannedEnd',
  'paymentWindowEnd',
  'paymentOverdue',
  'enrollmentEnd',
  'competencyExpiry',
] satisfies (DeadlineKind | PartnerDeadlineKind)[];

/** The calendar day in `utcOffset` by which people know a deadline: the last that counts, or the one it comes with. */
export const dayOfDeadline = ({ kind, at }: Due, utcOffset: string): string =>
  AFTER_LAST_DAY.includes(kind) ? lastDayUntil(at, utcOffset) : dayOf(at, utcOffset);

/** What is still to come of all that is due, earliest first. `passed` are ids of what has been dealt with. */
export function stillDue<One extends Due>(due: readonly One[], passed: readonly string[]): One[] {
  return due
    .filter((deadline) => !passed.includes(deadlineId(deadline)))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

/** What is due after `past` has been dealt with: it is not due any more, and never again. */
export function withoutPassed<One extends Due>(
  { passed, deadlines }: { passed: readonly string[]; deadlines: readonly One[] },
  past: Due,
): { passed: string[]; deadlines: One[] } {
  const id = deadlineId(past);
  return { passed: [...passed, id], deadlines: deadlines.filter((deadline) => deadlineId(deadline) !== id) };
}

export function sameSchedule(one: readonly Due[], other: readonly Due[]): boolean {
  return (
    one.length === other.length && one.every((deadline, index) => deadlineId(deadline) === deadlineId(other[index]!))
  );
}
