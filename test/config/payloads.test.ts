import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readPayloadConfig } from '../../config/payloads';

const [old, fresh] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const PAYLOAD_KEYS = `2026-07:${fresh.toString('base64')},2026-01:${old.toString('base64')}`;
const both = [
  { id: '2026-07', secret: fresh },
  { id: '2026-01', secret: old },
];

const folder = mkdtempSync(path.join(tmpdir(), 'planning-services-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const file = path.join(folder, 'payload.keys');
  writeFileSync(file, text);
  return file;
}

describe('the keys for payloads', () => {
  test('are none unless some are given', () => {
    expect(readPayloadConfig({})).toBeUndefined();
    expect(readPayloadConfig({ PAYLOAD_CODEC: 'off', PAYLOAD_KEYS: '' })).toBeUndefined();
  });

  test.each([
    ['encrypt', 'on', { encrypts: true, refusesClear: false }],
    ['encrypt, and nothing clear is taken', 'required', { encrypts: true, refusesClear: true }],
    ['only read', 'off', { encrypts: false, refusesClear: false }],
  ])('%s with PAYLOAD_CODEC=%s', (_, PAYLOAD_CODEC, expected) => {
    expect(readPayloadConfig({ PAYLOAD_CODEC, PAYLOAD_KEYS })).toStrictEqual({ ...expected, keys: both });
  });

  test('only read unless something else is said', () =>
    expect(readPayloadConfig({ PAYLOAD_KEYS })).toMatchObject({ encrypts: false, refusesClear: false }));

  test('may stand in a file, one a line', () => {
    const PAYLOAD_KEYS_FILE = fileWith(`${PAYLOAD_KEYS.replace(',', '\n')}\n`);
    expect(readPayloadConfig({ PAYLOAD_CODEC: 'on', PAYLOAD_KEYS_FILE })).toMatchObject({ encrypts: true, keys: both });
  });

  test.each([
    [{ PAYLOAD_CODEC: 'on' }, 'PAYLOAD_KEYS: must be set'],
    [{ PAYLOAD_CODEC: 'required' }, 'PAYLOAD_KEYS: must be set'],
    [{ PAYLOAD_CODEC: 'yes' }, 'PAYLOAD_CODEC: on, required or off'],
    [{ PAYLOAD_KEYS_FILE: '/no/such/file' }, 'PAYLOAD_KEYS_FILE: must name a file that can be read'],
    [{ PAYLOAD_KEYS_FILE: '/no/such/file', PAYLOAD_KEYS }, 'PAYLOAD_KEYS_FILE: not beside PAYLOAD_KEYS'],
  ])('that are wrong stop the process with one line: %j', (env, line) => {
    expect(() => readPayloadConfig(env)).toThrow(line);
  });

  test.each([
    ['none at all', ','],
    ['too short', `a:${Buffer.alloc(16, 7).toString('base64')}`],
    ['too long', `a:${Buffer.alloc(33, 7).toString('base64')}`],
    ['no base64', `a:${'*'.repeat(44)}`],
    ['without a name', `:${old.toString('base64')}`],
    ['with a name of spaces and signs', `a/b:${old.toString('base64')}`],
    ['one name twice', `a:${old.toString('base64')},a:${fresh.toString('base64')}`],
  ])('that are %s are refused, and never shown', (_, keys) => {
    expect(() => readPayloadConfig({ PAYLOAD_KEYS: keys })).toThrow(
      /^PAYLOAD_KEYS: names with 32 bytes in base64, such as 2026-01:<44 characters>, one after the other$/,
    );
  });
});
