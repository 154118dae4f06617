import type { JWTPayload } from 'jose';
import { publishedKeys } from '../../client/api/access/tokens';
import { AUDIENCE, ISSUER, openRig, partnerAdmin, problemIn } from './rig';

const nowS = Math.floor(Date.now() / 1_000);
const url = '/v1/engagements/E-1';

const withToken = (token: string) => ({ url, headers: { authorization: `Bearer ${token}` } });

test('without a token there is a challenge and nothing else', async () => {
  const { api } = await openRig();
  const answer = await api.inject(url);
  expect(answer.headers['www-authenticate']).toBe('Bearer realm="planning-services"');
  expect(problemIn(answer)).toStrictEqual({
    status: 401,
    type: 'application/problem+json',
    problem: {
      type: '/problems/unauthenticated',
      title: 'No valid token',
      status: 401,
      detail: 'send Authorization: Bearer and a token or key',
      instance: url,
    },
  });
});

test('an expired token is told so', async () => {
  const { api, token } = await openRig();
  const answer = await api.inject(withToken(await token({ exp: nowS - 31 })));
  expect(answer.statusCode).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(
    'Bearer realm="planning-services", error="invalid_token", error_description="the token has expired"',
  );
});

test('clocks may differ by half a minute', async () => {
  const { api, token } = await openRig();
  const answers = await Promise.all(
    [{ exp: nowS - 20 }, { nbf: nowS + 20 }].map(async (claims) => api.inject(withToken(await token(claims)))),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toStrictEqual([200, 200]);
});

test.each<[string, JWTPayload]>([
  ['another issuer', { iss: 'https://elsewhere.example' }],
  ['another audience', { aud: 'something-else' }],
  ['no expiry', { exp: undefined }],
  ['no subject', { sub: undefined }],
  ['an empty subject', { sub: '' }],
  ['a subject with control characters', { sub: 'olga\n{"level":60}' }],
  ['a beginning in the future', { nbf: nowS + 300 }],
])('a token with %s is not valid here', async (_what, claims) => {
  const { api, token } = await openRig();
  const { statusCode } = await api.inject(withToken(await token(claims)));
  expect(statusCode).toBe(401);
});

test.each(['', 'not-a-token', 'a.b.c', 'Bearer', '"quoted"'])('%p is no token', async (token) => {
  const { api } = await openRig();
  expect((await api.inject(withToken(token))).statusCode).toBe(401);
});

test('an issuer that cannot be reached is our trouble, not the caller’s', async () => {
  const keys = publishedKeys('http://127.0.0.1:1/jwks.json', () => undefined);
  const { call } = await openRig({ dependencies: { tokens: { issuer: ISSUER, audience: AUDIENCE, keys } } });
  const answer = await call('GET', url);
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toBe('2');
  expect(answer.headers['www-authenticate']).toBeUndefined();
});

test.each<[string, JWTPayload, number]>([
  ['an operator', { roles: ['operator'] }, 200],
  ['support', { roles: ['support'] }, 200],
  ['a consultant of the partner', { roles: ['consultant'], partnerId: 'contoso' }, 200],
  ['a Partner Admin of another partner', partnerAdmin('fabrikam'), 404],
  ['a Partner Admin without a partner', { roles: ['partnerAdmin'] }, 404],
  ['somebody without a role', { roles: [] }, 404],
  ['somebody of the partner without a role', { roles: [], partnerId: 'contoso' }, 404],
  ['somebody with a role nobody knows', { roles: ['root'], partnerId: 'contoso' }, 404],
  ['roles that are no list', { roles: 'operator' }, 404],
])('%s reading an engagement', async (_who, claims, status) => {
  const { call } = await openRig();
  expect((await call('GET', url, { claims })).statusCode).toBe(status);
});

test('an unknown engagement and another partner’s are answered alike', async () => {
  const { call } = await openRig();
  const claims = partnerAdmin('fabrikam');
  const [foreign, unknown] = await Promise.all([
    call('GET', '/v1/engagements/E-1', { claims }),
    call('GET', '/v1/engagements/E-2', { claims }),
  ]);
  expect(foreign.body.replaceAll('E-1', 'E-2')).toBe(unknown.body);
});
