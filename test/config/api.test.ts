import { readApiConfig } from '../../config/api';
import { ConfigError } from '../../config/read';

const needed = {
  HOME: '/nowhere',
  XDG_CONFIG_HOME: '/nowhere',
  ALLOW_INSECURE_LOCAL: '1',
  MONGODB_URI: 'mongodb://127.0.0.1:27017/engagements',
  OIDC_ISSUER: 'https://issuer.example',
  OIDC_JWKS_URI: 'https://issuer.example/jwks.json',
};

test('what has a default needs no setting', () =>
  expect(readApiConfig(needed)).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    adminPort: 4002,
    verdictTimeoutMs: 4_000,
    rateLimit: { requests: 1_000, windowMs: 10_000 },
    addressRateLimit: { requests: 3_000, windowMs: 10_000 },
    trustedProxies: [],
    mongodbUri: 'mongodb://127.0.0.1:27017/engagements',
    oidc: {
      issuer: 'https://issuer.example',
      audience: 'planning-services',
      jwksUri: 'https://issuer.example/jwks.json',
    },
    edition: '2020-06',
    utcOffset: '+00:00',
    temporal: { namespace: 'default' },
  }));

test('rates and proxies are read', () =>
  expect(
    readApiConfig({ ...needed, RATE_LIMIT: '5/s', ADDRESS_RATE_LIMIT: '60/60s', TRUSTED_PROXIES: '::1, 10.0.0.0/8' }),
  ).toMatchObject({
    rateLimit: { requests: 5, windowMs: 1_000 },
    addressRateLimit: { requests: 60, windowMs: 60_000 },
    trustedProxies: ['::1', '10.0.0.0/8'],
  }));

const portal = {
  PORTAL_URL: 'https://planning.example/',
  PORTAL_CLIENT_ID: 'portal',
  PORTAL_SESSION_KEY: Buffer.alloc(32, 1).toString('base64'),
};

test('without its variables there is no web page', () => expect(readApiConfig(needed).portal).toBeUndefined());

test('the web page has an address, a client and a key for sessions', () =>
  expect(readApiConfig({ ...needed, ...portal }).portal).toStrictEqual({
    url: 'https://planning.example',
    clientId: 'portal',
    clientSecret: undefined,
    scope: 'openid',
    sessionKey: new Uint8Array(Buffer.alloc(32, 1)),
  }));

test.each([
  [{ PORTAL_URL: '' }, 'PORTAL_URL: must be set'],
  [{ PORTAL_CLIENT_ID: '', PORTAL_SESSION_KEY: '' }, 'PORTAL_CLIENT_ID: must be set; PORTAL_SESSION_KEY: must be set'],
  [{ PORTAL_SESSION_KEY: 'c2hvcnQ=' }, 'PORTAL_SESSION_KEY: 32 bytes in Base64'],
  [{ PORTAL_SESSION_KEY: '%' }, 'PORTAL_SESSION_KEY: 32 bytes in Base64'],
  [
    { PORTAL_URL: 'http://planning.example' },
    'PORTAL_URL: must use TLS that verifies certificates, or be on this machine with ALLOW_INSECURE_LOCAL=1',
  ],
])('a web page with %o stops the process with one line that names it', (env, line) =>
  expect(() => readApiConfig({ ...needed, ...portal, ...env })).toThrow(new ConfigError(line)),
);

test.each([
  [{ MONGODB_URI: '' }, 'MONGODB_URI: must be set'],
  [{ MONGODB_URI: 'postgres://x' }, 'MONGODB_URI: a mongodb:// or mongodb+srv:// address'],
  [{ API_PORT: '70000' }, 'API_PORT: a port number from 0 to 65535'],
  [{ API_VERDICT_TIMEOUT: 'soon' }, 'API_VERDICT_TIMEOUT: a duration such as 250ms, 2s, 15min, 1h or 90d'],
  [{ RATE_LIMIT: '100' }, 'RATE_LIMIT: a rate such as 100/s or 1000/10s'],
  [{ RATE_LIMIT: '0/s' }, 'RATE_LIMIT: a rate such as 100/s or 1000/10s'],
  [{ ADDRESS_RATE_LIMIT: '100/0s' }, 'ADDRESS_RATE_LIMIT: a rate such as 100/s or 1000/10s'],
  [{ TRUSTED_PROXIES: 'here' }, 'TRUSTED_PROXIES: addresses or networks such as 10.0.0.0/8, separated by commas'],
  [{ PROGRAMME_UTC_OFFSET: 'CET' }, 'PROGRAMME_UTC_OFFSET: an offset from UTC such as +01:00'],
  [{ OIDC_JWKS_URI: 'jwks' }, 'OIDC_JWKS_URI: an http or https address'],
])('%o stops the process with one line that names it', (env, line) =>
  expect(() => readApiConfig({ ...needed, ...env })).toThrow(new ConfigError(line)),
);
