import { openedRecords } from './opened';

const opened = openedRecords();
const ended = () => opened().records.endedSessions;
const until = new Date(Date.now() + 60_000);

test('a session that was ended is known, and no other', async () => {
  await ended().end('session-1', until);
  expect([await ended().has('session-1'), await ended().has('session-2')]).toStrictEqual([true, false]);
});

test('ended again, it stays ended', async () => {
  await Promise.all(Array.from({ length: 10 }, () => ended().end('session-3', until)));
  expect(await ended().has('session-3')).toBe(true);
});

test('the database takes it away an hour after it would have been over', async () => {
  const indexes = await opened().db.collection('endedSessions').indexes();
  expect(indexes.find(({ name }) => name === 'expiry')).toMatchObject({ key: { until: 1 }, expireAfterSeconds: 3_600 });
});
