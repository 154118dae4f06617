import type { AuditEntry } from '../../contracts/audit';
import { chained, NO_LINK } from '../../records/auditChain';
import { factsOf } from '../records/auditFacts';
import { run, startApi } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(['audit', ...args], { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });
const json = (body: unknown) => `${JSON.stringify(body, null, 2)}\n`;

const [first, second, third] = chained(NO_LINK, [
  factsOf('r-1'),
  factsOf('r-2', { subject: 'olle', tenant: 'staff', roles: ['operator'], onBehalfOf: 'Pia' }),
  factsOf('r-3', { method: 'GET', route: '/v1/tasks', about: [], message: undefined, status: 403, code: 'forbidden' }),
]) as [AuditEntry, AuditEntry, AuditEntry];

describe('list', () => {
  test('shows who, what, about what and what came of it, the newest first', async () => {
    const heard = api.answers({ body: { items: [third, second], next: 'Mg' } });
    const { code, stdout, stderr } = await cli('list', '--about', 'e-1', '--tenant', 'staff', '--limit', '2');
    expect(heard.map(({ line }) => line)).toStrictEqual(['GET /v1/audit?order=newest&about=e-1&tenant=staff&limit=2']);
    expect([code, stderr]).toStrictEqual([0, 'There are more: --after Mg\n']);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toStrictEqual([
      ['ENTRY', 'AT', 'TENANT', 'WHO', 'ON BEHALF OF', 'WHAT', 'ABOUT', 'OUTCOME', 'REQUEST'],
      [
        '3',
        expect.stringMatching(/ UTC$/),
        'partner:contoso',
        'pia',
        '–',
        'GET /v1/tasks',
        '–',
        '403 forbidden',
        'r-3',
      ],
      ['2', expect.stringMatching(/ UTC$/), 'staff', 'olle', 'Pia', 'reserveVoucher', 'e-1', '200', 'r-2'],
      [''],
    ]);
  });

  test('in JSON is the page as the API gave it', async () => {
    api.answers({ body: { items: [first] } });
    expect(await cli('list', '--json')).toStrictEqual({ code: 0, stdout: json({ items: [first] }), stderr: '' });
  });
});

describe('verify', () => {
  test('walks the whole chain and prints its head', async () => {
    const heard = api.answers({ body: { items: [first, second], next: 'Mg' } }, { body: { items: [third] } });
    expect(await cli('verify')).toStrictEqual({
      code: 0,
      stdout: `The chain is whole: 3 entries\nHead: ${third.hash}\n`,
      stderr: '',
    });
    expect(heard.map(({ line }) => line)).toStrictEqual([
      'GET /v1/audit?limit=1000',
      'GET /v1/audit?limit=1000&after=Mg',
    ]);
  });

  test('of nothing is whole', async () => {
    api.answers({ body: { items: [] } });
    expect(await cli('verify', '--json')).toStrictEqual({
      code: 0,
      stdout: json({ entries: 0, head: '0'.repeat(64) }),
      stderr: '',
    });
  });

  test.each<[string, AuditEntry[], string]>([
    [
      'that was changed',
      [first, { ...second, subject: 'somebody else' }, third],
      'entry 2 was changed after it was written',
    ],
    ['that was taken out', [first, third], 'entry 2 is missing; entry 3 comes next'],
    [
      'after one that was exchanged',
      [...chained(NO_LINK, [factsOf('r-0')]), second],
      'entry 2 does not follow entry 1 as it is now',
    ],
  ])('names the first entry %s', async (_title, items, flaw) => {
    api.answers({ body: { items } });
    expect(await cli('verify')).toStrictEqual({ code: 1, stdout: '', stderr: `The chain is broken: ${flaw}\n` });
  });

  test('holds the chain to a head of before', async () => {
    api.answers({ body: { items: [first, second, third] } });
    expect((await cli('verify', '--expect', second.hash)).code).toBe(0);
  });

  test('sees by a head of before that the last entries are missing', async () => {
    api.answers({ body: { items: [first, second] } });
    expect(await cli('verify', '--expect', third.hash)).toStrictEqual({
      code: 1,
      stdout: '',
      stderr: `The chain is not the one that was expected: none of its 2 entries has the hash ${third.hash}\n`,
    });
  });
});
