import { moment } from '../../../domain/wording';

const DAY_MS = 24 * 60 * 60 * 1_000;
const SOON_DAYS = 7;

/** An instant until which something is due: in words and sign, and only then in colour. */
export function Due({ at, now }: { at: string; now: string }) {
  const days = Math.floor((Date.parse(at) - Date.parse(now)) / DAY_MS);
  const urgency = days < 0 ? 'overdue' : days < SOON_DAYS ? 'soon' : 'later';
  return (
    <span class={`due ${urgency}`}>
      <span>{inWords(days)}</span>{' '}
      <time dateTime={at} title={moment(at)}>
        {at.slice(0, 10)}
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
