import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readPayloadConfig } from '../../config/payloads';
import { hasKeys, payloadSettings } from '../../dev/payloads';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the keys of the stack', () => {
  test('are none as long as the codec was never on', async () => {
    const settings = await payloadSettings(folder, {});
    expect(settings).toStrictEqual({});
    expect(hasKeys(settings)).toBe(false);
  });

  test.each(['on', 'required'])(
    'are made when the codec is %s for the first time, for nobody else to read, and stay',
    async (PAYLOAD_CODEC) => {
      const dataDir = path.join(folder, 'data');
      const on = { PAYLOAD_CODEC };
      const settings = await payloadSettings(dataDir, on);
      const made = await readFile(settings.PAYLOAD_KEYS_FILE!, 'utf8');
      expect((await stat(settings.PAYLOAD_KEYS_FILE!)).mode & 0o777).toBe(0o600);
      expect(readPayloadConfig({ ...on, ...settings })).toMatchObject({ encrypts: true, keys: [{ id: 'dev' }] });
      for (const later of [on, {}]) expect(await payloadSettings(dataDir, later)).toStrictEqual(settings);
      expect(await readFile(settings.PAYLOAD_KEYS_FILE!, 'utf8')).toBe(made);
      expect(readPayloadConfig(settings)).toMatchObject({ encrypts: false });
    },
  );

  test.each([{ PAYLOAD_KEYS: 'mine' }, { PAYLOAD_KEYS_FILE: '/mine' }])(
    'are those of the environment: %j',
    async (keys) => {
      expect(await payloadSettings(folder, { PAYLOAD_CODEC: 'on', ...keys })).toStrictEqual({});
      expect(hasKeys(keys)).toBe(true);
    },
  );
});
