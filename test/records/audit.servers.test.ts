import { Long } from 'mongodb';
import { openRecords, type Records } from '../../records/connect';
import { flawOf, NO_LINK, type Link } from '../../records/auditChain';
import { factsOf } from './auditFacts';
import { openedRecords } from './opened';

const opened = openedRecords();
/** Opened anew for each test, for a writer remembers where it was. */
let records: Records;
const audit = () => records.audit;
const idsIn = ({ items }: { items: { requestId: string }[] }) => items.map(({ requestId }) => requestId);

beforeEach(async () => {
  await opened().db.collection('audit').deleteMany({});
  records = await openRecords({ uri: opened().uri, timeoutMs: 10_000 });
});
afterEach(() => records.close());

test('what was put on record comes back as it was, in a chain', async () => {
  const facts = factsOf('r-1', { onBehalfOf: 'Pär Öst', code: 'wrong-stage', status: 409, replayed: true });
  expect(await audit().write(facts)).toStrictEqual({ stored: true });
  const { items } = await audit().list({ limit: 10, order: 'oldest' });
  expect(items).toStrictEqual([{ ...facts, seq: 1, previous: '0'.repeat(64), hash: items[0]?.hash }]);
  expect(flawOf(items[0]!, NO_LINK)).toBeUndefined();
});

test('two processes write 200 entries at once to one whole chain', async () => {
  const other = await openRecords({ uri: opened().uri, timeoutMs: 10_000 });
  const writers = [audit(), other.audit];
  const given = Array.from({ length: 200 }, (_, n) => `r-${n}`);
  await Promise.all(given.map((id, n) => writers[n % 2]!.write(factsOf(id))));
  await other.close();
  const { items, next } = await audit().list({ limit: 1_000, order: 'oldest' });
  expect(next).toBeUndefined();
  expect(idsIn({ items }).toSorted()).toStrictEqual(given.toSorted());
  let before: Link = NO_LINK;
  for (const entry of items) {
    expect(flawOf(entry, before)).toBeUndefined();
    before = entry;
  }
});

test('an entry that somebody changed in the database is found', async () => {
  await Promise.all(['a', 'b', 'c'].map((id) => audit().write(factsOf(id))));
  await opened()
    .db.collection<{ _id: Long }>('audit')
    .updateOne({ _id: Long.fromNumber(2) }, { $set: { subject: 'nobody' } });
  const [first, second] = (await audit().list({ limit: 10, order: 'oldest' })).items;
  expect(flawOf(second!, first!)).toBe('entry 2 was changed after it was written');
});

describe('a list', () => {
  beforeEach(async () => {
    await audit().write(factsOf('a', { about: ['e-1', 'plan.pdf'] }));
    await audit().write(factsOf('b', { about: ['e-2'], subject: 'olle', tenant: 'staff' }));
    await audit().write(factsOf('c', { about: ['e-1'], status: 403, code: 'forbidden' }));
  });

  test.each([
    [{}, ['a', 'b', 'c']],
    [{ about: 'e-1' }, ['a', 'c']],
    [{ about: 'plan.pdf' }, ['a']],
    [{ subject: 'olle' }, ['b']],
    [{ tenant: 'partner:contoso' }, ['a', 'c']],
    [{ code: 'forbidden' }, ['c']],
    [{ about: 'e-2', subject: 'pia' }, []],
  ])('may be of %p', async (filter, ids) => {
    expect(idsIn(await audit().list({ limit: 10, order: 'oldest', ...filter }))).toStrictEqual(ids);
  });

  test.each([
    ['oldest' as const, ['a', 'b', 'c']],
    ['newest' as const, ['c', 'b', 'a']],
  ])('goes on from the %s, page by page', async (order, ids) => {
    const first = await audit().list({ limit: 2, order });
    const second = await audit().list({ limit: 2, order, after: first.next! });
    expect([...idsIn(first), ...idsIn(second)]).toStrictEqual(ids);
    expect(second.next).toBeUndefined();
  });

  test('knows only its own cursors', async () => {
    const after = Buffer.from('e-1').toString('base64url');
    await expect(audit().list({ limit: 1, order: 'oldest', after })).rejects.toThrow('not a cursor of this list');
  });
});

test('numbers stay whole beyond what 32 bits hold', async () => {
  const row = { ...factsOf('old'), previous: '0'.repeat(64), hash: 'a'.repeat(64) };
  await opened()
    .db.collection<{ _id: Long }>('audit')
    .insertOne({ _id: Long.fromNumber(2 ** 32), ...row });
  expect(await audit().write(factsOf('next'))).toStrictEqual({ stored: true });
  const { items } = await audit().list({ limit: 1, order: 'newest' });
  expect(items).toMatchObject([{ seq: 2 ** 32 + 1, previous: row.hash, requestId: 'next' }]);
});
