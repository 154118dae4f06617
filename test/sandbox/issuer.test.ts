import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { createIssuer } from '../../sandbox/issuer/server';
import { listening, temporaryFolder } from './running';

const issuer = 'http://issuer.test:4020';
const audience = 'planning-services';

async function startIssuer(keysFolder?: string) {
  const folder = keysFolder ?? join(await temporaryFolder(), 'keys');
  const url = await listening(await createIssuer({ keysFolder: folder, issuer, audience }));
  const post = async (body: string, type: string) => {
    const response = await fetch(`${url}/token`, { method: 'POST', body, headers: { 'content-type': type } });
    const answer = (await response.json()) as Record<string, unknown> & { access_token: string };
    return { status: response.status, headers: response.headers, body: answer };
  };
  return {
    url,
    folder,
    get: async (path: string) => (await fetch(url + path)).json() as Promise<unknown>,
    token: (body: unknown) => post(JSON.stringify(body), 'application/json'),
    form: (fields: Record<string, string>) =>
      post(new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded'),
    verify: (token: string, options = {}) =>
      jwtVerify(token, createRemoteJWKSet(new URL(`${url}/jwks.json`)), { issuer, audience, ...options }),
  };
}

describe('a token of the dev issuer', () => {
  test('is good for twelve hours, and its claims are what was asked for', async () => {
    const running = await startIssuer();
    const { status, headers, body } = await running.token({
      role: 'partnerAdmin',
      partnerId: 'contoso',
      subject: 'ada',
    });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const { access_token: token, ...rest } = body;
    expect(rest).toStrictEqual({ token_type: 'Bearer', expires_in: 43_200 });

    const { payload, protectedHeader } = await running.verify(token);
    const { iat, nbf, exp, ...claims } = payload;
    expect(claims).toStrictEqual({
      iss: issuer,
      aud: audience,
      sub: 'ada',
      roles: ['partnerAdmin'],
      partnerId: 'contoso',
    });
    expect([nbf, exp]).toStrictEqual([iat, Number(iat) + 43_200]);
    expect(Math.abs(Number(iat) - Date.now() / 1_000)).toBeLessThan(60);
    expect(protectedHeader).toStrictEqual({ alg: 'ES256', kid: expect.any(String) as string, typ: 'JWT' });
  });

  test('may carry several roles, and has a subject even if none is given', async () => {
    const running = await startIssuer();
    const { body } = await running.token({ roles: ['operator', 'support'] });
    const { roles, sub, partnerId } = decodeJwt(body.access_token);
    expect({ roles, sub, partnerId }).toStrictEqual({
      roles: ['operator', 'support'],
      sub: 'dev-operator-support',
      partnerId: undefined,
    });
  });

  test.each<[Record<string, string>, string[]]>([
    [{ role: 'consultant', expiresIn: '60' }, ['consultant']],
    [{ roles: 'operator support', expiresIn: '60' }, ['operator', 'support']],
    [{ roles: 'operator,globalAdmin', expiresIn: '60' }, ['operator', 'globalAdmin']],
  ])('can be asked for by the form %p', async (fields, roles) => {
    const running = await startIssuer();
    const { body } = await running.form(fields);
    expect(body.expires_in).toBe(60);
    expect((await running.verify(body.access_token)).payload['roles']).toStrictEqual(roles);
  });

  test('can be made to have expired', async () => {
    const running = await startIssuer();
    const { body } = await running.token({ role: 'operator', expiresIn: -60 });
    await expect(running.verify(body.access_token)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });

  test('of another issuer is not good here', async () => {
    const [running, other] = [await startIssuer(), await startIssuer()];
    const { body } = await other.token({ role: 'operator' });
    await expect(running.verify(body.access_token)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });

  test.each<[unknown, string]>([
    [{}, 'role: give either role or roles'],
    [{ role: 'operator', roles: ['support'] }, 'role: give either role or roles'],
    [{ roles: [] }, 'roles: Too small: expected array to have >=1 items'],
    [{ role: 'operator', expiresIn: 'long' }, 'expiresIn: Invalid input: expected number, received NaN'],
    [{ role: 'operator', partnerId: '' }, 'partnerId: Too small: expected string to have >=1 characters'],
  ])('is not given for %j', async (request, description) => {
    const running = await startIssuer();
    expect(await running.token(request)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: description },
    });
  });

  test.each([{ role: 'emperor' }, { role: 'operator', tenant: 'x' }])('is not given for %j', async (request) => {
    const running = await startIssuer();
    expect(await running.token(request)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('is not given without a request', async () => {
    const running = await startIssuer();
    const response = await fetch(`${running.url}/token`, { method: 'POST' });
    expect(response.status).toBe(400);
  });
});

describe('the dev issuer', () => {
  test('says where to find its keys, and publishes nothing of the private one', async () => {
    const running = await startIssuer();
    expect(await running.get('/.well-known/openid-configuration')).toStrictEqual({
      issuer,
      jwks_uri: `${issuer}/jwks.json`,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      id_token_signing_alg_values_supported: ['ES256'],
      response_types_supported: ['code', 'token'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      subject_types_supported: ['public'],
    });
    const text = expect.any(String) as string;
    expect(await running.get('/jwks.json')).toStrictEqual({
      keys: [{ kty: 'EC', crv: 'P-256', x: text, y: text, kid: text, alg: 'ES256', use: 'sig' }],
    });
    expect(await running.get('/healthz')).toStrictEqual({ status: 'ok' });
  });

  test('keeps its key over a restart, readable by nobody else', async () => {
    const before = await startIssuer();
    const { body } = await before.token({ role: 'operator' });
    const after = await startIssuer(before.folder);
    await expect(after.verify(body.access_token)).resolves.toBeDefined();
    expect(await readdir(before.folder)).toStrictEqual(['es256.json']);
    expect((await stat(join(before.folder, 'es256.json'))).mode & 0o777).toBe(0o600);
  });

  test('started several times at once on a new folder has one key', async () => {
    const folder = join(await temporaryFolder(), 'keys');
    const running = await Promise.all(Array.from({ length: 8 }, () => startIssuer(folder)));
    const tokens = await Promise.all(running.map((each) => each.token({ role: 'operator' })));
    const kids = tokens.map(({ body }) => decodeProtectedHeader(body.access_token).kid);
    expect(new Set(kids).size).toBe(1);
    expect(await readdir(folder)).toStrictEqual(['es256.json']);
  });

  test.each(['rubbish', '{}', '{"kty":"EC","crv":"P-256"}'])('does not start on a key file with %p', async (text) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'es256.json'), text);
    await expect(startIssuer(folder)).rejects.toThrow(
      `${join(folder, 'es256.json')} is not an ES256 key; remove it and a new one is made`,
    );
  });

  test('does not start where it cannot keep a key', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'es256.json'));
    await expect(startIssuer(folder)).rejects.toThrow('EISDIR');
  });
});
