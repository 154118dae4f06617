import { settingsOf } from '../../dev/settings';
import { freeStackPorts, readStackPorts, wantedPorts } from '../../dev/stackPorts';

const usual = {
  temporal: 7233,
  temporalUi: 8233,
  mongo: 27017,
  savb: 4010,
  issuer: 4020,
  codec: 4030,
  api: 4000,
  workerAdmin: 4001,
  apiAdmin: 4002,
};

describe('the ports of the stack', () => {
  test('are the usual ones unless variables move them', () => {
    expect(readStackPorts({})).toStrictEqual(usual);
    expect(readStackPorts({ API_PORT: '5000', TEMPORAL_UI_PORT: '' })).toStrictEqual({ ...usual, api: 5000 });
  });

  test('are refused in one line that names the variable', () => {
    expect(() => readStackPorts({ MONGODB_PORT: 'high' })).toThrow('MONGODB_PORT: a port number from 0 to 65535');
  });

  test('can all be free ones', async () => {
    const ports = await freeStackPorts();
    expect(Object.keys(ports)).toStrictEqual(Object.keys(usual));
    expect(new Set(Object.values(ports)).size).toBe(9);
  });

  test('of servers that run elsewhere need not be free', () => {
    const needed = (own: { temporal: boolean; mongo: boolean; codec: boolean }) =>
      wantedPorts(usual, own).map(({ variable }) => variable);
    expect(needed({ temporal: true, mongo: true, codec: true })).toStrictEqual([
      'TEMPORAL_PORT',
      'TEMPORAL_UI_PORT',
      'MONGODB_PORT',
      'SAVB_PORT',
      'ISSUER_PORT',
      'CODEC_PORT',
      'API_PORT',
      'WORKER_ADMIN_PORT',
      'API_ADMIN_PORT',
    ]);
    expect(needed({ temporal: false, mongo: false, codec: false })).toStrictEqual([
      'SAVB_PORT',
      'ISSUER_PORT',
      'API_PORT',
      'WORKER_ADMIN_PORT',
      'API_ADMIN_PORT',
    ]);
  });
});

describe('the settings of the processes', () => {
  test('fit each other', () => {
    expect(settingsOf('/data', usual, {})).toStrictEqual({
      TEMPORAL_ADDRESS: '127.0.0.1:7233',
      TEMPORAL_NAMESPACE: 'default',
      MONGODB_URI: 'mongodb://127.0.0.1:27017/planning_services',
      SAVB_MODE: 'http',
      SAVB_URL: 'http://127.0.0.1:4010',
      SAVB_TOKEN: 'dev',
      SAVB_PORT: '4010',
      SAVB_LEDGER: '/data/savb/ledger.jsonl',
      SAVB_SANDBOX_PACE: '2s',
      SAVB_POLL_INTERVAL: '1s',
      SAVB_QUARANTINE: '5s',
      SAVB_LONGEST_RETRY: '2s',
      SETTLEMENT: 'perEngagement',
      RULEBOOK: '2020-06',
      OIDC_ISSUER: 'http://127.0.0.1:4020',
      OIDC_AUDIENCE: 'planning-services',
      ALLOW_INSECURE_LOCAL: '1',
      WEBHOOKS_ALLOW_LOCAL: '1',
      OIDC_JWKS_URI: 'http://127.0.0.1:4020/jwks.json',
      PORTAL_URL: 'http://127.0.0.1:4000',
      PORTAL_CLIENT_ID: 'portal',
      ISSUER_PORT: '4020',
      ISSUER_KEYS: '/data/issuer',
      CODEC_PORT: '4030',
      CODEC_UI_ORIGINS: 'http://127.0.0.1:8233,http://localhost:8233',
      CODEC_TOKEN_IN_PATH: '1',
      API_PORT: '4000',
      NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=8',
    });
  });

  test('are what the environment says where it says something', () => {
    const settings = settingsOf('/data', usual, { SETTLEMENT: 'batched', SAVB_QUARANTINE: '', PATH: '/bin' });
    expect(settings).toMatchObject({ SETTLEMENT: 'batched', SAVB_QUARANTINE: '5s', PATH: '/bin' });
  });
});
