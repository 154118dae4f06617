import { createHmac } from 'node:crypto';
import {
  createLocalJWKSet,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type JWTPayload,
} from 'jose';
import { AUDIENCE, openRig, problemIn } from './rig';

/** One of the directories of a provider that serves many; the directory's id, `tid`, is part of its issuer. */
const DIRECTORY = 'https://login.example/0f1c9d1e/v2.0';

const nowS = Math.floor(Date.now() / 1_000);
const claims = { iss: DIRECTORY, aud: AUDIENCE, sub: 'eve', tid: '0f1c9d1e', roles: ['operator'], exp: nowS + 60 };

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The API, an issuer with an RSA key `k1`, and somebody else with a key of their own. */
async function openForge() {
  const issuer = await generateKeyPair('RS256', { extractable: true });
  const forger = await generateKeyPair('RS256', { extractable: true });
  const published = { ...(await exportJWK(issuer.publicKey)), kid: 'k1' };
  const rig = await openRig({
    dependencies: {
      tokens: { issuer: DIRECTORY, audience: AUDIENCE, keys: createLocalJWKSet({ keys: [published] }) },
    },
  });
  const signer =
    ({ privateKey }: typeof issuer) =>
    (changes: JWTPayload = {}, header: object = {}) =>
      new SignJWT(JSON.parse(JSON.stringify({ ...claims, ...changes })) as JWTPayload)
        .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header })
        .sign(privateKey, { crit: { 'urn:eve': true } });
  /** RSA keys can sign in more ways than one; `k1` is published without saying which. */
  const pss = async () =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'PS256', kid: 'k1' })
      .sign(await importJWK(await exportJWK(issuer.privateKey), 'PS256'));
  const say = (token: string) =>
    rig.api.inject({
      method: 'POST',
      url: '/v1/engagements/E-1/notes',
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'key-1' },
      payload: { text: 'forged' },
    });
  const forged = signer(forger);
  const publicJwk = await exportJWK(forger.publicKey);
  return { ...rig, issued: signer(issuer), pss, forged, publicJwk, publicKey: issuer.publicKey, say };
}

const elsewhere = { iss: 'https://login.example/99999999/v2.0', tid: '99999999' };

type Forge = Awaited<ReturnType<typeof openForge>>;

test('the issuer’s own token is taken', async () => {
  const { issued, say, sent } = await openForge();
  expect((await say(await issued())).statusCode).toBe(200);
  expect((await say(await issued({}, { typ: 'at+jwt' }))).statusCode).toBe(200);
  expect(sent).toHaveLength(2);
});

/** Signs with the issuer's public key as if it were a shared secret. */
async function confused({ publicKey }: Forge): Promise<string> {
  const content = `${base64url({ alg: 'HS256', kid: 'k1' })}.${base64url(claims)}`;
  return `${content}.${createHmac('sha256', await exportSPKI(publicKey))
    .update(content)
    .digest('base64url')}`;
}

/** The issuer's signature under claims that it never signed. */
async function tampered({ issued }: Forge): Promise<string> {
  const [header, , signature] = (await issued({ roles: ['consultant'] })).split('.');
  return `${header}.${base64url(claims)}.${signature}`;
}

describe.each<[string, (forge: Forge) => Promise<string> | string]>([
  ['1: without a signature', () => new UnsecuredJWT(claims).encode()],
  ['2: signed with the public key as a shared secret (HS256 for RS256)', confused],
  ['3: signed with a key of the forger’s under the issuer’s key id', ({ forged }) => forged()],
  ['4: with the forger’s key in its header (jwk)', ({ forged, publicJwk }) => forged({}, { jwk: publicJwk })],
  ['5: that names where the forger’s keys are (jku)', ({ forged }) => forged({}, { jku: 'https://eve.example/keys' })],
  ['6: that names a certificate of the forger’s (x5u)', ({ forged }) => forged({}, { x5u: 'https://eve.example/crt' })],
  ['7: whose claims were changed after it was signed', tampered],
  ['8: of another directory of the same provider (iss, tid)', ({ issued }) => issued(elsewhere)],
  ['9: for another audience', ({ issued }) => issued({ aud: 'another-service' })],
  ['10: that has expired', ({ issued }) => issued({ exp: nowS - 60 })],
  ['11: that is an ID token', ({ issued }) => issued({ nonce: 'n-1', at_hash: 'x' })],
  ['12: of another type (logout+jwt)', ({ issued }) => issued({}, { typ: 'logout+jwt' })],
  ['that never expires', ({ issued }) => issued({ exp: undefined })],
  ['that is not valid yet', ({ issued }) => issued({ nbf: nowS + 60 })],
  ['signed by the issuer in a way that is not on the list (PS256)', ({ pss }) => pss()],
  ['with a critical header nobody knows (crit)', ({ issued }) => issued({}, { crit: ['urn:eve'], 'urn:eve': true })],
])('a forged token %s', (_what, forge) => {
  test('is a 401 that tells no more, and nothing is done', async () => {
    const rig = await openForge();
    const answer = await rig.say(await forge(rig));
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="planning-services", error="invalid_token"/);
    const { detail, ...problem } = (problemIn(answer) as { problem: { detail: string } }).problem;
    expect(problem).toStrictEqual({
      type: '/problems/unauthenticated',
      title: 'No valid token',
      status: 401,
      instance: '/v1/engagements/E-1/notes',
    });
    expect(['the token is not valid here', 'the token has expired', 'this is no access token']).toContain(detail);
    expect(rig.sent).toStrictEqual([]);
  });
});
