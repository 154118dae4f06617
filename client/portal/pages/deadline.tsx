import { dayOfDeadline } from '../../../domain/deadlines';
import { moment } from '../../../domain/wording';

/** By what pages tell time. */
export interface Clock {
  /** An instant. */
  now: string;
  /** Offset from UTC in which calendar days are meant, such as `+00:00`. */
  utcOffset: string;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const SOON_DAYS = 7;

/** A deadline of a record. */
export const Deadline = ({ deadline, clock }: { deadline: { kind: string; at: string }; clock: Clock }) => (
  <Due at={deadline.at} day={dayOfDeadline(deadline, clock.utcOffset)} now={clock.now} />
);

interface DueProps {
  at: string;
  /** The calendar day by which people know it. */
  day: string;
  now: string;
}

/** An instant until which something is due: in words and sign, and only then in colour. */
export function Due({ at, day, now }: DueProps) {
  const days = Math.floor((Date.parse(at) - Date.parse(now)) / DAY_MS);
  const urgency = days < 0 ? 'overdue' : days < SOON_DAYS ? 'soon' : 'later';
  return (
    <span class={`due ${urgency}`}>
      <span>{inWords(days)}</span>{' '}
      <time dateTime={at} title={moment(at)}>
        {day}
      </time>
    </span>
  );
}

function inWords(days: number): string {
  if (days < 0) return days === -1 ? '‼ overdue' : `‼ overdue by ${count(-days - 1)}`;
  return days === 0 ? '! within a day' : `${days < SOON_DAYS ? '! ' : ''}in ${count(days)}`;
}

const count = (days: number): string => (days === 1 ? '1 day' : `${days} days`);

/** How long ago an instant was. */
export function ageOf(since: string, now: string): string {
  const days = Math.floor((Date.parse(now) - Date.parse(since)) / DAY_MS);
  return days < 1 ? 'today' : `${count(days)} ago`;
}
