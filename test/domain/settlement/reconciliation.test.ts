import { fc, test as check } from '@fast-check/jest';
import {
  aboutOf,
  compareBooks,
  comparisonOf,
  confirmed,
  type Booking,
  type Found,
} from '../../../domain/settlement/reconciliation';
import type { Entry } from '../../../domain/settlement/ownBooks';

const AT = '2026-03-02T03:00:00.000Z';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ago = (ms: number) => new Date(Date.parse(AT) - ms).toISOString();
const clock = { at: AT, lagMs: 15 * MINUTE_MS };
const sek = (minor: number) => ({ minor, currency: 'SEK' });

const REFERENCE = 'E-1:invoice:1';

const entry = (given: Partial<Entry> = {}): Entry => ({
  reference: REFERENCE,
  engagementId: 'E-1',
  partnerId: 'contoso',
  amount: sek(240_000),
  standing: 'booked',
  since: ago(48 * HOUR_MS),
  ...given,
});
const ours = (number: string, given: Partial<Entry> = {}) => entry({ microsoftReferenceNumber: number, ...given });

const booking = (microsoftReferenceNumber: string, given: Partial<Booking> = {}): Booking => ({
  microsoftReferenceNumber,
  reference: REFERENCE,
  status: 'approved',
  amount: sek(240_000),
  ...given,
});

const compare = (entries: Entry[], bookings: Booking[]) => {
  const { matched, underWay, found } = compareBooks(entries, bookings, clock);
  return { matched, underWay, found: found.map((difference) => [aboutOf(difference), difference.why]) };
};

const nothing = { matched: 0, underWay: 0, found: [] };
const same = { matched: 1, underWay: 0, found: [] };
const young = { matched: 0, underWay: 1, found: [] };
const differs = (...found: [about: string, why: string][]) => ({ matched: 0, underWay: 0, found });

const DAY_AGO = ago(24 * HOUR_MS);

describe('one payment request', () => {
  test.each<[string, Entry[], Booking[], ReturnType<typeof compare>]>([
    ['in both books is matched', [ours('N-1')], [booking('N-1')], same],
    ['that SAVB turned down before we heard is matched', [ours('N-1')], [booking('N-1', { status: 'rejected' })], same],
    ['booked under a number we do not know is matched', [entry()], [booking('N-1')], same],
    ['in neither is nothing', [], [], nothing],
    [
      'submitted, and not there',
      [ours('N-1')],
      [],
      differs(['missingThere N-1', 'on record it was submitted; SAVB does not have it']),
    ],
    ['submitted so lately that SAVB may not list it yet', [ours('N-1', { since: ago(14 * MINUTE_MS) })], [], young],
    ['never sent, and not there', [entry({ standing: 'intended' })], [], nothing],
    ['without an amount yet, and not there', [entry({ standing: 'intended', amount: undefined })], [], nothing],
    [
      'never sent, and there all the same',
      [entry({ standing: 'intended' })],
      [booking('N-1')],
      differs(['missingHere N-1', 'on record it was never sent; SAVB has it']),
    ],
    [
      'never sent, and turned down there',
      [entry({ standing: 'intended' })],
      [booking('N-1', { status: 'cancelled' })],
      nothing,
    ],
    ['under way, and not there', [entry({ standing: 'underWay', since: ago(23 * HOUR_MS) })], [], young],
    ['under way, and there', [entry({ standing: 'underWay', since: ago(23 * HOUR_MS) })], [booking('N-1')], young],
    [
      'under way over another amount than there',
      [entry({ standing: 'underWay', since: ago(MINUTE_MS) })],
      [booking('N-1', { amount: sek(1) })],
      differs(['amountDiffers N-1', 'on record it is over 2400.00 SEK, at SAVB over 0.01 SEK']),
    ],
    [
      'under way for a day, and not there',
      [entry({ standing: 'underWay', since: DAY_AGO })],
      [],
      differs(['missingThere', `attempts since ${DAY_AGO} have had no result; SAVB does not have it`]),
    ],
    [
      'under way for a day, and there',
      [entry({ standing: 'underWay', since: DAY_AGO })],
      [booking('N-1')],
      differs(['missingHere N-1', `on record nobody knows since ${DAY_AGO} whether it arrived; SAVB has it`]),
    ],
    [
      'under way for a day, and turned down there',
      [entry({ standing: 'underWay', since: DAY_AGO })],
      [booking('N-1', { status: 'rejected' })],
      differs(['missingThere N-1', `attempts since ${DAY_AGO} have had no result; SAVB turned it down`]),
    ],
    ['rejected here, and not there', [entry({ standing: 'refused' })], [], nothing],
    [
      'rejected on both sides',
      [ours('N-1', { standing: 'refused' })],
      [booking('N-1', { status: 'rejected' })],
      nothing,
    ],
    [
      'rejected here, and alive there',
      [ours('N-1', { standing: 'refused' })],
      [booking('N-1', { status: 'held' })],
      differs(['missingHere N-1', 'on record it ended with a no; SAVB has it as held']),
    ],
    ['denied here, and not there', [ours('N-1', { standing: 'denied' })], [], nothing],
    ['denied here, and there for ever', [ours('N-1', { standing: 'denied' })], [booking('N-1')], nothing],
    [
      'over another amount there',
      [ours('N-1')],
      [booking('N-1', { amount: sek(240_001) })],
      differs(['amountDiffers N-1', 'on record it is over 2400.00 SEK, at SAVB over 2400.01 SEK']),
    ],
    [
      'over another currency there',
      [ours('N-1')],
      [booking('N-1', { amount: { minor: 240_000, currency: 'EUR' } })],
      differs(['amountDiffers N-1', 'on record it is over 2400.00 SEK, at SAVB over 2400.00 EUR']),
    ],
    [
      'under another number there',
      [ours('N-1')],
      [booking('N-2')],
      differs(
        ['missingThere N-1', 'on record it was submitted; SAVB does not have it'],
        ['missingHere N-2', 'on record is another number, N-1'],
      ),
    ],
    [
      'twice there',
      [ours('N-2')],
      [booking('N-1'), booking('N-2')],
      { ...same, found: [['missingHere N-1', 'SAVB has this reference more than once, also as N-2']] },
    ],
    [
      'twice there, none of the numbers known: the first is ours',
      [entry()],
      [booking('N-0', { status: 'rejected' }), booking('N-1'), booking('N-2')],
      { ...same, found: [['missingHere N-2', 'SAVB has this reference more than once, also as N-1']] },
    ],
    ['twice there, once turned down', [ours('N-2')], [booking('N-1', { status: 'cancelled' }), booking('N-2')], same],
    ['listed twice under one number', [ours('N-1')], [booking('N-1'), booking('N-1')], same],
    [
      'that only SAVB knows of',
      [],
      [booking('N-1', { reference: 'typed by hand' })],
      differs(['missingHere N-1', 'nothing is on record under this reference']),
    ],
    ['that only SAVB knows of, and turned down', [], [booking('N-1', { status: 'rejected' })], nothing],
  ])('%s', (_what, entries, bookings, expected) => {
    expect(compare(entries, bookings)).toStrictEqual(expected);
  });

  test('a difference names both sides, and whose it is', () => {
    const { found } = compareBooks([ours('N-1')], [booking('N-1', { amount: sek(7) })], clock);
    expect(found).toStrictEqual<Found[]>([
      {
        group: 'amountDiffers',
        reference: REFERENCE,
        engagementId: 'E-1',
        partnerId: 'contoso',
        here: { amount: sek(240_000), microsoftReferenceNumber: 'N-1' },
        there: { amount: sek(7), microsoftReferenceNumber: 'N-1' },
        why: 'on record it is over 2400.00 SEK, at SAVB over 0.07 SEK',
      },
    ]);
  });

  test('of a batch names the batch', () => {
    const { found } = compareBooks([ours('N-1', { engagementId: undefined, batchId: 'B-1' })], [], clock);
    expect(found).toMatchObject([{ batchId: 'B-1', partnerId: 'contoso' }]);
  });
});

describe('the sums', () => {
  const sums = (entries: Entry[], bookings: Booking[]) => comparisonOf(compareBooks(entries, bookings, clock), 10).sums;

  test('tell per currency what was compared on each side', () => {
    const entries = [
      ours('N-1'),
      ours('N-2', { reference: 'E-2:invoice:1', amount: sek(100) }),
      ours('N-3', { reference: 'E-3:invoice:1', amount: { minor: 5, currency: 'EUR' } }),
    ];
    const bookings = [
      booking('N-1', { amount: sek(240_500) }),
      booking('N-3', { reference: 'E-3:invoice:1', amount: { minor: 5, currency: 'EUR' } }),
      booking('N-4', { reference: 'E-4:invoice:1', amount: { minor: 9, currency: 'USD' } }),
    ];
    expect(sums(entries, bookings)).toStrictEqual([
      { currency: 'EUR', here: 5, there: 5 },
      { currency: 'SEK', here: 240_100, there: 240_500 },
      { currency: 'USD', here: 0, there: 9 },
    ]);
  });

  test('leave out what is under way, refused or never sent', () => {
    const entries = [
      entry({ standing: 'underWay', since: AT }),
      entry({ reference: 'E-2:invoice:1', standing: 'intended' }),
      entry({ reference: 'E-3:invoice:1', standing: 'refused' }),
    ];
    expect(sums(entries, [booking('N-1')])).toStrictEqual([]);
  });
});

describe('a comparison as everybody sees it', () => {
  test('tells how many differences there are, and lists the first', () => {
    const entries = Array.from({ length: 5 }, (_, n) => ours(`N-${n}`, { reference: `E-${n}:invoice:1` }));
    const { missingThere, counts } = comparisonOf(compareBooks(entries, [], clock), 2);
    expect(missingThere.map(({ reference }) => reference)).toStrictEqual(['E-0:invoice:1', 'E-1:invoice:1']);
    expect(counts).toStrictEqual({ missingThere: 5, missingHere: 0, amountDiffers: 0 });
  });

  test('believes only what is found twice: both sides go on while they are read', () => {
    const earlier = compareBooks(
      [entry({ standing: 'intended' }), ours('N-2', { reference: 'R-2' })],
      [booking('N-1')],
      clock,
    );
    const later = compareBooks([ours('N-1'), ours('N-2', { reference: 'R-2' })], [booking('N-1')], clock);
    expect(earlier.found.map(aboutOf)).toStrictEqual(['missingHere N-1', 'missingThere N-2']);
    const believed = confirmed(earlier, later);
    expect(believed.found.map(aboutOf)).toStrictEqual(['missingThere N-2']);
    expect(believed.matched).toBe(1);
  });
});

/** What can go wrong with one payment request that both sides have, and what a comparison makes of it. */
interface Mishap {
  name: string;
  happen: (entry: Entry, booking: Booking) => { entries: Entry[]; bookings: Booking[] };
  /** Groups of the differences it makes. */
  found: Found['group'][];
}

const both = (entry: Entry, ...bookings: Booking[]) => ({ entries: [entry], bookings });
const MISHAPS: Mishap[] = [
  { name: 'none', happen: (entry, booking) => both(entry, booking), found: [] },
  { name: 'SAVB loses it', happen: (entry) => both(entry), found: ['missingThere'] },
  { name: 'we lose it', happen: (_entry, booking) => ({ entries: [], bookings: [booking] }), found: ['missingHere'] },
  {
    name: 'SAVB books it twice',
    happen: (entry, booking) =>
      both(entry, booking, { ...booking, microsoftReferenceNumber: `${booking.reference}-2` }),
    found: ['missingHere'],
  },
  {
    name: 'SAVB books another amount',
    happen: (entry, booking) =>
      both(entry, { ...booking, amount: { ...booking.amount, minor: booking.amount.minor + 1 } }),
    found: ['amountDiffers'],
  },
  {
    name: 'somebody records another number',
    happen: (entry, booking) => both({ ...entry, microsoftReferenceNumber: `${entry.reference}-x` }, booking),
    found: ['missingThere', 'missingHere'],
  },
  {
    name: 'it goes out without us',
    happen: ({ microsoftReferenceNumber: _number, ...entry }, booking) =>
      both({ ...entry, standing: 'intended' }, booking),
    found: ['missingHere'],
  },
  {
    name: 'it is rejected on both sides',
    happen: (entry, booking) => both({ ...entry, standing: 'refused' }, { ...booking, status: 'rejected' }),
    found: [],
  },
  {
    name: 'it is just being sent',
    happen: ({ microsoftReferenceNumber: _number, ...entry }, booking) =>
      both({ ...entry, standing: 'underWay', since: AT }, booking),
    found: [],
  },
];

const worlds = fc.array(
  fc.record({
    mishap: fc.constantFrom(...MISHAPS),
    minor: fc.nat(1_000_000_000),
    currency: fc.constantFrom('SEK', 'EUR', 'USD'),
  }),
  { maxLength: 30 },
);

describe('whatever goes wrong with many payment requests', () => {
  const happening = (world: { mishap: Mishap; minor: number; currency: string }[]) => {
    const happened = world.map(({ mishap, minor, currency }, n) => {
      const reference = `E-${n}:invoice:1`;
      const amount = { minor, currency };
      const given = { reference, engagementId: `E-${n}`, amount, microsoftReferenceNumber: `N-${n}` };
      return mishap.happen(entry(given), booking(`N-${n}`, { reference, amount }));
    });
    return {
      entries: happened.flatMap(({ entries }) => entries),
      bookings: happened.flatMap(({ bookings }) => bookings),
    };
  };
  const groupsOf = (found: readonly Found[]) => found.map(({ group, reference }) => `${reference} ${group}`).toSorted();

  check.prop([worlds, fc.infiniteStream(fc.nat())])(
    'just that is found, in whatever order either side is read, and what is listed twice counts once',
    (world, chances) => {
      const { entries, bookings } = happening(world);
      const expected = world.flatMap(({ mishap }, n) => mishap.found.map((group) => `E-${n}:invoice:1 ${group}`));
      const shuffled = <T>(items: T[]): T[] =>
        items
          .map((item) => ({ item, chance: chances.next().value as number }))
          .toSorted((one, other) => one.chance - other.chance)
          .map(({ item }) => item);
      const { found, matched } = compareBooks(shuffled(entries), shuffled([...bookings, ...bookings]), clock);
      expect(groupsOf(found)).toStrictEqual(expected.toSorted());
      const agreed = world.filter(({ mishap }) => ['none', 'SAVB books it twice'].includes(mishap.name));
      expect(matched).toBe(agreed.length);
    },
  );

  check.prop([worlds])(
    'both sides add up to the same where nothing differs, and to what differs where it does',
    (world) => {
      const { entries, bookings } = happening(world);
      const { sums, missingThere, missingHere, amountDiffers } = comparisonOf(
        compareBooks(entries, bookings, clock),
        Number.MAX_SAFE_INTEGER,
      );
      for (const { currency, here, there } of sums) {
        const minor = (amount?: { minor: number; currency: string }) =>
          amount?.currency === currency ? amount.minor : 0;
        const surplus = [...missingHere, ...amountDiffers].reduce((sum, found) => sum + minor(found.there?.amount), 0);
        const lack = [...missingThere, ...amountDiffers].reduce((sum, found) => sum + minor(found.here?.amount), 0);
        expect(there - here).toBe(surplus - lack);
      }
    },
  );

  check.prop([worlds])('a comparison confirms itself', (world) => {
    const { entries, bookings } = happening(world);
    const tally = compareBooks(entries, bookings, clock);
    expect(confirmed(tally, tally)).toStrictEqual(tally);
  });
});
