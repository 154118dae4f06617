import { readApiConfig } from '../../config/api';
import { ConfigError } from '../../config/read';

const needed = {
  HOME: '/nowhere',
  XDG_CONFIG_HOME: '/nowhere',
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

test.each([
  [{ MONGODB_URI: '' }, 'MONGODB_URI: must be set'],
  [{ MONGODB_URI: 'postgres://x' }, 'MONGODB_URI: a mongodb:// or mongodb+srv:// address'],
  [{ API_PORT: '70000' }, 'API_PORT: a port number from 0 to 65535'],
  [{ API_VERDICT_TIMEOUT: 'soon' }, 'API_VERDICT_TIMEOUT: a duration such as 250ms, 2s, 15min, 1h or 90d'],
  [{ PROGRAMME_UTC_OFFSET: 'CET' }, 'PROGRAMME_UTC_OFFSET: an offset from UTC such as +01:00'],
  [{ OIDC_JWKS_URI: 'jwks' }, 'OIDC_JWKS_URI: an http or https address'],
])('%o stops the process with one line that names it', (env, line) =>
  expect(() => readApiConfig({ ...needed, ...env })).toThrow(new ConfigError(line)),
);
