import { randomUUID } from 'node:crypto';
import type { RecordedApiKey } from '../../records/apiKeys';
import { openedRecords } from './opened';
import { AT } from './samples';

const opened = openedRecords();
const apiKeys = () => opened().records.apiKeys;

const digit = (of: number) => of.toString(16).padStart(64, '0');

let count = 0;
function recorded(changes: Partial<RecordedApiKey> = {}): RecordedApiKey {
  count += 1;
  return {
    keyId: `key-${count}`,
    partnerId: 'contoso',
    roles: ['partnerAdmin'],
    name: 'booking machine',
    createdAt: AT,
    createdBy: 'olga',
    expiresAt: '2021-07-01T00:00:00.000Z',
    sha256: digit(count),
    messageId: randomUUID(),
    fingerprint: 'f',
    ...changes,
  };
}

const shown = ({ sha256: _, messageId: __, fingerprint: ___, ...key }: RecordedApiKey) => key;

async function created(changes: Partial<RecordedApiKey> = {}): Promise<RecordedApiKey> {
  const key = recorded(changes);
  expect(await apiKeys().create(key)).toBeUndefined();
  return key;
}

test('a key is found by its digest, without it', async () => {
  const key = await created();
  expect(await apiKeys().bySha256(key.sha256)).toStrictEqual(shown(key));
  expect(await apiKeys().bySha256(digit(4_711))).toBeUndefined();
});

test('one message creates one key, however often and at once it comes', async () => {
  const messageId = randomUUID();
  const keys = Array.from({ length: 20 }, () => recorded({ messageId, partnerId: 'of-one-message' }));
  const answers = await Promise.all(keys.map((key) => apiKeys().create(key)));
  const { items } = await apiKeys().list({ partnerId: 'of-one-message', limit: 100 });
  expect(items).toHaveLength(1);
  expect(answers.filter((before) => before === undefined)).toHaveLength(1);
  for (const before of answers.filter((each) => each !== undefined)) expect(shown(before)).toStrictEqual(items[0]);
});

test('an id that is taken is no answer to another message', async () => {
  const { keyId } = await created();
  await expect(apiKeys().create(recorded({ keyId }))).rejects.toThrow(`${keyId} is taken`);
});

test('keys are listed page by page, one partner’s or all', async () => {
  const mine = [await created({ partnerId: 'listed' }), await created({ partnerId: 'listed' })];
  const ids = mine.map(({ keyId }) => keyId).sort();
  const first = await apiKeys().list({ partnerId: 'listed', limit: 1 });
  const second = await apiKeys().list({ partnerId: 'listed', limit: 1, after: first.next });
  expect([first, second].map(({ items }) => items.map(({ keyId }) => keyId))).toStrictEqual(ids.map((id) => [id]));
  expect(second.next).toBeUndefined();
  const all = await apiKeys().list({ limit: 100 });
  expect(all.items.map(({ keyId }) => keyId)).toStrictEqual(expect.arrayContaining(ids));
});

test('who revoked a key first stays on record, and the key too', async () => {
  const key = await created();
  const revoked = { ...shown(key), revokedAt: AT, revokedBy: 'olga' };
  expect(await apiKeys().revoke(key.keyId, { revokedAt: AT, revokedBy: 'olga' })).toStrictEqual(revoked);
  expect(await apiKeys().revoke(key.keyId, { revokedAt: AT, revokedBy: 'otto' })).toStrictEqual(revoked);
  expect(await apiKeys().bySha256(key.sha256)).toStrictEqual(revoked);
  expect(await apiKeys().revoke('key-nobody', { revokedAt: AT, revokedBy: 'olga' })).toBeUndefined();
});

test('two keys never have one digest', async () => {
  const { sha256 } = await created();
  await expect(apiKeys().create(recorded({ sha256 }))).rejects.toThrow('is taken');
});
