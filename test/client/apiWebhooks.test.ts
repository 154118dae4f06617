import { createHash } from 'node:crypto';
import type { WebhookDelivery, WebhookMessage } from '../../contracts/webhooks';
import type { RecordedWebhook } from '../../records/webhooks';
import type { Tried } from '../../client/webhooks/client';
import { openRig, PARTNER, partnerAdmin } from './rig';

const url = `/v1/partners/${PARTNER.partnerId}/webhooks`;
const wanted = { url: 'https://hooks.contoso.example/planning?key=1' };
const claims = partnerAdmin(PARTNER.partnerId);
const AT = '2020-07-01T08:00:00.000Z';

const DELIVERY: WebhookDelivery = {
  webhookId: 'evt_1',
  endpointId: 'we-1',
  event: { type: 'webhook.test', timestamp: AT, data: { partnerId: PARTNER.partnerId, endpointId: 'we-1' } },
  status: 'delivered',
  attempts: 1,
  createdAt: AT,
  lastAttempt: { at: AT, responseStatus: 204 },
};

/** The API over endpoints that are kept in memory; `tried` holds what the worker was asked to send. */
async function openWebhooks(given: { tried?: Tried; allowLocalWebhooks?: boolean } = {}) {
  const { tried: outcome = { kind: 'known', delivery: DELIVERY }, allowLocalWebhooks = false } = given;
  let kept: RecordedWebhook[] = [];
  const tried: WebhookMessage[] = [];
  const shown = ({
    slot: _n,
    secrets: _s,
    rotations: _r,
    messageId: _m,
    fingerprint: _f,
    ...webhook
  }: RecordedWebhook) => webhook;
  const rig = await openRig({
    dependencies: {
      allowLocalWebhooks,
      webhooks: {
        tryOut: async (message) => {
          tried.push(message);
          return outcome;
        },
      },
    },
    records: {
      webhooks: {
        create: async (webhook) => {
          const own = kept.filter(({ partnerId }) => partnerId === webhook.partnerId);
          const before = own.find(({ messageId }) => messageId === webhook.messageId);
          if (before) return before;
          if (own.length === 5) return 'tooMany';
          kept.push({ ...webhook, slot: own.length + 1 });
          return 'created';
        },
        find: async (partnerId, endpointId) =>
          kept.find((webhook) => webhook.partnerId === partnerId && webhook.endpointId === endpointId),
        list: async (partnerId) => kept.filter((webhook) => webhook.partnerId === partnerId).map(shown),
        rotate: async ({ endpointId, secrets: [newest], rotations = [] }, { secrets, ...rotation }) => {
          if (newest?.secret === 'contended') return false;
          kept = kept.map((other) =>
            other.endpointId === endpointId ? { ...other, secrets, rotations: [...rotations, rotation] } : other,
          );
          return true;
        },
        remove: async (endpointId) => {
          kept = kept.filter((webhook) => webhook.endpointId !== endpointId);
        },
        deliveries: async () => ({ items: [DELIVERY], next: 'bmV4dA' }),
      },
    },
  });
  const post = (path: string, key: string, payload?: object, who = claims) =>
    rig.call('POST', `${url}${path}`, {
      claims: who,
      headers: { 'idempotency-key': key },
      ...(payload && { payload }),
    });
  const created = async (key = 'key-1', payload = wanted) =>
    (await post('', key, payload)).json<{ endpointId: string; secret: string }>();
  return { ...rig, kept: () => kept, tried, post, created };
}

describe('an endpoint', () => {
  test('is created with a secret of 256 bits, which is shown once', async () => {
    const { post } = await openWebhooks();
    const answer = await post('', 'key-1', wanted);
    expect([answer.statusCode, answer.headers['cache-control']]).toStrictEqual([201, 'no-store']);
    const { secret, ...webhook } = answer.json<{ secret: string }>();
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(webhook).toStrictEqual({
      endpointId: expect.stringMatching(/^we-[0-9a-f]{16}$/) as string,
      partnerId: PARTNER.partnerId,
      url: wanted.url,
      status: 'enabled',
      createdAt: expect.any(String) as string,
      createdBy: 'paula',
    });
    const again = await post('', 'key-1', wanted);
    expect([again.statusCode, again.json()]).toStrictEqual([200, webhook]);
  });

  test('is another one for another key or another tenant, and none for a key used for another address', async () => {
    const { post, kept } = await openWebhooks();
    await post('', 'key-1', wanted);
    await post('', 'key-2', wanted);
    await post('', 'key-1', wanted, { sub: 'olga', roles: ['operator'] });
    expect(kept()).toHaveLength(3);
    expect((await post('', 'key-1', { url: 'https://other.example/' })).json()).toMatchObject({
      status: 422,
      type: '/problems/idempotency-key-reused',
    });
  });

  test.each([
    ['http://hooks.contoso.example/', 'it must be https'],
    ['https://10.0.0.1/', 'its address is not on the public internet'],
    ['https://169.254.169.254/latest/meta-data/', 'its address is not on the public internet'],
    ['https://[::ffff:127.0.0.1]/', 'its address is not on the public internet'],
    ['https://us:pw@hooks.contoso.example/', 'it holds a user name or a password'],
    ['http://127.0.0.1:8080/', 'its address is not on the public internet'],
  ])('is not at %s', async (address, message) => {
    const { post, kept } = await openWebhooks();
    expect((await post('', 'key-1', { url: address })).json()).toMatchObject({
      status: 422,
      type: '/problems/address-not-allowed',
      errors: [{ pointer: '/url', message }],
    });
    expect(kept()).toStrictEqual([]);
  });

  test('is on this machine only where that is allowed', async () => {
    const { post } = await openWebhooks({ allowLocalWebhooks: true });
    expect((await post('', 'key-1', { url: 'http://127.0.0.1:8080/hook' })).statusCode).toBe(201);
    expect((await post('', 'key-2', { url: 'http://10.0.0.1/hook' })).statusCode).toBe(422);
  });

  test.each([{}, { url: 'hooks.contoso.example' }, { ...wanted, events: [] }])('is not made of %j', async (payload) => {
    const { post } = await openWebhooks();
    expect((await post('', 'key-1', payload)).json()).toMatchObject({ type: '/problems/malformed-request' });
  });

  test('is one of five at most', async () => {
    const { post } = await openWebhooks();
    for (const key of ['1', '2', '3', '4', '5']) expect((await post('', key, wanted)).statusCode).toBe(201);
    expect((await post('', '6', wanted)).json()).toMatchObject({ status: 409, type: '/problems/too-many-webhooks' });
    expect((await post('', '5', wanted)).statusCode).toBe(200);
  });

  test('is listed and deleted without its secret', async () => {
    const { call, created, kept } = await openWebhooks();
    const { secret, ...webhook } = await created();
    const list = await call('GET', url, { claims });
    expect(list.json()).toStrictEqual({ items: [webhook] });
    const deleted = await call('DELETE', `${url}/${webhook.endpointId}`, { claims });
    expect([deleted.statusCode, deleted.json()]).toStrictEqual([200, webhook]);
    expect(list.body + deleted.body).not.toContain(secret);
    expect(kept()).toStrictEqual([]);
    expect((await call('DELETE', `${url}/${webhook.endpointId}`, { claims })).statusCode).toBe(404);
  });
});

describe('a new secret', () => {
  test('is shown once; the one before it ends in 24 hours, and those before that at once', async () => {
    const { post, created, kept } = await openWebhooks();
    const { endpointId, secret } = await created();
    kept()[0]?.secrets.push({ secret: 'older', messageId: 'm-0', until: '2099-01-01T00:00:00.000Z' });
    const answer = await post(`/${endpointId}/secret`, 'key-2');
    expect([answer.statusCode, answer.headers['cache-control']]).toStrictEqual([201, 'no-store']);
    const { secret: next } = answer.json<{ secret: string }>();
    expect(next).toMatch(/^whsec_/);
    const secrets = kept()[0]?.secrets ?? [];
    expect(secrets.map((kept) => kept.secret)).toStrictEqual([next, secret]);
    const aheadMs = Date.parse(secrets[1]?.until ?? '') - Date.now();
    expect(Math.abs(aheadMs - 24 * 60 * 60 * 1_000)).toBeLessThan(60_000);
    const again = await post(`/${endpointId}/secret`, 'key-2');
    expect([again.statusCode, again.body.includes('whsec_')]).toStrictEqual([200, false]);
    expect(kept()[0]?.secrets).toStrictEqual(secrets);
  });

  test('is the only one when those before it are revoked, because somebody else may know them', async () => {
    const { post, created, kept } = await openWebhooks();
    const { endpointId, secret } = await created();
    const answer = await post(`/${endpointId}/secret`, 'key-2', { revoke: true });
    const { secret: next } = answer.json<{ secret: string }>();
    expect(kept()[0]?.secrets.map((one) => one.secret)).toStrictEqual([next]);
    expect(next).not.toBe(secret);
    expect((await post(`/${endpointId}/secret`, 'key-3', { revoke: 'yes' })).json()).toMatchObject({
      type: '/problems/malformed-request',
    });
  });

  test('is given to one caller at a time', async () => {
    const { post, created, kept } = await openWebhooks();
    const { endpointId } = await created();
    kept()[0]!.secrets = [{ secret: 'contended', messageId: 'm-0' }];
    expect((await post(`/${endpointId}/secret`, 'key-2')).json()).toMatchObject({ type: '/problems/busy' });
  });

  test('is asked for with a key that says once and for all whether the one before is revoked', async () => {
    const { post, created, kept } = await openWebhooks();
    const { endpointId } = await created();
    kept()[0]!.secrets = [{ secret: 'contended', messageId: 'm-0' }];
    await post(`/${endpointId}/secret`, 'key-2');
    kept()[0]!.secrets = [{ secret: 'of nobody else', messageId: 'm-0' }];
    expect((await post(`/${endpointId}/secret`, 'key-2', { revoke: true })).statusCode).toBe(201);
    expect((await post(`/${endpointId}/secret`, 'key-2')).json()).toMatchObject({
      type: '/problems/idempotency-key-reused',
    });
  });

  test.each([
    ['others have come', {}],
    ['it was revoked', { revoke: true }],
  ])('stays what it is when it is asked for again after %s', async (_what, later) => {
    const { post, created, kept } = await openWebhooks();
    const { endpointId } = await created();
    for (const key of ['key-2', 'key-3', 'key-4'])
      await post(`/${endpointId}/secret`, key, key === 'key-2' ? {} : later);
    const { secrets } = kept()[0]!;
    const late = await post(`/${endpointId}/secret`, 'key-2', {});
    expect([late.statusCode, late.body.includes('whsec_'), kept()[0]?.secrets]).toStrictEqual([200, false, secrets]);
  });

  test('is another one for a key that created the endpoint: keys are those of a route', async () => {
    const { post, created } = await openWebhooks();
    const { endpointId } = await created('key-1');
    expect((await post(`/${endpointId}/secret`, 'key-1')).statusCode).toBe(201);
  });
});

describe('a test', () => {
  const idOf = (endpointId: string) =>
    `evt_${createHash('sha256').update(`${endpointId} partner:contoso key-2`).digest('hex').slice(0, 32)}`;

  test('is sent by the worker, under one id for one key, and answered with what came of it', async () => {
    const { post, created, tried } = await openWebhooks();
    const { endpointId } = await created();
    const answer = await post(`/${endpointId}/test`, 'key-2');
    expect([answer.statusCode, answer.json()]).toStrictEqual([200, DELIVERY]);
    expect(tried).toStrictEqual([
      {
        webhookId: idOf(endpointId),
        endpointId,
        event: {
          type: 'webhook.test',
          timestamp: expect.any(String) as string,
          data: { partnerId: PARTNER.partnerId, endpointId },
        },
      },
    ]);
  });

  test('that takes longer is found among the deliveries', async () => {
    const { post, created } = await openWebhooks({ tried: { kind: 'pending' } });
    const { endpointId } = await created();
    const answer = await post(`/${endpointId}/test`, 'key-2');
    expect(answer.statusCode).toBe(202);
    expect(answer.headers).toMatchObject({ location: `${url}/${endpointId}/deliveries`, 'retry-after': '1' });
    expect(answer.json()).toStrictEqual({ status: 'accepted', messageId: idOf(endpointId) });
  });

  test('waits for Temporal', async () => {
    const { post, created } = await openWebhooks({ tried: { kind: 'unavailable', cause: new Error('away') } });
    const { endpointId } = await created();
    expect((await post(`/${endpointId}/test`, 'key-2')).statusCode).toBe(503);
  });
});

test('deliveries are listed page by page', async () => {
  const { call, created } = await openWebhooks();
  const { endpointId } = await created();
  const answer = await call('GET', `${url}/${endpointId}/deliveries?limit=1`, { claims });
  expect(answer.json()).toStrictEqual({ items: [DELIVERY], next: 'bmV4dA' });
  expect(answer.headers['link']).toBe(`<${url}/${endpointId}/deliveries?limit=1&after=bmV4dA>; rel="next"`);
});

test('another partner gets the same of an endpoint as of none', async () => {
  const { call, created } = await openWebhooks();
  const { endpointId } = await created();
  const stranger = { claims: partnerAdmin('fabrikam') };
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', `/${endpointId}`],
    ['POST', `/${endpointId}/secret`],
    ['POST', `/${endpointId}/test`],
    ['GET', `/${endpointId}/deliveries`],
  ] as const)
    expect((await call(method, `${url}${path}`, stranger)).json()).toMatchObject({
      status: 404,
      detail: 'there is no partner contoso',
    });
  const own = `/v1/partners/fabrikam/webhooks/${endpointId}/deliveries`;
  expect((await call('GET', own, stranger)).statusCode).toBe(404);
});
