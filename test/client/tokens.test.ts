import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type JWTVerifyGetKey } from 'jose';
import { principalOfToken } from '../../client/api/access/tokens';

const NOW = Date.parse('2020-07-01T08:00:00.000Z');
const [issuer, audience] = ['https://issuer.example', 'planning-services'];

/** Rules that count how often a key is asked for, which is whenever a token is verified. */
async function counting() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = jest.fn<ReturnType<JWTVerifyGetKey>, Parameters<JWTVerifyGetKey>>(
    createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }),
  );
  const signed = (subject: string, endsAtMs: number) =>
    new SignJWT({ roles: ['operator'] })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setExpirationTime(endsAtMs / 1_000)
      .sign(privateKey);
  return { rules: { issuer, audience, keys }, keys, signed };
}

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

test('a token is verified once for the requests of five seconds, and then again', async () => {
  const { rules, keys, signed } = await counting();
  const token = await signed('olga', NOW + 60_000);
  const principal = await principalOfToken(token, rules);
  jest.setSystemTime(NOW + 4_999);
  expect(await principalOfToken(token, rules)).toStrictEqual(principal);
  expect(keys).toHaveBeenCalledTimes(1);
  jest.setSystemTime(NOW + 5_000);
  expect(await principalOfToken(token, rules)).toStrictEqual(principal);
  expect(keys).toHaveBeenCalledTimes(2);
});

test('a token that ends within the five seconds ends then', async () => {
  const { rules, signed } = await counting();
  const token = await signed('olga', NOW - 28_000);
  await principalOfToken(token, rules);
  jest.setSystemTime(NOW + 1_999);
  expect(await principalOfToken(token, rules)).toMatchObject({ subject: 'olga' });
  jest.setSystemTime(NOW + 2_000);
  await expect(principalOfToken(token, rules)).rejects.toThrow('the token has expired');
});

test('what other rules found valid is verified by these', async () => {
  const [one, other] = [await counting(), await counting()];
  const token = await one.signed('olga', NOW + 60_000);
  await principalOfToken(token, one.rules);
  await expect(principalOfToken(token, other.rules)).rejects.toThrow('the token is not valid here');
});

test('what was found invalid is verified each time', async () => {
  const { rules, keys, signed } = await counting();
  const token = await signed('olga', NOW - 60_000);
  for (const calls of [1, 2]) {
    await expect(principalOfToken(token, rules)).rejects.toThrow('the token has expired');
    expect(keys).toHaveBeenCalledTimes(calls);
  }
});

test('not more than a thousand tokens are remembered', async () => {
  const { rules, keys, signed } = await counting();
  const first = await signed('first', NOW + 60_000);
  await principalOfToken(first, rules);
  for (let other = 0; other < 1_000; other += 1)
    await principalOfToken(await signed(`other-${other}`, NOW + 60_000), rules);
  const before = keys.mock.calls.length;
  await principalOfToken(first, rules);
  expect(keys.mock.calls.length).toBe(before + 1);
});
