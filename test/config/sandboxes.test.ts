import { readIssuerConfig } from '../../config/issuer';
import { ConfigError } from '../../config/read';
import { readSavbSandboxConfig } from '../../config/savbSandbox';

describe('the SAVB sandbox', () => {
  test('needs to be told nothing, and keeps its ledger apart from the one of `npm start`', () =>
    expect(readSavbSandboxConfig({})).toStrictEqual({
      host: '127.0.0.1',
      port: 4010,
      token: 'dev',
      ledgerFile: '.data/savb-sandbox/ledger.jsonl',
      pace: 2_000,
    }));

  test.each([
    ['manual', 'manual'],
    ['1h', 3_600_000],
  ])('takes the pace %s', (SAVB_SANDBOX_PACE, pace) =>
    expect(readSavbSandboxConfig({ SAVB_SANDBOX_PACE }).pace).toBe(pace),
  );

  test.each([
    [{ SAVB_SANDBOX_PACE: 'fast' }, 'SAVB_SANDBOX_PACE: manual, or a duration such as 2s, 24d at most'],
    [{ SAVB_SANDBOX_PACE: '30d' }, 'SAVB_SANDBOX_PACE: manual, or a duration such as 2s, 24d at most'],
    [{ SAVB_PORT: 'http' }, 'SAVB_PORT: a port number from 0 to 65535'],
  ])('does not start with %p', (env, message) =>
    expect(() => readSavbSandboxConfig(env)).toThrow(new ConfigError(message)),
  );
});

describe('the dev issuer', () => {
  test('needs to be told nothing', () =>
    expect(readIssuerConfig({})).toStrictEqual({
      host: '127.0.0.1',
      port: 4020,
      keysFolder: '.data/issuer',
      issuer: 'http://127.0.0.1:4020',
      audience: 'planning-services',
    }));

  test('calls itself what the API calls it, or else by its port', () => {
    expect(readIssuerConfig({ OIDC_ISSUER: 'http://issuer:4020' }).issuer).toBe('http://issuer:4020');
    expect(readIssuerConfig({ ISSUER_PORT: '4021', NODE_ENV: 'development' }).issuer).toBe('http://127.0.0.1:4021');
  });

  test('does not start in production', () =>
    expect(() => readIssuerConfig({ NODE_ENV: 'production' })).toThrow(
      new ConfigError('NODE_ENV: must not be production: the dev issuer gives tokens to whoever asks'),
    ));
});
