import { setTimeout as pause } from 'node:timers/promises';
import { fc, test as property } from '@fast-check/jest';
import { MongoServerError } from 'mongodb';
import type { AuditEntry } from '../../contracts/audit';
import { chained, flawOf, NO_LINK, type Link } from '../../records/auditChain';
import { createAuditWriter, type AuditStore } from '../../records/auditWriter';
import { factsOf } from './auditFacts';

const duplicate = () => new MongoServerError({ message: 'E11000 duplicate key', code: 11000 });
const lost = () => new Error('connection lost');

/**
 * What happens to one write: it arrives, never arrives, arrives without an answer, arrives late (before or after the writer
 * looks what has arrived), or breaks off in the middle.
 */
const FATES = ['stored', 'lost', 'unanswered', 'late', 'later', 'halfway'] as const;
type Fate = (typeof FATES)[number];

/** The store of one or several writers, in memory, where each write meets its fate in turn and then all arrive. */
function fakeStore(fates: Fate[] = []) {
  const rows: AuditEntry[] = [];
  const groups: number[] = [];
  const late: (readonly AuditEntry[])[] = [];
  const later: (readonly AuditEntry[])[] = [];

  function insert(entries: readonly AuditEntry[]): void {
    for (const entry of entries) {
      if (entry.seq <= rows.length) throw duplicate();
      rows.push(entry);
    }
  }
  const arrivesLate = (entries: readonly AuditEntry[]) => {
    try {
      insert(entries);
    } catch {
      // Nobody hears of it.
    }
  };
  const store: AuditStore = {
    head: async () => rows.at(-1) ?? NO_LINK,
    storedOf: async (entries) => {
      late.splice(0).forEach(arrivesLate);
      const count = entries.filter(({ hash }) => rows.some((row) => row.hash === hash)).length;
      later.splice(0).forEach(arrivesLate);
      return count;
    },
    append: async (entries) => {
      groups.push(entries.length);
      const fate = fates.shift() ?? 'stored';
      if (fate === 'late') late.push(entries);
      if (fate === 'later') later.push(entries);
      if (fate === 'lost' || fate === 'late' || fate === 'later') throw lost();
      insert(fate === 'halfway' ? entries.slice(0, Math.ceil(entries.length / 2)) : entries);
      if (fate !== 'stored') throw lost();
    },
  };
  return { store, rows, groups };
}

/** The first flaw of a chain, in words. */
function flawIn(rows: readonly AuditEntry[]): string | undefined {
  let before: Link = NO_LINK;
  for (const row of rows) {
    const flaw = flawOf(row, before);
    if (flaw !== undefined) return flaw;
    before = row;
  }
  return undefined;
}

const idsIn = (rows: readonly AuditEntry[]) => rows.map(({ requestId }) => requestId);
/** A writer that does not get there fails the test, and holds nobody up. */
async function untilThereAre(count: number, rows: readonly AuditEntry[]): Promise<void> {
  for (let turns = 0; rows.length < count && turns < 2_000; turns++) await pause(1);
}

const quick = { retryMs: 1 };

test('entries are counted from 1, and each holds the hash of the one before', async () => {
  const { store, rows } = fakeStore();
  const writer = createAuditWriter(store);
  expect(await writer.write(factsOf('r-1'))).toStrictEqual({ stored: true });
  await writer.write(factsOf('r-2'));
  const [first, second] = rows;
  expect(first).toStrictEqual({
    ...factsOf('r-1'),
    seq: 1,
    previous: '0'.repeat(64),
    hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
  expect(second).toMatchObject({ seq: 2, previous: first?.hash });
  expect(flawIn(rows)).toBeUndefined();
});

test('what comes while a group is being stored is one group, not a queue', async () => {
  const { store, rows, groups } = fakeStore();
  const writer = createAuditWriter(store);
  await writer.write(factsOf('r-first'));
  await Promise.all(Array.from({ length: 50 }, (_, n) => writer.write(factsOf(`r-${n}`))));
  expect(groups).toStrictEqual([1, 50]);
  expect(idsIn(rows)).toStrictEqual(['r-first', ...Array.from({ length: 50 }, (_, n) => `r-${n}`)]);
  expect(flawIn(rows)).toBeUndefined();
});

test('of two writers who take the same number the second takes the next', async () => {
  const { store, rows } = fakeStore();
  const [one, other] = [createAuditWriter(store), createAuditWriter(store)];
  await Promise.all(['a', 'b', 'c', 'd'].flatMap((id) => [one.write(factsOf(id)), other.write(factsOf(`${id}'`))]));
  expect(idsIn(rows).toSorted()).toStrictEqual(['a', "a'", 'b', "b'", 'c', "c'", 'd', "d'"]);
  expect(flawIn(rows)).toBeUndefined();
});

property.prop([
  fc.array(fc.constantFrom(...FATES), { maxLength: 12 }),
  fc.array(fc.tuple(fc.nat({ max: 1 }), fc.boolean()), { minLength: 1, maxLength: 12 }),
])('whatever becomes of a write, every entry is there once and the chain is whole', async (fates, steps) => {
  const { store, rows } = fakeStore([...fates]);
  const writers = [createAuditWriter(store, quick), createAuditWriter(store, quick)] as const;
  const given: string[] = [];
  for (const [which, waits] of steps) {
    const requestId = `r-${given.length}`;
    given.push(requestId);
    const written = writers[which === 0 ? 0 : 1].write(factsOf(requestId));
    if (waits) await written;
  }
  await untilThereAre(given.length, rows);
  await Promise.all(writers.map((writer) => writer.close()));
  expect(idsIn(rows).toSorted()).toStrictEqual(given.toSorted());
  expect(flawIn(rows)).toBeUndefined();
});

describe('while the store is away', () => {
  /** A store that answers nothing until it is `back`. */
  function awayStore() {
    const { store, rows } = fakeStore();
    let isAway = true;
    const head = () => (isAway ? Promise.reject(lost()) : store.head());
    return { store: { ...store, head }, rows, back: () => (isAway = false) };
  }

  test('nobody waits for it, the entries do, and are written in their order when it is back', async () => {
    const { store, rows, back } = awayStore();
    const writer = createAuditWriter(store, quick);
    const written = await Promise.all(['a', 'b', 'c'].map((id) => writer.write(factsOf(id))));
    expect(written).toStrictEqual(Array.from({ length: 3 }, () => ({ stored: false, waits: true, why: lost() })));
    back();
    await untilThereAre(3, rows);
    expect(idsIn(rows)).toStrictEqual(['a', 'b', 'c']);
    expect(await writer.write(factsOf('d'))).toStrictEqual({ stored: true });
  });

  test('there is room for so many and no more', async () => {
    const { store } = awayStore();
    const writer = createAuditWriter(store, { ...quick, mostWaiting: 2 });
    await writer.write(factsOf('a'));
    expect(writer.hasRoom()).toBe(true);
    await writer.write(factsOf('b'));
    expect(writer.hasRoom()).toBe(false);
    expect(await writer.write(factsOf('c'))).toStrictEqual({
      stored: false,
      waits: false,
      why: new Error('too many entries of the audit wait'),
    });
    expect(await writer.close()).toStrictEqual([factsOf('a'), factsOf('b')]);
  });

  test('whoever is not known takes no place from those who are', async () => {
    const { store } = awayStore();
    const writer = createAuditWriter(store, { ...quick, mostWaiting: 3, mostBeforeNobody: 1 });
    const { subject: _subject, ...ofNobody } = factsOf('nobody’s', { tenant: 'nobody', status: 401 });
    const written = [];
    for (const facts of [ofNobody, ofNobody, factsOf('a'), ofNobody, factsOf('b')])
      written.push(await writer.write(facts));
    expect(written.map((each) => !each.stored && each.waits)).toStrictEqual([true, false, true, false, true]);
    expect(await writer.close()).toStrictEqual([ofNobody, factsOf('a'), factsOf('b')]);
  });

  test('ten thousand requests of nobody leave room for a change', async () => {
    const { store } = awayStore();
    const writer = createAuditWriter(store, quick);
    const { subject: _subject, ...ofNobody } = factsOf('nobody’s', { tenant: 'nobody', status: 401 });
    await Promise.all(Array.from({ length: 10_000 }, () => writer.write(ofNobody)));
    expect(writer.hasRoom()).toBe(true);
    expect(await writer.write(factsOf('a'))).toMatchObject({ waits: true });
    await writer.close();
  });

  test('closing gives back what could not be stored', async () => {
    const { store } = awayStore();
    const writer = createAuditWriter(store);
    await writer.write(factsOf('a'));
    expect(await writer.close()).toStrictEqual([factsOf('a')]);
    expect(await writer.close()).toStrictEqual([]);
  });

  test('closing tries once more', async () => {
    const { store, rows, back } = awayStore();
    const writer = createAuditWriter(store);
    await writer.write(factsOf('a'));
    back();
    expect(await writer.close()).toStrictEqual([]);
    expect(idsIn(rows)).toStrictEqual(['a']);
  });
});

describe('a chain shows', () => {
  async function chainOf(count: number): Promise<AuditEntry[]> {
    const { store, rows } = fakeStore();
    const writer = createAuditWriter(store);
    await Promise.all(Array.from({ length: count }, (_, n) => writer.write(factsOf(`r-${n}`))));
    return rows;
  }

  test.each<[string, (rows: AuditEntry[]) => AuditEntry[], string]>([
    [
      'that an entry was changed',
      ([a, b, ...rest]) => [a!, { ...b!, status: 403 }, ...rest],
      'entry 2 was changed after it was written',
    ],
    [
      'that something was added to an entry',
      ([a, b, ...rest]) => [a!, { ...b!, code: 'x' }, ...rest],
      'entry 2 was changed after it was written',
    ],
    ['that an entry was taken out', ([a, , ...rest]) => [a!, ...rest], 'entry 2 is missing; entry 3 comes next'],
    ['that the first was taken out', ([, ...rest]) => rest, 'entry 1 is missing; entry 2 comes next'],
    [
      'that an entry was replaced by another with a hash of its own',
      ([a, , ...rest]) => [a!, ...chained(a!, [factsOf('forged')]), ...rest],
      'entry 3 does not follow entry 2 as it is now',
    ],
  ])('%s', async (_title, change, flaw) => {
    const rows = await chainOf(4);
    expect(flawIn(rows)).toBeUndefined();
    expect(flawIn(change(rows))).toBe(flaw);
  });
});
