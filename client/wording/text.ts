import type { Money } from '../../contracts/common';
import type { Awaiting } from '../../contracts/engagement';
import type { PartnerFacts } from '../../contracts/partner';
import { decimalsOf } from '../../domain/money';

/** Text of others made safe for a terminal: control characters and writing-direction marks become spaces. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

/** An instant to the minute, `2020-12-31 23:59 UTC`. */
export function minute(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** An instant to the second, `2020-12-31 23:59:59 UTC`. */
export function second(at: string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const UNITS: [ms: number, unit: string][] = [
  [24 * 3_600_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
];

/** How long from one instant to a later one, in its largest whole unit: `12 d`, `3 h`, `5 min`. */
export function span(from: string, to: string): string {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  const [size, unit] = UNITS.find(([least]) => ms >= least) ?? [60_000, 'min'];
  return `${Math.floor(ms / size)} ${unit}`;
}

/** What would move an engagement, from whom and until when. */
export function awaitingText({ message, from, until }: Awaiting): string {
  return `${message} from ${from}${until === undefined ? '' : ` until ${minute(until)}`}`;
}

/** The year in an offering; it may be over. */
export const enrollmentText = ({ offering, enrolledUntil }: PartnerFacts['enrollments'][number]): string =>
  `${offering} until ${enrolledUntil}`;

/** What is on record, comma between. */
export const facts = (...parts: (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join(', ');

/** An amount as people write it, `EUR 12,500.00`. */
export function moneyText({ minor, currency }: Money): string {
  const decimals = decimalsOf(currency);
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return `${currency} ${format.format(minor / 10 ** decimals)}`;
}
