import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createIssuer } from '../../sandbox/issuer/server';
import { listening, temporaryFolder } from './running';

const issuer = 'http://issuer.test:4020';
const verifier = 'a-verifier-of-at-least-forty-three-characters';
const redirect_uri = 'http://127.0.0.1:4000/portal/callback';
const asked = {
  response_type: 'code',
  client_id: 'portal',
  redirect_uri,
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
  state: 'state-1',
  nonce: 'nonce-1',
};

async function start() {
  const keysFolder = join(await temporaryFolder(), 'keys');
  const url = await listening(await createIssuer({ keysFolder, issuer, audience: 'planning-services' }));
  const post = (path: string, fields: object) =>
    fetch(url + path, {
      method: 'POST',
      body: new URLSearchParams(fields as Record<string, string>),
      redirect: 'manual',
    });
  const choose = async (fields: object) => new URL((await post('/authorize', fields)).headers.get('location')!);
  const redeem = async (fields: object) => {
    const answer = await post('/token', {
      grant_type: 'authorization_code',
      client_id: 'portal',
      redirect_uri,
      code_verifier: verifier,
      ...fields,
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const verify = (token: string, audience: string) =>
    jwtVerify(token, createRemoteJWKSet(new URL(`${url}/jwks.json`)), { issuer, audience });
  return { url, post, choose, redeem, verify };
}

test('whoever signs in chooses whom to be, and comes back with a code', async () => {
  const { url, choose } = await start();
  const page = await (await fetch(`${url}/authorize?${new URLSearchParams(asked).toString()}`)).text();
  expect(page).toContain('<button name="person" value="mira.holm">');
  expect(page).toContain('<input type="hidden" name="state" value="state-1"/>');
  const back = await choose({ ...asked, person: 'mira.holm' });
  expect(back.origin + back.pathname).toBe(redirect_uri);
  expect(Object.fromEntries(back.searchParams)).toStrictEqual({
    code: expect.stringMatching(/^[\w-]{32}$/) as string,
    state: 'state-1',
    iss: issuer,
  });
});

test('a code becomes an access token for the API and an ID token for the client', async () => {
  const { choose, redeem, verify } = await start();
  const code = (await choose({ ...asked, person: 'mira.holm' })).searchParams.get('code');
  const { status, body } = await redeem({ code });
  expect([status, body.token_type, body.expires_in]).toStrictEqual([200, 'Bearer', 43_200]);
  expect((await verify(body.access_token!, 'planning-services')).payload).toMatchObject({
    sub: 'mira.holm',
    roles: ['partnerAdmin'],
    partnerId: 'contoso-services',
  });
  expect((await verify(body.id_token!, 'portal')).payload).toMatchObject({ sub: 'mira.holm', nonce: 'nonce-1' });
});

test('somebody else may be named, too', async () => {
  const { choose, redeem, verify } = await start();
  const who = { subject: 'nina', role: 'operator', partnerId: '' };
  const code = (await choose({ ...asked, ...who })).searchParams.get('code');
  const { body } = await redeem({ code });
  const { sub, roles, partnerId } = (await verify(body.access_token!, 'planning-services')).payload;
  expect({ sub, roles, partnerId }).toStrictEqual({ sub: 'nina', roles: ['operator'], partnerId: undefined });
});

test.each([
  ['another verifier', { code_verifier: 'b'.repeat(43) }],
  ['another client', { client_id: 'other' }],
  ['another address to come back to', { redirect_uri: 'http://127.0.0.1:1/' }],
  ['another code', { code: 'other' }],
])('a code is good for nothing with %s', async (_, change) => {
  const { choose, redeem } = await start();
  const code = (await choose({ ...asked, person: 'mira.holm' })).searchParams.get('code');
  expect(await redeem({ code, ...change })).toStrictEqual({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'the code is good for none' },
  });
});

test('a code is good once', async () => {
  const { choose, redeem } = await start();
  const code = (await choose({ ...asked, person: 'mira.holm' })).searchParams.get('code');
  expect([(await redeem({ code })).status, (await redeem({ code })).status]).toStrictEqual([200, 400]);
});

test.each([
  ['without PKCE', { code_challenge: '' }],
  ['to be sent to another machine', { redirect_uri: 'https://evil.example/' }],
  ['for a token at once', { response_type: 'token' }],
])('nobody may ask %s', async (_, change) => {
  const { url, post } = await start();
  const all = { ...asked, ...change };
  expect((await fetch(`${url}/authorize?${new URLSearchParams(all).toString()}`)).status).toBe(400);
  expect((await post('/authorize', { ...all, person: 'mira.holm' })).status).toBe(400);
});

test('nobody is somebody unknown without a name', async () => {
  const { post } = await start();
  expect((await post('/authorize', { ...asked, person: 'nobody' })).status).toBe(400);
});
