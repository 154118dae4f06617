import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { MongoNetworkError } from 'mongodb';
import type { RecordedApiKey } from '../../records/apiKeys';
import { openRig, PARTNER, partnerAdmin, problemIn } from './rig';

const url = '/v1/api-keys';
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const wanted = {
  partnerId: PARTNER.partnerId,
  roles: ['partnerAdmin'],
  name: 'booking machine',
  expiresAt: inDays(90),
};

/** The API over keys that are kept in memory. */
async function openKeys() {
  const kept: RecordedApiKey[] = [];
  const shown = ({ sha256: _, messageId: __, fingerprint: ___, ...key }: RecordedApiKey) => key;
  const find = (test: (key: RecordedApiKey) => boolean) => kept.find(test);
  const rig = await openRig({
    records: {
      apiKeys: {
        create: async (key) => {
          const before = find(({ messageId }) => messageId === key.messageId);
          if (!before) kept.push(key);
          return before;
        },
        bySha256: async (sha256) => {
          const found = find((key) => key.sha256 === sha256);
          return found && shown(found);
        },
        list: async ({ partnerId }) => ({
          items: kept.filter((key) => partnerId === undefined || key.partnerId === partnerId).map(shown),
        }),
        revoke: async (keyId, revocation) => {
          const found = find((key) => key.keyId === keyId);
          return found && shown(Object.assign(found, revocation));
        },
      },
    },
  });
  const create = (payload: object = wanted, idempotencyKey = 'key-1') =>
    rig.call('POST', url, { payload, headers: { 'idempotency-key': idempotencyKey } });
  const created = async (changes: object = {}) =>
    (await create({ ...wanted, ...changes }, crypto.randomUUID())).json<{ key: string; keyId: string }>();
  const withKey = (key: string, path = '/v1/engagements/E-1') =>
    rig.api.inject({ url: path, headers: { authorization: `Bearer ${key}` } });
  return { ...rig, kept, create, created, withKey };
}

describe('creating a key', () => {
  test('shows it once and keeps its SHA-256', async () => {
    const { create, kept } = await openKeys();
    const answer = await create();
    const body = answer.json<{ key: string; keyId: string }>();
    expect([answer.statusCode, answer.headers['cache-control']]).toStrictEqual([201, 'no-store']);
    expect(body).toStrictEqual({
      ...wanted,
      keyId: expect.stringMatching(/^key-[0-9a-f]{16}$/) as string,
      createdAt: expect.any(String) as string,
      createdBy: 'olga',
      key: expect.stringMatching(/^psk_[\w-]{43}$/) as string,
    });
    expect(kept[0]?.sha256).toBe(createHash('sha256').update(body.key).digest('hex'));
    expect(JSON.stringify(kept)).not.toContain(body.key);
  });

  test('again with the same Idempotency-Key is the same one, which is not shown again', async () => {
    const { create, kept } = await openKeys();
    const { key, ...first } = (await create()).json<{ key: string }>();
    const again = await create();
    expect([again.statusCode, again.json()]).toStrictEqual([200, first]);
    expect([kept.length, again.body.includes(key)]).toStrictEqual([1, false]);
  });

  test('with other content needs another Idempotency-Key', async () => {
    const { create } = await openKeys();
    await create();
    expect((await create({ ...wanted, name: 'another' })).json()).toMatchObject({
      status: 422,
      type: '/problems/idempotency-key-reused',
    });
  });

  test.each<[string, object, string]>([
    ['without an end', { expiresAt: undefined }, '/expiresAt'],
    ['that has ended', { expiresAt: inDays(-1) }, '/expiresAt'],
    ['of more than a year', { expiresAt: inDays(367) }, '/expiresAt'],
    ['of a person of the staff', { roles: ['operator'] }, '/roles/0'],
    ['without a role', { roles: [] }, '/roles'],
    ['with a role twice', { roles: ['consultant', 'consultant'] }, '/roles'],
    ['of no partner', { partnerId: undefined }, '/partnerId'],
  ])('%s is a 400', async (_what, changes, pointer) => {
    const { create, kept } = await openKeys();
    const answer = await create({ ...wanted, ...changes });
    expect(answer.json()).toMatchObject({ type: '/problems/malformed-request', errors: [{ pointer }] });
    expect(kept).toStrictEqual([]);
  });

  test('for a partner nobody knows is a 422', async () => {
    const { create } = await openKeys();
    expect((await create({ ...wanted, partnerId: 'nobody' })).json()).toMatchObject({
      status: 422,
      type: '/problems/partner-unknown',
    });
  });
});

test('keys are listed without what opens anything', async () => {
  const { call, created } = await openKeys();
  const { key, ...known } = await created();
  const answer = await call('GET', `${url}?partnerId=contoso`, { claims: { roles: ['support'] } });
  expect(answer.json()).toStrictEqual({ items: [known] });
  expect(answer.body).not.toContain(key);
});

describe('a caller with a key', () => {
  test('is its partner, in the roles of the key', async () => {
    const { api, sent, created } = await openKeys();
    const { key, keyId } = await created({ roles: ['consultant'] });
    const say = (route: string, payload: object) =>
      api.inject({
        method: 'POST',
        url: `/v1/engagements/E-1/${route}`,
        headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'm-1' },
        payload,
      });
    expect((await say('notes', { text: 'seen' })).statusCode).toBe(200);
    expect(sent[0]?.envelope.actor).toStrictEqual({
      subject: `key:${keyId}`,
      role: 'consultant',
      partnerId: 'contoso',
    });
    expect((await say('redemption', { confirmed: true })).statusCode).toBe(403);
  });

  test('sees nothing of another partner', async () => {
    const { created, withKey } = await openKeys();
    const { key } = await created({ partnerId: PARTNER.partnerId });
    expect((await withKey(key, '/v1/partners/fabrikam')).statusCode).toBe(404);
    expect((await withKey(key, '/v1/api-keys')).statusCode).toBe(403);
  });

  test('is refused from the moment it is revoked', async () => {
    const { call, created, withKey } = await openKeys();
    const { key, keyId } = await created();
    expect((await withKey(key)).statusCode).toBe(200);
    const revoked = await call('DELETE', `${url}/${keyId}`);
    expect(revoked.json()).toMatchObject({ keyId, revokedBy: 'olga', revokedAt: expect.any(String) as string });
    const refused = await withKey(key);
    expect(problemIn(refused)).toMatchObject({ status: 401, problem: { detail: 'the key has been revoked' } });
    expect(refused.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  test('is refused from the moment it expires', async () => {
    const { created, withKey, kept } = await openKeys();
    const { key } = await created();
    kept[0]!.expiresAt = new Date().toISOString();
    expect((await withKey(key)).json()).toMatchObject({ status: 401, detail: 'the key has expired' });
  });

  test('whose key is another one is refused, and nobody is asked about what is no key', async () => {
    const { withKey } = await openKeys();
    for (const key of [`psk_${'A'.repeat(43)}`, 'psk_short', `psk_${'A'.repeat(44)}`, 'psk_'])
      expect((await withKey(key)).json()).toMatchObject({ status: 401, detail: 'the key is not valid here' });
  });

  test('waits while keys cannot be looked up', async () => {
    const bySha256 = async () => {
      throw new MongoNetworkError('connection refused');
    };
    const { api } = await openRig({ records: { apiKeys: { bySha256 } } });
    const authorization = `Bearer psk_${'A'.repeat(43)}`;
    expect((await api.inject({ url: '/v1/catalogue', headers: { authorization } })).statusCode).toBe(503);
  });
});

test('revoking what there is not is a 404', async () => {
  const { call } = await openKeys();
  expect((await call('DELETE', `${url}/key-0`)).statusCode).toBe(404);
});

test.each<[string, JWTPayload]>([
  ['support', { roles: ['support'] }],
  ['a Global Admin', { ...partnerAdmin('contoso'), roles: ['globalAdmin'] }],
])('%s neither creates nor revokes keys', async (_who, claims) => {
  const { call, created } = await openKeys();
  const { keyId } = await created();
  const answers = [
    await call('POST', url, { claims, payload: wanted }),
    await call('DELETE', `${url}/${keyId}`, { claims }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toStrictEqual([403, 403]);
});
