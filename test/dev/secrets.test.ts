import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '../../dev/repository';
import { secretsIn } from '../support/secrets';

const NOT_OURS = ['node_modules', 'dist', '.git', '.data', '.cache', 'coverage'];

/** Every file of the project, as a path from its root. */
function filesBelow(folder: string): string[] {
  return readdirSync(inRepository(folder), { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (!entry.isDirectory()) return entry.isFile() ? [at] : [];
    return NOT_OURS.includes(entry.name) ? [] : filesBelow(at);
  });
}

const read = (file: string): string => readFileSync(inRepository(file), 'utf8');
const files = filesBelow('.');

test('no file of the project holds a secret', () => {
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) => secretsIn(read(file)).map((kind) => `${file}: ${kind}`));
  expect(found).toStrictEqual([]);
});

test('no payload of a recorded history does', () => {
  const histories = files.filter((file) => path.dirname(file) === path.join('test', 'replay', 'histories'));
  const payloads = histories.flatMap((file) =>
    [...read(file).matchAll(/"data": "([^"]+)"/g)].map(([, data = '']) => ({
      file,
      text: Buffer.from(data, 'base64').toString(),
    })),
  );
  expect(payloads.length).toBeGreaterThan(500);
  expect(payloads.filter(({ text }) => secretsIn(text).length > 0)).toStrictEqual([]);
});

describe('the search finds', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const part = (text: string) => Buffer.from(text).toString('base64url');
  const letters = (count: number) => randomBytes(count).toString('hex').slice(0, count);

  test.each<[string, string]>([
    ['private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['private JSON Web Key', JSON.stringify(privateKey.export({ format: 'jwk' }))],
    ['JSON Web Token', [part('{"alg":"ES256"}'), part('{"sub":"olga"}'), part(letters(64))].join('.')],
    ['API key of ours', `psk_${letters(43)}`],
    ['webhook secret', `whsec_${letters(32)}`],
    ['AWS key', `AKIA${letters(16).toUpperCase()}`],
    ['GitHub token', `ghp_${letters(36)}`],
    ['npm token', `npm_${letters(36)}`],
    ['Slack token', `xoxb-${letters(24)}`],
    ['password in an address', `mongodb://app:a1${letters(8)}@db.example/planning`],
    ['value of random characters', `token = '${letters(48)}'`],
    ['value of random characters', `const token = '${randomBytes(48).toString('base64url')}'`],
  ])('a %s', (kind, text) => expect(secretsIn(`before\n${text}\nafter`)).toStrictEqual([kind]));

  test.each(["token: 'a-token-that-is-plain-words'", "secret: 'xxxxxxxxxxxxxxxxxxxxxxxx'", 'psk_short'])(
    'nothing in %s',
    (text) => expect(secretsIn(text)).toStrictEqual([]),
  );
});
