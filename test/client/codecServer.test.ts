import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import type { Rate } from '../../client/api/limits/limits';
import { createCodecServer } from '../../client/codecServer/server';
import { createKeyRing } from '../../codec/keyRing';
import { seal, textOf, unseal } from '../../codec/seal';

const UI = 'https://temporal.contoso.example';
const nowS = Math.floor(Date.now() / 1_000);
const ISSUER = 'https://issuer.example';
const key = { id: '2026-07', secret: randomBytes(32) };
const ring = createKeyRing([key]);
const stranger = createKeyRing([{ id: '2099', secret: randomBytes(32) }]);

const json = (value: unknown) => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});
const note = json({ text: 'call Vera' });
const sealed = seal(note, ring, { workflowId: 'engagement:e-1' });

interface OnTheWire {
  metadata: Record<string, string>;
  data: string;
}
const toWire = ({ metadata, data }: { metadata?: object | null; data?: Uint8Array | null }): OnTheWire => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value as Uint8Array).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});
const fromWire = ({ metadata, data }: OnTheWire) => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
  data: Buffer.from(data, 'base64'),
});

async function open({ isTokenInPath = false, readerRate }: { isTokenInPath?: boolean; readerRate?: Rate } = {}) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
  const log = new PassThrough();
  const server = await createCodecServer({
    ring,
    tokens: { issuer: ISSUER, audience: 'planning-services', keys },
    uiOrigins: [UI],
    isTokenInPath,
    readerRate,
    logger: { level: 'info', stream: log },
  });
  const token = (claims: JWTPayload = {}) =>
    new SignJWT({ iss: ISSUER, aud: 'planning-services', sub: 'sven', roles: ['support'], exp: nowS + 60, ...claims })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
  const post = async (url: string, payloads: unknown, bearer?: string, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url,
      headers: { ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }), ...headers },
      payload: { payloads } as object,
    });
  const told = () => {
    const text = (log.read() as Buffer | null)?.toString() ?? '';
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { server, token, post, told };
}

describe('support staff and operators', () => {
  test.each(['support', 'operator'])(
    'in the role %s read what is encrypted, and it is noted who read what',
    async (role) => {
      const { token, post, told } = await open();
      const answer = await post('/decode', [toWire(sealed), toWire(note)], await token({ roles: [role] }));
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toStrictEqual({ payloads: [toWire(note), toWire(note)] });
      expect(told()).toMatchObject([
        {
          subject: 'sven',
          roles: [role],
          asked: 'decode',
          payloads: 2,
          unreadable: 0,
          workflowsInAll: 1,
          workflows: ['engagement:e-1'],
        },
      ]);
    },
  );

  test('see the rest when one payload cannot be read', async () => {
    const { token, post, told } = await open();
    const lost = seal(note, stranger, { workflowId: 'engagement:e-2' });
    const answer = await post('/decode', [toWire(lost), toWire(sealed)], await token());
    expect(answer.json()).toStrictEqual({ payloads: [toWire(lost), toWire(note)] });
    expect(told()).toMatchObject([{ unreadable: 1, workflows: ['engagement:e-1'] }]);
  });

  test('of many workflows at once are noted with all of them', async () => {
    const { token, post, told } = await open();
    const ids = Array.from({ length: 45 }, (_, index) => `engagement:e-${index}`);
    const none = seal(note, ring, { workflowId: '' });
    const payloads = [none, ...ids.map((workflowId) => seal(note, ring, { workflowId }))].map(toWire);
    expect((await post('/decode', payloads, await token())).statusCode).toBe(200);
    const lines = told();
    expect(lines.map(({ workflows }) => (workflows as string[]).length)).toStrictEqual([20, 20, 5]);
    expect(lines.flatMap(({ workflows }) => workflows)).toStrictEqual(ids);
    for (const line of lines)
      expect(line).toMatchObject({ subject: 'sven', asked: 'decode', payloads: 46, unreadable: 0, workflowsInAll: 45 });
    expect(new Set(lines.map(({ reqId }) => reqId)).size).toBe(1);
  });

  test('have at most a thousand payloads in a request', async () => {
    const { token, post, told } = await open();
    const most = Array.from({ length: 1_000 }, () => toWire(note));
    expect((await post('/decode', most, await token())).statusCode).toBe(200);
    expect(told()).toMatchObject([{ payloads: 1_000 }]);
    for (const url of ['/decode', '/encode']) {
      const { statusCode, body } = await post(url, [...most, toWire(sealed)], await token());
      expect(statusCode).toBe(400);
      expect(body).toContain('at most 1000 of them');
      expect(told()).toMatchObject([{ subject: 'sven', msg: 'refused' }]);
    }
  });

  test('have so many requests in a time, each of them, and who has had them is refused and noted', async () => {
    const { token, post, told } = await open({ readerRate: { requests: 2, windowMs: 60_000 } });
    const statusFor = async (sub: string, url: string) => (await post(url, [], await token({ sub }))).statusCode;
    expect(await statusFor('sven', '/decode')).toBe(200);
    expect(await statusFor('sven', '/encode')).toBe(200);
    told();
    expect(await statusFor('sven', '/decode')).toBe(429);
    expect(told()).toMatchObject([{ subject: 'sven', reason: 'more than 2 requests in 60 s', msg: 'refused' }]);
    expect(await statusFor('olga', '/decode')).toBe(200);
  });

  test('have what they type encrypted, by hand and for no workflow', async () => {
    const { token, post, told } = await open();
    const answer = await post('/encode', [toWire(note)], await token());
    const [encrypted] = answer.json<{ payloads: OnTheWire[] }>().payloads.map(fromWire);
    expect(textOf(encrypted!.metadata['hand'])).toBe('true');
    expect(encrypted!.metadata).not.toHaveProperty('workflow-id');
    expect(unseal(encrypted!, ring)).toMatchObject({ binding: 'hand' });
    expect(told()).toMatchObject([{ subject: 'sven', asked: 'encode', payloads: 1 }]);
  });
});

describe('everybody else', () => {
  const cases: [who: string, claims: JWTPayload | undefined, status: number][] = [
    ['without a token', undefined, 401],
    ['with an expired token', { exp: 1 }, 401],
    ['with a token for something else', { aud: 'something-else' }, 401],
    ['with a token of another issuer', { iss: 'https://elsewhere.example' }, 401],
    ['without a role', { roles: [] }, 403],
    ['of a partner', { roles: ['globalAdmin', 'partnerAdmin', 'consultant'], partnerId: 'contoso' }, 403],
  ];

  test.each(cases)('%s is refused, and that is noted', async (_, claims, status) => {
    const { token, post, told } = await open();
    for (const url of ['/decode', '/encode']) {
      const bearer = claims === undefined ? undefined : await token(claims);
      const answer = await post(url, [toWire(sealed)], bearer);
      expect({ status: answer.statusCode, told: told().length }).toStrictEqual({ status, told: 1 });
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.body).not.toContain('Vera');
    }
  });

  test('a key of a partner’s machine is no token', async () => {
    const { post } = await open();
    expect((await post('/decode', [toWire(sealed)], 'psk_0123456789')).statusCode).toBe(401);
  });
});

describe('browsers', () => {
  const preflight = { method: 'OPTIONS', url: '/decode' } as const;
  const asked = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,x-namespace',
  };

  test('on a page of the Temporal UI may ask, with its headers', async () => {
    const { server, post, token } = await open();
    const { statusCode, headers } = await server.inject({ ...preflight, headers: { origin: UI, ...asked } });
    expect(statusCode).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': UI,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization, content-type, x-namespace',
      vary: 'Origin',
    });
    const answer = await post('/decode', [toWire(sealed)], await token(), { origin: UI, 'x-namespace': 'default' });
    expect(answer.headers['access-control-allow-origin']).toBe(UI);
    expect(answer.headers['cache-control']).toBe('no-store');
    // A browser reads why it was refused, too.
    expect((await post('/decode', [], undefined, { origin: UI })).headers['access-control-allow-origin']).toBe(UI);
  });

  test.each(['https://evil.example', `${UI}.evil.example`, 'http://temporal.contoso.example', 'null'])(
    'on a page of %s may not',
    async (origin) => {
      const { server, post, token } = await open();
      const answers = [
        await server.inject({ ...preflight, headers: { origin, ...asked } }),
        await post('/decode', [toWire(sealed)], await token(), { origin }),
      ];
      for (const { headers } of answers)
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toStrictEqual([]);
    },
  );
});

describe('a token in the path', () => {
  test('is for a UI of this machine that nobody logs in to', async () => {
    const { token, post } = await open({ isTokenInPath: true });
    const answer = await post(`/${await token()}/decode`, [toWire(sealed)]);
    expect(answer.json()).toStrictEqual({ payloads: [toWire(note)] });
    expect((await post(`/${await token({ roles: [] })}/decode`, [])).statusCode).toBe(403);
    expect((await post('/decode', [])).statusCode).toBe(401);
  });

  test('is nowhere else, and never in a log', async () => {
    const { token, post, told } = await open();
    const secret = await token();
    expect((await post(`/${secret}/decode`, [toWire(sealed)])).statusCode).toBe(404);
    expect(JSON.stringify(told())).not.toContain(secret);
  });
});

test('who has nothing to encrypt may say nothing', async () => {
  const { token, post } = await open();
  expect((await post('/encode', undefined, await token())).json()).toStrictEqual({ payloads: [] });
});

test.each([
  ['null', null],
  ['bytes that are no base64', [{ metadata: { encoding: '***' } }]],
  ['a text', 'hello'],
])('%s are refused', async (_, payloads) => {
  const { token, post, told } = await open();
  const { statusCode } = await post('/decode', payloads, await token());
  expect(statusCode).toBe(400);
  expect(told()).toMatchObject([{ subject: 'sven', msg: 'refused' }]);
});

test('what is no JSON is refused, and not quoted in the log', async () => {
  const { server, token, told } = await open();
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
  const answer = await server.inject({ method: 'POST', url: '/decode', headers, payload: 'Vera' });
  expect(answer.statusCode).toBe(400);
  const lines = told();
  expect(lines).toMatchObject([{ subject: 'sven', reason: 'FST_ERR_CTP_INVALID_JSON_BODY', msg: 'refused' }]);
  expect(JSON.stringify(lines)).not.toContain('Vera');
});

test('more than 8 MB are too large', async () => {
  const { server, token } = await open();
  const headers = {
    authorization: `Bearer ${await token()}`,
    'content-type': 'application/json',
    'content-length': String(9 * 1024 * 1024),
  };
  const answer = await server.inject({ method: 'POST', url: '/decode', headers, payload: '{}' });
  expect(answer.json()).toMatchObject({ status: 413, detail: 'the body has more than 8 MB' });
});

test('whoever watches over processes asks whether it lives', async () => {
  const { server } = await open();
  expect((await server.inject('/healthz')).json()).toStrictEqual({ status: 'ok' });
});
