import type { JWTPayload } from 'jose';
import { openRig, partnerAdmin, problemIn } from './rig';

const url = '/v1/engagements/E-1';
const two = { requests: 2, windowMs: 10_000 };

describe('a tenant', () => {
  test('is told what it may have, what is left, and for how long', async () => {
    const { call } = await openRig({ limits: { tenantRate: { requests: 1_000, windowMs: 10_000 } } });
    const { headers } = await call('GET', url);
    expect(headers['ratelimit-policy']).toBe('"default";q=1000;w=10');
    expect(headers['ratelimit']).toBe('"default";r=999;t=10');
  });

  test('that has had it is refused, told when to come back, and nothing is sent', async () => {
    const { call, sent } = await openRig({ limits: { tenantRate: two } });
    await call('GET', url);
    await call('GET', url);
    const answer = await call('POST', `${url}/notes`, { payload: { text: 'a' } });
    expect(problemIn(answer)).toStrictEqual({
      status: 429,
      type: 'application/problem+json',
      problem: {
        type: '/problems/quota-exceeded',
        title: 'Too many requests',
        status: 429,
        detail: 'more than 2 requests in 10 s',
        instance: `${url}/notes`,
      },
    });
    expect(answer.headers['ratelimit']).toMatch(/^"default";r=0;t=(10|[1-9])$/);
    expect(answer.headers['retry-after']).toMatch(/^(10|[1-9])$/);
    expect(sent).toStrictEqual([]);
  });

  test('is each of the staff, who share nothing', async () => {
    const { call } = await openRig({ limits: { tenantRate: two } });
    const statusFor = async (sub: string) => (await call('GET', url, { claims: { sub } })).statusCode;
    expect([await statusFor('olga'), await statusFor('olga'), await statusFor('olga')]).toStrictEqual([200, 200, 429]);
    expect(await statusFor('olle')).toBe(200);
  });

  test('takes nothing from another, nor from staff; all its callers share', async () => {
    const { call } = await openRig({ limits: { tenantRate: two } });
    const statusFor = async (claims?: JWTPayload) => (await call('GET', '/v1/catalogue', { claims })).statusCode;
    const contoso = [partnerAdmin('contoso'), { ...partnerAdmin('contoso'), sub: 'per', roles: ['consultant'] }];
    expect([await statusFor(contoso[0]), await statusFor(contoso[1]), await statusFor(contoso[0])]).toStrictEqual([
      200, 200, 429,
    ]);
    expect(await statusFor(contoso[1])).toBe(429);
    expect([await statusFor(partnerAdmin('fabrikam')), await statusFor()]).toStrictEqual([200, 200]);
  });

  test('has it anew when the window is over', async () => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    const { call } = await openRig({ limits: { tenantRate: two } });
    const statuses = async () => [await call('GET', url), await call('GET', url), await call('GET', url)];
    expect((await statuses()).map(({ statusCode }) => statusCode)).toStrictEqual([200, 200, 429]);
    clock.mockReturnValue(Date.now() + two.windowMs);
    expect((await statuses()).map(({ statusCode }) => statusCode)).toStrictEqual([200, 200, 429]);
    clock.mockRestore();
  });
});

describe('an address', () => {
  const from = (remoteAddress: string, headers = {}) => ({ url: '/problems/busy', remoteAddress, headers });

  test('is counted before anybody is asked who it is', async () => {
    const { api } = await openRig({ limits: { addressRate: two } });
    const ask = async () => (await api.inject({ url, headers: { authorization: 'Bearer nonsense' } })).statusCode;
    expect([await ask(), await ask(), await ask()]).toStrictEqual([401, 401, 429]);
  });

  test('takes nothing from another; an IPv6 network of one customer is one', async () => {
    const { api } = await openRig({ limits: { addressRate: two } });
    const ask = async (address: string) => (await api.inject(from(address))).statusCode;
    expect([await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.1')]).toStrictEqual([200, 200, 429]);
    expect(await ask('192.0.2.2')).toBe(200);
    const network = [await ask('2001:db8::1'), await ask('2001:db8::2'), await ask('2001:db8::3')];
    expect(network).toStrictEqual([200, 200, 429]);
  });

  test.each(['/healthz', '/readyz'])('is not counted at %s: a probe must not be refused for others', async (probe) => {
    const { api } = await openRig({ limits: { addressRate: two } });
    const ask = async (address: string) => (await api.inject({ url: address })).statusCode;
    const asked = [await ask('/problems/busy'), await ask('/problems/busy'), await ask('/problems/busy')];
    expect([...asked, await ask(probe)]).toStrictEqual([200, 200, 429, 200]);
  });

  test('of a proxy that is not trusted is told once, with the setting that trusts it', async () => {
    const lines: string[] = [];
    const logger = { level: 'error', stream: { write: (line: string) => void lines.push(line) } };
    const { api } = await openRig({ logger, limits: { trustedProxies: ['192.0.2.0/24', '2001:db8::1'] } });
    const through = { 'x-forwarded-for': '198.51.100.1' };
    for (const known of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1']) await api.inject(from(known, through));
    await api.inject(from('203.0.113.1'));
    expect(lines).toStrictEqual([]);
    await api.inject(from('203.0.113.1', through));
    await api.inject(from('203.0.113.2', through));
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toStrictEqual([
      'X-Forwarded-For of a peer that is not trusted: if it is your proxy, name it in TRUSTED_PROXIES',
    ]);
  });

  test('is not what X-Forwarded-For says', async () => {
    const { api } = await openRig({ limits: { addressRate: two } });
    const ask = async (client: string) =>
      (await api.inject(from('192.0.2.1', { 'x-forwarded-for': client }))).statusCode;
    expect([await ask('198.51.100.1'), await ask('198.51.100.2'), await ask('198.51.100.3')]).toStrictEqual([
      200, 200, 429,
    ]);
  });

  test('is what a trusted proxy says, and nobody else', async () => {
    const { api } = await openRig({ limits: { addressRate: two, trustedProxies: ['192.0.2.0/24'] } });
    const ask = async (address: string, client: string) =>
      (await api.inject(from(address, { 'x-forwarded-for': client }))).statusCode;
    expect([await ask('192.0.2.1', '198.51.100.1'), await ask('192.0.2.1', '198.51.100.1')]).toStrictEqual([200, 200]);
    expect(await ask('192.0.2.1', '198.51.100.1')).toBe(429);
    expect(await ask('192.0.2.1', '198.51.100.2')).toBe(200);
    const others = [await ask('203.0.113.1', '1.1.1.1'), await ask('203.0.113.1', '2.2.2.2')];
    expect([...others, await ask('203.0.113.1', '3.3.3.3')]).toStrictEqual([200, 200, 429]);
  });
});
