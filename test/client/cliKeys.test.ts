import type { ApiKey } from '../../contracts/apiKeys';
import { run, startApi } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(['keys', ...args], { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });
const json = (body: unknown) => `${JSON.stringify(body, null, 2)}\n`;

const apiKey: ApiKey = {
  keyId: 'key-0123456789abcdef',
  partnerId: 'contoso',
  roles: ['partnerAdmin', 'consultant'],
  name: 'booking machine',
  createdAt: '2026-01-01T08:00:00.000Z',
  createdBy: 'olga',
  expiresAt: '2026-12-31T00:00:00.000Z',
};
const secret = `psk_${'A'.repeat(43)}`;
const roles = ['--role', 'partnerAdmin', '--role', 'consultant'];
const create = ['create', '--partner', 'contoso', ...roles, '--name', 'booking machine', '--expires', '2026-12-31'];

test('a new key alone is on stdout, what it is for the person to read beside it', async () => {
  const heard = api.answers({ status: 201, body: { ...apiKey, key: secret } });
  expect(await cli(...create, '--key', 'k-1')).toStrictEqual({
    code: 0,
    stdout: `${secret}\n`,
    stderr: 'key-0123456789abcdef of contoso, partnerAdmin, consultant, until 2026-12-31 00:00 UTC.\n',
  });
  expect(heard).toMatchObject([{ line: 'POST /v1/api-keys', headers: { 'idempotency-key': 'k-1' } }]);
  expect(JSON.parse(heard[0]!.body)).toStrictEqual({
    partnerId: 'contoso',
    roles: ['partnerAdmin', 'consultant'],
    name: 'booking machine',
    expiresAt: '2026-12-31T00:00:00Z',
  });
});

test('a key that was created before is not shown again', async () => {
  api.answers({ body: apiKey });
  const { stdout, stderr } = await cli(...create, '--key', 'k-1');
  expect(stdout).toBe('');
  expect(stderr).toContain('engagements keys revoke key-0123456789abcdef, and create another');
});

test('a role that no key has sends nothing', async () => {
  const heard = api.answers({ body: apiKey });
  const { code, stderr } = await cli(...create, '--role', 'operator');
  expect([code, heard]).toStrictEqual([2, []]);
  expect(stderr).toContain('roles');
});

test('keys are listed, and say when they end', async () => {
  const revoked = { ...apiKey, revokedAt: '2026-02-01T09:30:00.000Z', revokedBy: 'olga' };
  const heard = api.answers({ body: { items: [apiKey, revoked] } });
  const { stdout } = await cli('list', '--partner', 'contoso', '--limit', '2');
  expect(heard.map(({ line }) => line)).toStrictEqual(['GET /v1/api-keys?limit=2&partnerId=contoso']);
  expect(stdout).toMatch(/^KEY .* EXPIRES +REVOKED\n.*2026-12-31 00:00 UTC +–\n.* 2026-02-01 09:30 UTC by olga\n$/);
});

test('a revoked key is told of', async () => {
  const heard = api.answers({ body: { ...apiKey, revokedAt: '2026-02-01T09:30:00.000Z', revokedBy: 'olga' } });
  expect(await cli('revoke', apiKey.keyId)).toStrictEqual({
    code: 0,
    stdout: 'key-0123456789abcdef of contoso is refused since 2026-02-01 09:30 UTC.\n',
    stderr: '',
  });
  expect(heard.map(({ line }) => line)).toStrictEqual([`DELETE /v1/api-keys/${apiKey.keyId}`]);
});

test.each([[create], [['list']], [['revoke', apiKey.keyId]]])('%j --json prints the answer', async (args) => {
  api.answers({ body: { items: [], ...apiKey } });
  expect((await cli(...args, '--json')).stdout).toBe(json({ items: [], ...apiKey }));
});
