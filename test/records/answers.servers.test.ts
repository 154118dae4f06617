import { ANSWER_KEPT_S, type Answer, type AnswerName } from '../../records/answers';
import { openedRecords } from './opened';

const opened = openedRecords();
const answers = () => opened().records.answers;

let count = 0;
const named = (changes: Partial<AnswerName> = {}): AnswerName => ({
  tenant: 'partner:contoso',
  route: 'POST /v1/engagements/E-1/notes',
  key: `key-${++count}`,
  ...changes,
});
const answer: Answer = {
  fingerprint: 'a'.repeat(64),
  status: 200,
  headers: { 'content-type': 'application/json', etag: '"3"' },
  body: '{"engagementId":"E-1"}',
  about: 'engagement:E-1',
};
const now = new Date();
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

test('an answer is found as it was given', async () => {
  const name = named();
  await answers().keep(name, answer, now);
  expect(await answers().find(name, now)).toStrictEqual(answer);
});

test('the first answer stays, of 50 at once as well', async () => {
  const name = named();
  await answers().keep(name, answer, now);
  await Promise.all(Array.from({ length: 50 }, () => answers().keep(name, { ...answer, status: 409 }, now)));
  expect(await answers().find(name, now)).toStrictEqual(answer);
});

test.each<[string, Partial<AnswerName>]>([
  ['tenant', { tenant: 'staff' }],
  ['route', { route: 'POST /v1/engagements/E-2/notes' }],
  ['key', { key: 'another' }],
])('nobody finds it under another %s', async (_what, change) => {
  const name = named();
  await answers().keep(name, answer, now);
  expect(await answers().find({ ...name, ...change }, now)).toBeUndefined();
});

test('after 30 days it is not found, whenever the database takes it away', async () => {
  const name = named();
  await answers().keep(name, answer, now);
  expect(await answers().find(name, after(ANSWER_KEPT_S - 1))).toStrictEqual(answer);
  expect(await answers().find(name, after(ANSWER_KEPT_S))).toBeUndefined();
});

test('the database takes answers away after the same 30 days', async () => {
  const indexes = await opened().db.collection('idempotency').indexes();
  expect(indexes.find(({ name }) => name === 'expiry')).toMatchObject({
    key: { at: 1 },
    expireAfterSeconds: ANSWER_KEPT_S,
  });
});

test('what tells of somebody who is forgotten is forgotten, too', async () => {
  const [gone, other] = [named(), named()];
  await answers().keep(gone, { ...answer, about: 'engagement:E-7' }, now);
  await answers().keep(other, answer, now);
  await answers().forget(['engagement:E-7', 'engagement:E-8']);
  expect([await answers().find(gone, now), await answers().find(other, now)]).toStrictEqual([undefined, answer]);
});

describe('a key that is held to a content', () => {
  const [one, other] = ['a'.repeat(64), 'b'.repeat(64)];
  const holding = (name: AnswerName, fingerprint: string, by: string, at = now) =>
    answers().reserve(name, { fingerprint, by }, at);

  test('is the content’s alone, which may be sent as often as one likes; there is no answer yet', async () => {
    const name = named();
    expect(await holding(name, one, 'r-1')).toBe(true);
    expect([await holding(name, one, 'r-2'), await holding(name, other, 'r-3')]).toStrictEqual([true, false]);
    expect(await answers().find(name, now)).toStrictEqual({ fingerprint: one });
  });

  test('of 50 requests with two contents at once, those with one of them hold it', async () => {
    const name = named();
    const asked = Array.from({ length: 50 }, (_none, index) => (index % 2 === 0 ? one : other));
    const held = await Promise.all(asked.map((fingerprint, index) => holding(name, fingerprint, `r-${index}`)));
    const found = await answers().find(name, now);
    expect(held).toStrictEqual(asked.map((fingerprint) => fingerprint === found?.fingerprint));
  });

  test('is free again once everybody who holds it has given it back', async () => {
    const name = named();
    await Promise.all([holding(name, one, 'r-1'), holding(name, one, 'r-2')]);
    await answers().giveBack(name, 'r-1');
    expect(await holding(name, other, 'r-3')).toBe(false);
    await answers().giveBack(name, 'r-2');
    expect(await answers().find(name, now)).toBeUndefined();
    expect(await holding(name, other, 'r-3')).toBe(true);
  });

  test('of 50 who give it back at once one is the last', async () => {
    const name = named();
    const requests = Array.from({ length: 50 }, (_none, index) => `r-${index}`);
    await Promise.all(requests.map((by) => holding(name, one, by)));
    await Promise.all(requests.map((by) => answers().giveBack(name, by)));
    expect(await holding(name, other, 'late')).toBe(true);
  });

  test('gets the answer to its content and no other; that is nobody’s to give back', async () => {
    const name = named();
    await holding(name, one, 'r-1');
    await answers().keep(name, { ...answer, fingerprint: other }, now);
    expect(await answers().find(name, now)).toStrictEqual({ fingerprint: one });
    await answers().keep(name, answer, now);
    await answers().giveBack(name, 'r-1');
    expect(await answers().find(name, now)).toStrictEqual(answer);
    expect([await holding(name, one, 'r-2'), await holding(name, other, 'r-3')]).toStrictEqual([true, false]);
    await answers().giveBack(name, 'r-2');
    expect(await answers().find(name, now)).toStrictEqual(answer);
  });

  test('is free after 30 days, whenever the database takes it away', async () => {
    const name = named();
    await holding(name, one, 'r-1');
    expect(await holding(name, other, 'r-2', after(ANSWER_KEPT_S - 1))).toBe(false);
    expect(await holding(name, other, 'r-2', after(ANSWER_KEPT_S))).toBe(true);
    expect(await answers().find(name, after(ANSWER_KEPT_S))).toStrictEqual({ fingerprint: other });
  });
});
