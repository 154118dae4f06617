import { readApiConfig } from '../../config/api';
import { readCliConfig } from '../../config/cli';
import { readCodecServerConfig } from '../../config/codecServer';
import { ConfigError, readConfig } from '../../config/read';
import { readTemporalConfig } from '../../config/temporal';
import { INSECURE } from '../../config/transport';
import { workerConfigSchema } from '../../config/worker';

const nowhere = { HOME: '/nowhere', XDG_CONFIG_HOME: '/nowhere' };

/** A worker and an API whose every server is reached over TLS. */
const encrypted = {
  ...nowhere,
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  TEMPORAL_TLS: 'true',
  MONGODB_URI: 'mongodb+srv://user:secret@db.example/planning',
  SAVB_MODE: 'http',
  SAVB_URL: 'https://savb.example/bridge',
  SAVB_TOKEN: 'secret',
  SMTP_URL: 'smtps://mail.example',
  OIDC_ISSUER: 'https://issuer.example',
  OIDC_JWKS_URI: 'https://issuer.example/jwks.json',
};

/** What a codec server needs beside. */
const codec = {
  PAYLOAD_KEYS: `2026-07:${Buffer.alloc(32, 7).toString('base64')}`,
  CODEC_UI_ORIGINS: 'https://temporal.example',
};

function start(env: NodeJS.ProcessEnv): void {
  readConfig(workerConfigSchema, env);
  readTemporalConfig(env);
  readApiConfig(env);
}

test('a process whose every server is reached over TLS starts', () => expect(() => start(encrypted)).not.toThrow());

const inTheOpen = [
  ['MONGODB_URI', 'mongodb://localhost/planning', 'mongodb://db.example/planning'],
  ['MONGODB_URI', 'mongodb://user:pw@127.0.0.1:27017/p?tls=false', 'mongodb://user:pw@10.0.0.5:27017/p'],
  ['MONGODB_URI', 'mongodb://[::1]:27017/p', 'mongodb://[::1]:27017,db.example/p'],
  ['MONGODB_URI', 'mongodb://localhost/p?replicaSet=rs0', 'mongodb://localhost,127.0.0.1:27018/p?replicaSet=rs0'],
  ['MONGODB_URI', 'mongodb://localhost/p?tls=false', 'mongodb://localhost/p?proxyHost=proxy.example'],
  ['MONGODB_URI', 'mongodb://%2Frun%2Fmongodb.sock/p', 'mongodb://db.example?tls=false'],
  ['MONGODB_URI', 'mongodb://127.0.0.1/p?tls=true&tlsInsecure=true', 'mongodb+srv://db.example/p?tlsInsecure=true'],
  ['MONGODB_URI', 'mongodb://127.1.2.3', 'mongodb+srv://localhost/p?ssl=false'],
  ['MONGODB_URI', 'mongodb://127.0.0.1', 'mongodb://db.example/?TLS=true&tlsAllowInvalidCertificates=true'],
  ['MONGODB_URI', 'mongodb://127.0.0.1', 'mongodb://db.example/?tls=true&tlsAllowInvalidHostnames=true'],
  ['MONGODB_URI', 'mongodb://127.0.0.1', 'mongodb://localhost@db.example'],
  ['SAVB_URL', 'http://localhost:4010', 'http://savb.example'],
  ['SAVB_URL', 'http://[::1]:4010', 'http://localhost.savb.example'],
  ['SAVB_URL', 'http://127.1:4010', 'http://127.0.0.1@savb.example'],
  ['SMTP_URL', 'smtp://localhost', 'smtp://mail.example'],
  ['SMTP_URL', 'smtp://[::1]:25', 'smtp://mail.example?requireTLS=false'],
  ['SMTP_URL', 'smtps://localhost?tls.rejectUnauthorized=false', 'smtps://m.example?tls.rejectUnauthorized=false'],
  ['SMTP_URL', 'smtps://localhost?secure=false', 'smtps://mail.example?secure=false'],
  ['SMTP_URL', 'smtp://localhost?ignoreTLS=true', 'smtp://mail.example?requireTLS=true&ignoreTLS=true'],
  ['TEMPORAL_ADDRESS', 'localhost:7233', 'temporal.example:7233'],
  ['TEMPORAL_ADDRESS', '[::1]:7233', '127.0.0.1.example:7233'],
  ['OIDC_ISSUER', 'http://127.0.0.1:4020', 'http://issuer.example'],
  ['OIDC_JWKS_URI', 'http://127.0.0.1:4020/jwks.json', 'http://issuer.example/jwks.json'],
] as const;

describe.each(inTheOpen)('%s without verified TLS', (variable, here, elsewhere) => {
  const open = { ...encrypted, TEMPORAL_TLS: variable === 'TEMPORAL_ADDRESS' ? 'false' : 'true' };
  const allowed = { ...open, ALLOW_INSECURE_LOCAL: '1' };
  const refused = new ConfigError(`${variable}: ${INSECURE}`);

  test(`is refused on this machine (${here})`, () =>
    expect(() => start({ ...open, [variable]: here })).toThrow(refused));

  test('unless that is allowed', () => expect(() => start({ ...allowed, [variable]: here })).not.toThrow());

  test(`is refused elsewhere (${elsewhere}), whatever is allowed`, () =>
    expect(() => start({ ...allowed, [variable]: elsewhere })).toThrow(refused));
});

test.each([
  ['MONGODB_URI', 'mongodb://a.example,b.example/planning?replicaSet=rs0&tls=true'],
  ['MONGODB_URI', 'mongodb://db.example/?ssl=true'],
  ['SMTP_URL', 'smtp://mail.example?requireTLS=true'],
])('%s=%s is reached over TLS', (variable, address) =>
  expect(() => start({ ...encrypted, [variable]: address })).not.toThrow(),
);

test('an API key for Temporal means TLS', () =>
  expect(() => readTemporalConfig({ ...encrypted, TEMPORAL_TLS: '', TEMPORAL_API_KEY: 'secret' })).not.toThrow());

test.each(['OIDC_ISSUER', 'OIDC_JWKS_URI'])(
  '%s is https in production, so that the dev issuer is never believed',
  (variable) => {
    const local = {
      ...encrypted,
      ...codec,
      ALLOW_INSECURE_LOCAL: '1',
      [variable]: 'http://127.0.0.1:4020',
    };
    for (const read of [readApiConfig, readCodecServerConfig]) {
      expect(() => read(local)).not.toThrow();
      expect(() => read({ ...local, NODE_ENV: 'production' })).toThrow(
        new ConfigError(`${variable}: must be https in production`),
      );
    }
  },
);

test.each([
  ['worker', (env: NodeJS.ProcessEnv) => readConfig(workerConfigSchema, env)],
  ['API', readApiConfig],
  ['codec server', readCodecServerConfig],
  ['CLI', readCliConfig],
  ['Temporal', readTemporalConfig],
])('certificates are verified in every process (%s)', (_name, read) => {
  const rule = 'NODE_TLS_REJECT_UNAUTHORIZED: must not be 0: nobody would be asked who they are';
  const env = { ...encrypted, ...codec, ALLOW_INSECURE_LOCAL: '1' };
  expect(() => read(env)).not.toThrow();
  expect(() => read({ ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toThrow(new ConfigError(rule));
});

test.each([
  ['the worker', (env: NodeJS.ProcessEnv) => readConfig(workerConfigSchema, env).WEBHOOKS_ALLOW_LOCAL === '1'],
  ['the API', (env: NodeJS.ProcessEnv) => readApiConfig(env).allowLocalWebhooks],
])('webhooks go to this machine only when that is said for itself, and never in production (%s)', (_name, read) => {
  const env = { ...encrypted, ALLOW_INSECURE_LOCAL: '1' };
  expect(read(env)).toBe(false);
  expect(read({ ...env, WEBHOOKS_ALLOW_LOCAL: '1' })).toBe(true);
  expect(read({ ...encrypted, NODE_ENV: 'production' })).toBe(false);
  expect(() => read({ ...encrypted, NODE_ENV: 'production', WEBHOOKS_ALLOW_LOCAL: '1' })).toThrow(
    new ConfigError('WEBHOOKS_ALLOW_LOCAL: must not be 1 in production'),
  );
  expect(() => read({ ...env, WEBHOOKS_ALLOW_LOCAL: 'yes' })).toThrow(new ConfigError('WEBHOOKS_ALLOW_LOCAL: 1 or 0'));
});

test('ALLOW_INSECURE_LOCAL is 1 or 0', () =>
  expect(() => start({ ...encrypted, ALLOW_INSECURE_LOCAL: 'yes' })).toThrow(
    new ConfigError('ALLOW_INSECURE_LOCAL: 1 or 0'),
  ));

test.each(['API_URL', 'OIDC_ISSUER'])('the CLI sends no token in the open to another machine (%s)', (variable) => {
  const rule = `${variable}: must be https, or http on this machine`;
  expect(() => readCliConfig({ [variable]: 'http://api.example' })).toThrow(new ConfigError(rule));
  expect(() => readCliConfig({ [variable]: 'https://api.example' })).not.toThrow();
  expect(() => readCliConfig({ [variable]: 'http://localhost:4000' })).not.toThrow();
});
