import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InjectOptions } from 'fastify';
import { createLocalJWKSet, EncryptJWT, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { MongoNetworkError } from 'mongodb';
import { publishedKeys } from '../../client/api/access/tokens';
import { freePort } from '../../dev/servers/ports';
import type { Records } from '../../records/connect';
import { createIssuer } from '../../sandbox/issuer/server';
import { cookies, form, openPortal, SETTINGS, textOf, URL_OF_PORTAL } from './portalRig';

let folder: string;
let issuerUrl: string;
let issuer: Awaited<ReturnType<typeof createIssuer>>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-issuer-'));
  const port = await freePort();
  issuerUrl = `http://127.0.0.1:${port}`;
  issuer = await createIssuer({ keysFolder: folder, issuer: issuerUrl, audience: 'planning-services' });
  await issuer.listen({ host: '127.0.0.1', port });
});
afterAll(async () => {
  await issuer.close();
  await rm(folder, { recursive: true });
});

const open = (tokens = { issuer: issuerUrl, audience: 'planning-services' }) =>
  openPortal({
    records: { engagements: { list: async () => ({ items: [] }) } },
    dependencies: { tokens: { ...tokens, keys: publishedKeys(`${issuerUrl}/jwks.json`, () => undefined) } },
  });
type Portal = Awaited<ReturnType<typeof open>>;

const cookieIn = (answer: Awaited<ReturnType<Portal['visit']>>, name: string) =>
  answer.cookies.find((each) => each.name === name);

/** Begins at the portal and comes back from the issuer as somebody. */
async function comeBack({ api }: Portal, person: string, to = '/portal/tasks') {
  const begun = await api.inject(`/portal/sign-in/issuer?to=${encodeURIComponent(to)}`);
  const asked = new URL(begun.headers.location!);
  const body = new URLSearchParams({ ...Object.fromEntries(asked.searchParams), person });
  const chosen = await fetch(`${issuerUrl}/authorize`, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(chosen.headers.get('location')!);
  return {
    begun,
    asked,
    url: back.pathname + back.search,
    cookie: `portal-signIn=${cookieIn(begun, 'portal-signIn')?.value}`,
  };
}

test('a visitor is asked to sign in, and comes back to the page that was meant', async () => {
  const portal = await open();
  const visit = await portal.api.inject('/portal/engagements?stage=reserved');
  expect([visit.statusCode, visit.headers.location]).toStrictEqual([
    303,
    '/portal/sign-in?to=%2Fportal%2Fengagements%3Fstage%3Dreserved',
  ]);
  const page = await portal.api.inject(visit.headers.location!);
  expect(page.body).toContain('href="/portal/sign-in/issuer?to=%2Fportal%2Fengagements%3Fstage%3Dreserved"');
});

test.each([
  ['its page', `${URL_OF_PORTAL}/portal/tasks?role=operator`, '/portal/tasks?role=operator'],
  ['the board, when nobody says where it stood', undefined, '/portal'],
  ['the board, when that is no address', 'nowhere', '/portal'],
])('a form of a session that is over leads back to %s', async (_, referer, to) => {
  const portal = await open();
  const answer = await portal.api.inject({
    url: '/portal/tasks/E-1%3AvoucherMissing%3A1/claim',
    method: 'POST',
    payload: form({}).payload,
    headers: { ...form({}).headers, ...(referer && { referer }) },
  });
  expect([answer.statusCode, answer.headers.location]).toStrictEqual([
    303,
    `/portal/sign-in?to=${encodeURIComponent(to)}`,
  ]);
});

test('signing in asks the issuer for a code with PKCE, state and nonce', async () => {
  const { asked, begun } = await comeBack(await open(), 'mira.holm');
  const { state, nonce, code_challenge, ...rest } = Object.fromEntries(asked.searchParams);
  expect([state, nonce, code_challenge].map((text) => text?.length)).toStrictEqual([43, 43, 43]);
  expect(rest).toStrictEqual({
    client_id: 'portal',
    response_type: 'code',
    redirect_uri: `${URL_OF_PORTAL}/portal/callback`,
    scope: 'openid',
    code_challenge_method: 'S256',
  });
  expect(cookieIn(begun, 'portal-signIn')).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 900 });
});

test('the code becomes a session, in a cookie nobody can read', async () => {
  const portal = await open();
  const { url, cookie } = await comeBack(portal, 'mira.holm');
  const answer = await portal.api.inject({ url, headers: { cookie } });
  expect([answer.statusCode, answer.headers.location]).toStrictEqual([303, '/portal/tasks']);
  const session = cookieIn(answer, 'portal-session')!;
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  // As long as the token, which began a moment ago.
  expect(session.maxAge).toBeGreaterThan(43_100);
  expect(session.value.split('.')).toHaveLength(5);
  const page = await portal.api.inject({ url: '/portal', headers: { cookie: `portal-session=${session.value}` } });
  expect(textOf(page.body)).toContain('mira.holm Partner admin · contoso-services Sign out');
});

test('a code is good once', async () => {
  const portal = await open();
  const { url, cookie } = await comeBack(portal, 'mira.holm');
  await portal.api.inject({ url, headers: { cookie } });
  const again = await portal.api.inject({ url, headers: { cookie } });
  expect([again.statusCode, cookieIn(again, 'portal-session')]).toStrictEqual([400, undefined]);
  expect(textOf(again.body)).toContain('The service you sign in with did not confirm it.');
});

test.each([
  ['without the cookie of its beginning', async (url: string) => ({ url })],
  ['with a foreign one', async (url: string) => ({ url, headers: { cookie: 'portal-signIn=a.b.c.d.e' } })],
  [
    'with a session in its place',
    async (url: string) => ({
      url,
      headers: { cookie: `portal-signIn=${await cookies.seal('session', { token: 'x' }, 60)}` },
    }),
  ],
  [
    'with the state of another',
    async (url: string, cookie: string) => ({ url: url.replace(/state=[^&]+/, 'state=other'), headers: { cookie } }),
  ],
])('coming back %s signs nobody in', async (_, changed) => {
  const portal = await open();
  const { url, cookie } = await comeBack(portal, 'mira.holm');
  const answer = await portal.api.inject(await changed(url, cookie));
  expect([answer.statusCode, cookieIn(answer, 'portal-session')]).toStrictEqual([400, undefined]);
});

test('a token that the API would not take is no session', async () => {
  const portal = await open({ issuer: issuerUrl, audience: 'another' });
  const { url, cookie } = await comeBack(portal, 'mira.holm');
  const answer = await portal.api.inject({ url, headers: { cookie } });
  expect([answer.statusCode, cookieIn(answer, 'portal-session')]).toStrictEqual([400, undefined]);
});

test.each(['//evil.example', 'https://evil.example', '/v1/tasks', '/portal/../v1', '/portal/sign-in', '/portal\\evil'])(
  'nobody is sent on to %s',
  async (to) => {
    const portal = await open();
    const { url, cookie } = await comeBack(portal, 'mira.holm', to);
    const { location } = (await portal.api.inject({ url, headers: { cookie } })).headers;
    expect(location).toBe('/portal');
  },
);

test('while the issuer’s keys cannot be had, coming back is a 503 that says so', async () => {
  const portal = await openPortal({
    dependencies: {
      tokens: {
        issuer: issuerUrl,
        audience: 'planning-services',
        keys: publishedKeys('http://127.0.0.1:9/jwks.json', () => undefined),
      },
    },
  });
  const { url, cookie } = await comeBack(portal, 'mira.holm');
  const answer = await portal.api.inject({ url, headers: { cookie } });
  expect([answer.statusCode, cookieIn(answer, 'portal-session')]).toStrictEqual([503, undefined]);
});

test('a token that no browser would keep is a fault of this service, and its log says which', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
  const lines: string[] = [];
  const portal = await openPortal({
    logger: { stream: { write: (line: string) => void lines.push(line) } },
    dependencies: { tokens: { issuer: issuerUrl, audience: 'planning-services', keys } },
  });
  const { url, cookie } = await comeBack(portal, 'mira.holm');
  const long = await new SignJWT({ roles: ['operator'], groups: 'g'.repeat(3_000) })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(issuerUrl)
    .setAudience('planning-services')
    .setSubject('mira.holm')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
  const ask = globalThis.fetch;
  const asked = jest.spyOn(globalThis, 'fetch').mockImplementation(async (...request) => {
    const answer = await ask(...request);
    const body = (await answer.json()) as object;
    return Response.json('access_token' in body ? { ...body, access_token: long } : body);
  });
  try {
    const answer = await portal.api.inject({ url, headers: { cookie } });
    expect([answer.statusCode, cookieIn(answer, 'portal-session')]).toStrictEqual([500, undefined]);
    expect(lines.join('')).toMatch(/access token is too long for a cookie: \d{4} bytes/);
  } finally {
    asked.mockRestore();
  }
});

test('while the issuer is away, signing in is a 503 that says so', async () => {
  const portal = await openPortal({
    dependencies: {
      portal: SETTINGS,
      tokens: { issuer: 'http://127.0.0.1:9', audience: 'x', keys: async () => Promise.reject(new Error('away')) },
    },
  });
  const answer = await portal.api.inject('/portal/sign-in/issuer');
  expect([answer.statusCode, answer.headers['retry-after']]).toStrictEqual([503, '2']);
  expect(textOf(answer.body)).toContain('Not available at the moment');
});

describe('signing out', () => {
  const signedIn = async (endedSessions: Partial<Records['endedSessions']>) => {
    const { api, token } = await openPortal({
      records: { endedSessions, engagements: { list: async () => ({ items: [] }) } },
    });
    const given = { token: await token() };
    const session = async () => {
      const cookie = `portal-session=${await cookies.seal('session', given, 3_600)}`;
      const send = (request: InjectOptions) => api.inject({ ...request, headers: { ...request.headers, cookie } });
      return {
        signOut: () => send({ url: '/portal/sign-out', method: 'POST', ...form({}) }),
        look: () => send({ url: '/portal' }),
      };
    };
    return { ...(await session()), again: session };
  };
  const keeping = () => {
    const ended = new Map<string, Date>();
    const end = async (id: string, until: Date) => void ended.set(id, until);
    return { ended, end, has: async (id: string) => ended.has(id) };
  };
  const away = async () => {
    throw new MongoNetworkError('connection closed');
  };

  test('ends the session, whoever has a copy of its cookie', async () => {
    const { ended, ...endedSessions } = keeping();
    const { signOut, look } = await signedIn(endedSessions);
    expect((await look()).statusCode).toBe(200);
    const answer = await signOut();
    expect(answer.statusCode).toBe(200);
    expect(cookieIn(answer, 'portal-session')).toMatchObject({ value: '', expires: new Date(0) });
    const copied = await look();
    expect([copied.statusCode, copied.headers.location]).toStrictEqual([303, '/portal/sign-in?to=%2Fportal']);
    const [until] = ended.values();
    expect(Math.abs(until!.getTime() - Date.now() - 3_600_000)).toBeLessThan(60_000);
  });

  test('leaves the next session as it is, with the same token too', async () => {
    const { signOut, again } = await signedIn(keeping());
    await signOut();
    expect((await (await again()).look()).statusCode).toBe(200);
  });

  test('needs a session that can be ended: one without an id is none', async () => {
    const { api, token } = await openPortal();
    const nameless = await new EncryptJWT({ token: await token() })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience('session')
      .setExpirationTime('1h')
      .encrypt(SETTINGS.sessionKey);
    const answer = await api.inject({ url: '/portal', headers: { cookie: `portal-session=${nameless}` } });
    expect([answer.statusCode, answer.headers.location]).toStrictEqual([303, '/portal/sign-in?to=%2Fportal']);
  });

  test('without a session is no fault', async () => {
    const { api } = await openPortal();
    expect((await api.inject({ url: '/portal/sign-out', method: 'POST', ...form({}) })).statusCode).toBe(200);
  });

  test('that cannot be recorded is a 503 that says so, and leaves the cookie to try again', async () => {
    const { signOut } = await signedIn({ end: away });
    const answer = await signOut();
    expect([answer.statusCode, answer.cookies]).toStrictEqual([503, []]);
    expect(textOf(answer.body)).toContain('Not available at the moment');
  });

  test('is asked after on every page: while nobody can tell, no page is shown', async () => {
    const { look } = await signedIn({ has: away });
    expect((await look()).statusCode).toBe(503);
  });
});
