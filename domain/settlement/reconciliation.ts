import type { Money } from '../../contracts/common';
import type { Comparison, Difference, DifferenceGroup } from '../../contracts/reconciliation';
import type { SavbStatus } from '../../contracts/names';
import { addMoney, amountText, sameMoney, sumMoney } from '../money';
import type { Entry } from './ownBooks';
import { isRefused } from './request';

/**
 * Compares SAVB's list of payment requests with ours. A difference is what asks a person to look: money that one side knows
 * of and the other does not. What SAVB itself rejected or cancelled asks for no money and is none; neither is what is too
 * young to be judged.
 */

/** A payment request in SAVB's list. */
export interface Booking {
  microsoftReferenceNumber: string;
  reference: string;
  status: SavbStatus;
  amount: Money;
}

/** When it is compared. `lagMs`: how long SAVB may take to list what it has accepted. */
interface Clock {
  /** Instant at which the comparison began. */
  at: string;
  lagMs: number;
}

export type Found = Difference & { group: DifferenceGroup };

/** What a comparison has come to so far. */
export interface Tally {
  matched: number;
  underWay: number;
  /** Sums of what matched, one per currency. */
  amounts: Money[];
  found: Found[];
}

/** An attempt without a result is somebody's business after a day. */
const OVERDUE_MS = 24 * 60 * 60_000;

type Verdict =
  { kind: 'matched'; amount: Money } | { kind: 'underWay' | 'nothing' } | { kind: 'differs'; found: Found };

/**
 * Compares both sides, reference by reference. Of `theirs` the order counts only where SAVB has a reference twice and we
 * know no number: then the first is taken for ours. What is listed twice counts once. Throws `RangeError` when a sum leaves
 * the safe integers.
 */
export function compareBooks(ours: Iterable<Entry>, theirs: Iterable<Booking>, clock: Clock): Tally {
  const listed = byReference(theirs);
  const tally: Tally = { matched: 0, underWay: 0, amounts: [], found: [] };
  for (const entry of ours) {
    const bookings = listed.get(entry.reference) ?? [];
    listed.delete(entry.reference);
    const own = ownBooking(entry, bookings);
    add(tally, judge(entry, own, clock));
    tally.found.push(...otherBookings(entry, own, bookings));
  }
  for (const bookings of listed.values())
    for (const booking of bookings.filter(isAlive)) {
      const why = 'nothing is on record under this reference';
      tally.found.push({ group: 'missingHere', reference: booking.reference, there: sideOf(booking), why });
    }
  return tally;
}

/** A booking that SAVB has not turned down. */
const isAlive = ({ status }: Booking): boolean => !isRefused(status);

function byReference(theirs: Iterable<Booking>): Map<string, Booking[]> {
  const numbers = new Set<string>();
  const listed = new Map<string, Booking[]>();
  for (const booking of theirs) {
    if (numbers.has(booking.microsoftReferenceNumber)) continue;
    numbers.add(booking.microsoftReferenceNumber);
    const same = listed.get(booking.reference);
    if (same) same.push(booking);
    else listed.set(booking.reference, [booking]);
  }
  return listed;
}

/** The booking that is ours: the one with our number or, as long as we know none, the first that is alive. */
const ownBooking = ({ microsoftReferenceNumber: number }: Entry, bookings: readonly Booking[]): Booking | undefined =>
  number === undefined
    ? (bookings.find(isAlive) ?? bookings[0])
    : bookings.find(({ microsoftReferenceNumber }) => microsoftReferenceNumber === number);

function judge(entry: Entry, own: Booking | undefined, { at, lagMs }: Clock): Verdict {
  const ageMs = Date.parse(at) - Date.parse(entry.since);
  const differs = (group: DifferenceGroup, why: string): Verdict => ({
    kind: 'differs',
    found: differenceOf(group, entry, own, why),
  });
  const alive = own && isAlive(own) ? own : undefined;
  switch (entry.standing) {
    case 'denied':
      return NOTHING;
    case 'refused':
      return alive ? differs('missingHere', `on record it ended with a no; SAVB has it as ${alive.status}`) : NOTHING;
    case 'intended':
      return alive ? differs('missingHere', 'on record it was never sent; SAVB has it') : NOTHING;
    case 'underWay':
      if (alive && entry.amount && !sameMoney(entry.amount, alive.amount))
        return differs('amountDiffers', amountsDiffer(entry.amount, alive.amount));
      if (ageMs < OVERDUE_MS) return { kind: 'underWay' };
      return alive
        ? differs('missingHere', `on record nobody knows since ${entry.since} whether it arrived; SAVB has it`)
        : differs(
            'missingThere',
            `attempts since ${entry.since} have had no result; SAVB ${own ? 'turned it down' : 'does not have it'}`,
          );
    case 'booked':
      if (!own)
        return ageMs < lagMs
          ? { kind: 'underWay' }
          : differs('missingThere', 'on record it was submitted; SAVB does not have it');
      if (entry.amount && !sameMoney(entry.amount, own.amount))
        return differs('amountDiffers', amountsDiffer(entry.amount, own.amount));
      return { kind: 'matched', amount: own.amount };
  }
}

const NOTHING: Verdict = { kind: 'nothing' };

const amountsDiffer = (here: Money, there: Money): string =>
  `on record it is over ${amountText(here)}, at SAVB over ${amountText(there)}`;

/** What SAVB has under our reference beside the booking that is ours. */
function otherBookings(entry: Entry, own: Booking | undefined, bookings: readonly Booking[]): Found[] {
  const why = own
    ? `SAVB has this reference more than once, also as ${own.microsoftReferenceNumber}`
    : `on record is another number, ${entry.microsoftReferenceNumber}`;
  return bookings
    .filter((booking) => booking !== own && isAlive(booking))
    .map((booking) => differenceOf('missingHere', entry, booking, why));
}

function differenceOf(group: DifferenceGroup, entry: Entry, booking: Booking | undefined, why: string): Found {
  const { reference, engagementId, batchId, partnerId, amount, microsoftReferenceNumber } = entry;
  const here = {
    ...(amount && { amount }),
    ...(microsoftReferenceNumber !== undefined && { microsoftReferenceNumber }),
  };
  return {
    group,
    reference,
    ...(engagementId !== undefined && { engagementId }),
    ...(batchId !== undefined && { batchId }),
    partnerId,
    here,
    ...(booking && { there: sideOf(booking) }),
    why,
  };
}

const sideOf = ({ amount: { minor, currency }, microsoftReferenceNumber }: Booking): Difference['there'] => ({
  amount: { minor, currency },
  microsoftReferenceNumber,
});

function add(tally: Tally, verdict: Verdict): void {
  switch (verdict.kind) {
    case 'matched': {
      tally.matched += 1;
      const { minor, currency } = verdict.amount;
      const at = tally.amounts.findIndex((sum) => sum.currency === currency);
      if (at === -1) tally.amounts.push({ minor, currency });
      else tally.amounts[at] = addMoney(tally.amounts[at]!, { minor, currency });
      return;
    }
    case 'underWay':
      tally.underWay += 1;
      return;
    case 'differs':
      tally.found.push(verdict.found);
      return;
    case 'nothing':
  }
}

/** Names a difference: what is found again has the same name. */
export const aboutOf = ({ group, here, there }: Found): string =>
  [group, there?.microsoftReferenceNumber ?? here?.microsoftReferenceNumber ?? []].flat().join(' ');

/**
 * Keeps of a later comparison what an earlier one found, too. Both sides go on while they are read: what was booked in
 * between looks like a difference once, and not twice.
 */
export function confirmed(earlier: Tally, later: Tally): Tally {
  const nameOf = (found: Found) => `${found.reference} ${aboutOf(found)}`;
  const known = new Set(earlier.found.map(nameOf));
  return { ...later, found: later.found.filter((found) => known.has(nameOf(found))) };
}

/** A comparison as everybody sees it, with at most `mostListed` differences of each group. */
export function comparisonOf(
  { matched, underWay, amounts, found }: Tally,
  mostListed: number,
): Omit<Comparison, 'tasks'> {
  const of = (group: DifferenceGroup): Difference[] =>
    found.filter((difference) => difference.group === group).map(({ group: _group, ...difference }) => difference);
  const [missingThere, missingHere, amountDiffers] = [of('missingThere'), of('missingHere'), of('amountDiffers')];
  return {
    savb: 'compared',
    matched,
    underWay,
    missingThere: missingThere.slice(0, mostListed),
    missingHere: missingHere.slice(0, mostListed),
    amountDiffers: amountDiffers.slice(0, mostListed),
    counts: {
      missingThere: missingThere.length,
      missingHere: missingHere.length,
      amountDiffers: amountDiffers.length,
    },
    sums: sumsOf(
      [...amounts, ...[...missingThere, ...amountDiffers].flatMap(({ here }) => here?.amount ?? [])],
      [...amounts, ...[...missingHere, ...amountDiffers].flatMap(({ there }) => there?.amount ?? [])],
    ),
  };
}

/** What both sides add up to, per currency: equal where nothing differs. */
function sumsOf(here: readonly Money[], there: readonly Money[]): Comparison['sums'] {
  const currencies = [...new Set([...here, ...there].map(({ currency }) => currency))].sort();
  const total = (amounts: readonly Money[], currency: string): number =>
    sumMoney([{ minor: 0, currency }, ...amounts.filter((amount) => amount.currency === currency)]).minor;
  return currencies.map((currency) => ({ currency, here: total(here, currency), there: total(there, currency) }));
}

/** The answer where SAVB has no API: nothing was compared. */
export const COMPARED_BY_HAND: Comparison = {
  savb: 'byHand',
  ...{ matched: 0, underWay: 0, missingThere: [], missingHere: [], amountDiffers: [], sums: [] },
  counts: { missingThere: 0, missingHere: 0, amountDiffers: 0 },
  tasks: { opened: 0, closed: 0 },
};
