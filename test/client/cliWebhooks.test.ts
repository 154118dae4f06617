import type { Webhook, WebhookDelivery } from '../../contracts/webhooks';
import { run, startApi } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(['webhooks', ...args], { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });
const json = (body: unknown) => `${JSON.stringify(body, null, 2)}\n`;

const webhook: Webhook = {
  endpointId: 'we-0123456789abcdef',
  partnerId: 'contoso',
  url: 'https://hooks.contoso.example/ps',
  status: 'enabled',
  createdAt: '2026-01-01T08:00:00.000Z',
  createdBy: 'pia',
};
const secret = `whsec_${'A'.repeat(43)}=`;
const at = '2026-01-02T08:00:00.000Z';
const delivery: WebhookDelivery = {
  webhookId: 'evt_1',
  endpointId: webhook.endpointId,
  event: {
    type: 'engagement.stageChanged',
    timestamp: at,
    data: { engagementId: 'E-1', partnerId: 'contoso', stage: 'reserved', version: 3, at },
  },
  status: 'delivered',
  attempts: 2,
  createdAt: at,
  lastAttempt: { at, responseStatus: 204 },
};
const endpoint = ['contoso', webhook.endpointId];
const path = '/v1/partners/contoso/webhooks';

test('a new endpoint’s secret alone is on stdout', async () => {
  const heard = api.answers({ status: 201, body: { ...webhook, secret } });
  expect(await cli('create', 'contoso', webhook.url, '--key', 'k-1')).toStrictEqual({
    code: 0,
    stdout: `${secret}\n`,
    stderr: 'we-0123456789abcdef of contoso, https://hooks.contoso.example/ps.\n',
  });
  expect(heard).toMatchObject([{ line: `POST ${path}`, headers: { 'idempotency-key': 'k-1' } }]);
  expect(JSON.parse(heard[0]!.body)).toStrictEqual({ url: webhook.url });
});

test('a secret that was shown before is not shown again', async () => {
  api.answers({ body: webhook });
  const { stdout, stderr } = await cli('create', 'contoso', webhook.url, '--key', 'k-1');
  expect(stdout).toBe('');
  expect(stderr).toContain('engagements webhooks rotate contoso we-0123456789abcdef');
});

test('what is no address sends nothing', async () => {
  const heard = api.answers({ body: webhook });
  const { code, stderr } = await cli('create', 'contoso', 'hooks.contoso.example');
  expect([code, heard]).toStrictEqual([2, []]);
  expect(stderr).toContain('url');
});

test('a new secret is asked for', async () => {
  const heard = api.answers({ status: 201, body: { ...webhook, secret } });
  expect((await cli('rotate', ...endpoint)).stdout).toBe(`${secret}\n`);
  expect(heard.map(({ line }) => line)).toStrictEqual([`POST ${path}/${webhook.endpointId}/secret`]);
});

test('a secret that somebody else may know ends at once', async () => {
  const heard = api.answers({ status: 201, body: { ...webhook, secret } });
  expect((await cli('rotate', ...endpoint, '--revoke')).stdout).toBe(`${secret}\n`);
  expect(heard.map(({ body }) => JSON.parse(body) as unknown)).toStrictEqual([{ revoke: true }]);
});

test('endpoints are listed, and say why nothing is sent', async () => {
  const disabled = { ...webhook, status: 'disabled', disabledAt: at, why: 'it answered 410 Gone' };
  const heard = api.answers({ body: { items: [webhook, disabled] } });
  const { stdout } = await cli('list', 'contoso');
  expect(heard.map(({ line }) => line)).toStrictEqual([`GET ${path}`]);
  expect(stdout).toMatch(/^ENDPOINT +URL +STATUS .*\n.* enabled .* –\n.* disabled .* it answered 410 Gone\n$/);
});

test('deliveries are listed with what, how often and what was answered', async () => {
  const { lastAttempt: _none, ...waiting } = delivery;
  const failed = { ...delivery, lastAttempt: { at, why: 'ECONNREFUSED' } };
  const tested = { ...waiting, event: { type: 'webhook.test', timestamp: at, data: {} } };
  const heard = api.answers({ body: { items: [delivery, failed, tested] } });
  const { stdout } = await cli('deliveries', ...endpoint, '--limit', '3');
  expect(heard.map(({ line }) => line)).toStrictEqual([`GET ${path}/${webhook.endpointId}/deliveries?limit=3`]);
  const [, first, second, third] = stdout.split('\n');
  expect(first).toMatch(/^2026-01-02 08:00 UTC +E-1 reserved +delivered +2 +204 +evt_1$/);
  expect(second).toContain('ECONNREFUSED');
  expect(third).toMatch(/webhook\.test .* –/);
});

test.each([
  [{ body: delivery }, 'delivered: it answered 204\n'],
  [{ body: { ...delivery, status: 'failed', lastAttempt: { at, why: 'ECONNREFUSED' } } }, 'failed: ECONNREFUSED\n'],
  [
    { status: 202, body: { status: 'accepted', messageId: 'evt_1' } },
    'Under way: engagements webhooks deliveries contoso we-0123456789abcdef\n',
  ],
])('a test tells what came of it (%#)', async (answer, stdout) => {
  const heard = api.answers(answer);
  expect(await cli('test', ...endpoint)).toStrictEqual({ code: 0, stdout, stderr: '' });
  expect(heard.map(({ line }) => line)).toStrictEqual([`POST ${path}/${webhook.endpointId}/test`]);
});

test('an endpoint is deleted', async () => {
  const heard = api.answers({ body: webhook });
  expect((await cli('delete', ...endpoint)).stdout).toBe('we-0123456789abcdef of contoso is told nothing any more.\n');
  expect(heard.map(({ line }) => line)).toStrictEqual([`DELETE ${path}/${webhook.endpointId}`]);
});

test.each([
  [['create', 'contoso', webhook.url]],
  [['list', 'contoso']],
  [['deliveries', ...endpoint]],
  [['test', ...endpoint]],
  [['rotate', ...endpoint]],
  [['delete', ...endpoint]],
])('%j --json prints the answer', async (args) => {
  api.answers({ body: { items: [], ...delivery } });
  expect((await cli(...args, '--json')).stdout).toBe(json({ items: [], ...delivery }));
});
