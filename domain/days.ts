/** Calendar days (`YYYY-MM-DD`) of the programme, kept in one fixed UTC offset such as `+00:00`. */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Minutes east of UTC of an offset such as `+01:30`. */
function offsetMinutes(utcOffset: string): number {
  const sign = utcOffset.startsWith('-') ? -1 : 1;
  return sign * (Number(utcOffset.slice(1, 3)) * 60 + Number(utcOffset.slice(4, 6)));
}

/** The calendar day in `utcOffset` on which the instant `at` (ISO 8601) falls. */
export function dayOf(at: string, utcOffset: string): string {
  return new Date(Date.parse(at) + offsetMinutes(utcOffset) * MINUTE_MS).toISOString().slice(0, 10);
}

/** The day `days` later, or earlier when negative. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The instant (UTC) at which `day` begins in `utcOffset`. */
export function startOfDay(day: string, utcOffset: string): string {
  return new Date(Date.parse(day) - offsetMinutes(utcOffset) * MINUTE_MS).toISOString();
}

/** The instant (UTC) at which `day` is over in `utcOffset`: a last day counts to its end. */
export function endOfDay(day: string, utcOffset: string): string {
  return startOfDay(addDays(day, 1), utcOffset);
}

/** The last day in `utcOffset` that is over at the instant `at`, or still runs: the reverse of `endOfDay`. */
export function lastDayUntil(at: string, utcOffset: string): string {
  return dayOf(new Date(Date.parse(at) - 1).toISOString(), utcOffset);
}

/** The earlier of two days; an absent one is open. */
export function earlierDay(one: string, other: string | undefined): string {
  return other !== undefined && other < one ? other : one;
}

/** Number of days from `first` to `last`, both counted; none when `last` comes before. */
export function daysWithin(first: string, last: string): number {
  return Math.max(0, (Date.parse(last) - Date.parse(first)) / DAY_MS + 1);
}

/** The first day after `day` that is the `dayOfMonth`th of its month, 1 to 28: every month has it. */
export function nextDayOfMonth(day: string, dayOfMonth: number): string {
  const inMonthOf = (month: string) => `${month.slice(0, 8)}${String(dayOfMonth).padStart(2, '0')}`;
  const thisMonth = inMonthOf(day);
  return day < thisMonth ? thisMonth : inMonthOf(addDays(`${day.slice(0, 8)}01`, 31));
}
