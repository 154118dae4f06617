import { readCodecServerConfig } from '../../config/codecServer';

const secret = Buffer.alloc(32, 7);
const needed = {
  PAYLOAD_KEYS: `2026-07:${secret.toString('base64')}`,
  CODEC_UI_ORIGINS: 'https://temporal.contoso.example',
  OIDC_ISSUER: 'https://issuer.example',
  OIDC_JWKS_URI: 'https://issuer.example/jwks.json',
};

test('what has a default needs no setting', () =>
  expect(readCodecServerConfig(needed)).toStrictEqual({
    host: '127.0.0.1',
    port: 4030,
    uiOrigins: ['https://temporal.contoso.example'],
    isTokenInPath: false,
    oidc: {
      issuer: 'https://issuer.example',
      audience: 'planning-services',
      jwksUri: 'https://issuer.example/jwks.json',
    },
    keys: [{ id: '2026-07', secret }],
  }));

test('this machine may be spoken to in the open when that is said', () =>
  expect(
    readCodecServerConfig({
      ...needed,
      ALLOW_INSECURE_LOCAL: '1',
      CODEC_UI_ORIGINS: 'http://127.0.0.1:8233,http://localhost:8233',
      CODEC_TOKEN_IN_PATH: '1',
      OIDC_ISSUER: 'http://127.0.0.1:4020',
    }),
  ).toMatchObject({ uiOrigins: ['http://127.0.0.1:8233', 'http://localhost:8233'], isTokenInPath: true }));

test('other machines are listened to when TLS in front of it is said', () =>
  expect(readCodecServerConfig({ ...needed, CODEC_HOST: '0.0.0.0', CODEC_TLS_IN_FRONT: '1' })).toMatchObject({
    host: '0.0.0.0',
  }));

test.each([
  [{ CODEC_HOST: '0.0.0.0' }, 'CODEC_HOST: must be this machine, or have TLS in front of it'],
  [{ CODEC_HOST: 'codec.example', ALLOW_INSECURE_LOCAL: '1', CODEC_TLS_IN_FRONT: '0' }, 'CODEC_HOST: must be this'],
  [{ CODEC_TLS_IN_FRONT: 'yes' }, 'CODEC_TLS_IN_FRONT: 1 or 0'],
  [{ PAYLOAD_KEYS: '' }, 'PAYLOAD_KEYS: must be set, or PAYLOAD_KEYS_FILE'],
  [{ CODEC_UI_ORIGINS: '' }, 'CODEC_UI_ORIGINS: must be set'],
  [{ CODEC_UI_ORIGINS: '*' }, 'CODEC_UI_ORIGINS: origins such as'],
  [{ CODEC_UI_ORIGINS: 'https://temporal.contoso.example/' }, 'CODEC_UI_ORIGINS: origins such as'],
  [{ CODEC_UI_ORIGINS: 'http://temporal.contoso.example' }, 'CODEC_UI_ORIGINS: must be https'],
  [{ CODEC_TOKEN_IN_PATH: '1' }, 'CODEC_TOKEN_IN_PATH: only on this machine'],
  [
    { CODEC_TOKEN_IN_PATH: '1', ALLOW_INSECURE_LOCAL: '1', CODEC_HOST: '0.0.0.0', CODEC_TLS_IN_FRONT: '1' },
    'CODEC_TOKEN_IN_PATH: only on',
  ],
  [{ OIDC_ISSUER: 'http://issuer.example' }, 'OIDC_ISSUER: must use TLS'],
])('what is wrong stops the process with one line: %j', (wrong, line) => {
  expect(() => readCodecServerConfig({ ...needed, ...wrong })).toThrow(line);
});
