import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { publishedKeys } from '../../client/api/access/tokens';
import { AUDIENCE, ISSUER, openRig } from './rig';

/** Everything but the clock runs as ever. */
const CLOCK_ALONE = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

const cleanUp: (() => unknown)[] = [];
beforeEach(() => void jest.useFakeTimers({ doNotFake: [...CLOCK_ALONE] }));
afterEach(async () => {
  jest.useRealTimers();
  for (const each of cleanUp.splice(0)) await each();
});

const passSeconds = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1_000);

/** The API, and an issuer that publishes the keys it is told to; `asked` counts who fetched them. */
async function openIssuer() {
  let published: JWK[] = [];
  let asked = 0;
  let isAway = false;
  const told: unknown[] = [];
  const server = createServer((_request, response) => {
    asked += 1;
    if (isAway) return void response.writeHead(503).end();
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  cleanUp.push(stop);
  const keys = publishedKeys(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`, (why) =>
    told.push(why),
  );
  const { api } = await openRig({ dependencies: { tokens: { issuer: ISSUER, audience: AUDIENCE, keys } } });

  /** A key, and what is answered to a token of an hour signed with it. */
  async function key(kid: string) {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
    const use = async () => {
      const token = await new SignJWT({ roles: ['operator'] })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject('olga')
        .setExpirationTime(Math.floor(Date.now() / 1_000) + 3_600)
        .sign(privateKey);
      return (await api.inject({ url: '/v1/catalogue', headers: { authorization: `Bearer ${token}` } })).statusCode;
    };
    return { jwk, use };
  }
  return {
    key,
    stop,
    asked: () => asked,
    told: () => told.length,
    away: (is: boolean) => (isAway = is),
    publish: (...all: { jwk: JWK }[]) => (published = all.map(({ jwk }) => jwk)),
  };
}

test('a new key of the issuer is taken up without a restart, and the old one stays until it is withdrawn', async () => {
  const { key, publish, asked } = await openIssuer();
  const [old, next] = [await key('old'), await key('next')];
  publish(old);
  expect(await old.use()).toBe(200);
  publish(old, next);
  passSeconds(11);
  expect([await next.use(), await old.use(), asked()]).toStrictEqual([200, 200, 2]);
});

test('a withdrawn key is refused as soon as the keys are fetched again, after ten minutes at the latest', async () => {
  const { key, publish } = await openIssuer();
  const [old, next] = [await key('old'), await key('next')];
  publish(old);
  expect(await old.use()).toBe(200);
  publish(next);
  passSeconds(601);
  expect([await old.use(), await next.use()]).toStrictEqual([401, 200]);
});

test('tokens that name unknown keys do not make us ask the issuer more than once in ten seconds', async () => {
  const { key, publish, asked } = await openIssuer();
  const known = await key('known');
  publish(known);
  const strangers = await Promise.all(Array.from({ length: 50 }, (_, number) => key(`stranger-${number}`)));
  expect(await known.use()).toBe(200);
  const answers = await Promise.all(strangers.map(({ use }) => use()));
  expect(answers).toStrictEqual(strangers.map(() => 401));
  expect([await known.use(), asked()]).toStrictEqual([200, 1]);
});

const HOUR_S = 3_600;

describe('while the issuer is away', () => {
  test('its last keys hold for 24 hours since they were fetched, then nobody is let in', async () => {
    const { key, publish, stop, told } = await openIssuer();
    const known = await key('known');
    publish(known);
    expect(await known.use()).toBe(200);
    await stop();
    passSeconds(590);
    expect([await known.use(), told()]).toStrictEqual([200, 0]);
    passSeconds(20);
    expect([await known.use(), told()]).toStrictEqual([200, 1]);
    passSeconds(24 * HOUR_S - 610 - 1);
    expect([await known.use(), told()]).toStrictEqual([200, 2]);
    passSeconds(2);
    expect(await known.use()).toBe(503);
  });

  test('it is asked again every ten seconds, and said so as often', async () => {
    const { key, publish, away, asked, told } = await openIssuer();
    const known = await key('known');
    publish(known);
    await known.use();
    away(true);
    passSeconds(HOUR_S);
    expect([await known.use(), await known.use(), asked(), told()]).toStrictEqual([200, 200, 2, 1]);
    passSeconds(11);
    expect([await known.use(), asked(), told()]).toStrictEqual([200, 3, 2]);
  });

  test('a key it has not published before is neither known nor refused', async () => {
    const { key, publish, away } = await openIssuer();
    const [known, newest] = [await key('known'), await key('newest')];
    publish(known);
    await known.use();
    away(true);
    passSeconds(HOUR_S);
    expect([await newest.use(), await newest.use()]).toStrictEqual([503, 503]);
  });

  test('a key that it withdraws ends when it is back', async () => {
    const { key, publish, away } = await openIssuer();
    const [known, newest] = [await key('known'), await key('newest')];
    publish(known);
    await known.use();
    away(true);
    passSeconds(HOUR_S);
    expect(await known.use()).toBe(200);
    away(false);
    publish(newest);
    passSeconds(11);
    expect([await known.use(), await newest.use()]).toStrictEqual([401, 200]);
  });
});
