import type { EngagementView } from '../../contracts/engagement';
import type { Problem } from '../../contracts/problems';
import { addDays } from '../../domain/days';
import { run, startApi, started, type Said } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
/** What the timelines tell, of E-1 and of every other engagement. */
let timelines: { first: object[]; others: object[] };
beforeAll(async () => {
  api = await startApi((line) => {
    const [, engagementId] = /^GET \/v1\/engagements\/([^/]+)\/timeline$/.exec(line) ?? [];
    return engagementId === undefined
      ? undefined
      : { body: { items: engagementId === 'E-1' ? timelines.first : timelines.others } };
  });
});
beforeEach(() => {
  timelines = { first: [], others: [] };
});
afterAll(() => api.stop());

const extension = ['--assigned-before', '2020-04-01', '--add-days', '90', '--reason', 'closed offices'];
const cli = (...args: string[]) => run(['extend', ...args], { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });

type WithVoucher = EngagementView & { voucher: NonNullable<EngagementView['voucher']> };

const assigned = (engagementId: string, changes: Partial<WithVoucher['voucher']> = {}): WithVoucher => ({
  ...started,
  engagementId,
  stage: 'voucherAssigned',
  version: 2,
  voucher: {
    voucherId: `V-${engagementId}`,
    voucherAdministratorEmail: 'v@fabrikam.example',
    projectManager: { name: 'Kim', email: 'kim@contoso.example' },
    offering: 'DDPS',
    serviceLevelDays: 5,
    assignedOn: '2020-03-31',
    expiresOn: '2020-09-27',
    ...changes,
  },
});
const extended = (view: WithVoucher, days = 90): WithVoucher => ({
  ...view,
  version: view.version + 1,
  voucher: { ...view.voucher, expiresOn: addDays(view.voucher.expiresOn, days) },
});
const no = (status: number, detail: string): Said => ({
  status,
  body: { type: '/problems/x', title: 'No', status, detail, instance: '/' } satisfies Problem,
});
const nobody: Said = { body: { items: [] } };

/** What the lists by stage answer, all that is found in the first. */
const found = (...items: EngagementView[]): Said[] => [{ body: { items } }, nobody, nobody];
const outcomes = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/));

describe('extend', () => {
  test('asks for every page of every stage in which a voucher waits to be redeemed', async () => {
    const heard = api.answers({ body: { items: [], next: 'c 2' } }, nobody);
    expect(await cli(...extension)).toStrictEqual({ code: 0, stdout: '', stderr: 'Nothing found.\n' });
    expect(heard.map(({ line }) => line)).toStrictEqual([
      'GET /v1/engagements?stage=voucherAssigned&limit=100',
      'GET /v1/engagements?stage=voucherAssigned&limit=100&after=c+2',
      'GET /v1/engagements?stage=reserved&limit=100',
      'GET /v1/engagements?stage=completionReported&limit=100',
    ]);
  });

  test('extends the vouchers assigned before the day, each engagement once and in order', async () => {
    const one = assigned('E-1');
    const two = { ...assigned('E-2', { assignedOn: '2019-12-01', expiresOn: '2020-05-29' }), version: 9 };
    const onTheDay = assigned('E-3', { assignedOn: '2020-04-01' });
    const moved: EngagementView = { ...one, stage: 'reserved', version: 4 };
    const heard = api.answers(
      { body: { items: [two, one, onTheDay] } },
      { body: { items: [moved] } },
      nobody,
      { body: extended(one) },
      { body: extended(two) },
    );
    expect(await cli(...extension)).toStrictEqual({
      code: 0,
      stdout: [
        'ENGAGEMENT  OLD EXPIRY  NEW EXPIRY  OUTCOME',
        'E-1         2020-09-27  2020-12-26  extended',
        'E-2         2020-05-29  2020-08-27  extended',
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(
      heard.slice(3).map(({ line, headers, body }) => [line, headers['if-match'], JSON.parse(body) as unknown]),
    ).toStrictEqual([
      ['POST /v1/engagements/E-1/voucher-extension', '"4"', { addDays: 90, reason: 'closed offices' }],
      ['POST /v1/engagements/E-2/voucher-extension', '"9"', { addDays: 90, reason: 'closed offices' }],
    ]);
  });

  const keysOf = async (args: readonly string[]) => {
    const heard = api.answers(...found(assigned('E-1'), assigned('E-2')), { body: extended(assigned('E-1')) });
    await cli(...args);
    return heard.slice(3).map(({ headers }) => headers['idempotency-key']);
  };

  test('names each call by the extension and the voucher, so that a repeat is answered from the record', async () => {
    const keys = await keysOf(extension);
    expect(keys).toStrictEqual([
      expect.stringMatching(/^extension-[0-9a-f]{64}$/),
      expect.stringMatching(/^extension-[0-9a-f]{64}$/),
    ]);
    expect(new Set(keys).size).toBe(2);
    expect(await keysOf(extension)).toStrictEqual(keys);
    expect(await keysOf(extension.with(5, ' closed offices '))).toStrictEqual(keys);
  });

  test('a voucher that was replaced or corrected since is another name: it is extended again', async () => {
    const [before, other] = await keysOf(extension);
    timelines.first = [{ type: 'VoucherReplaced', version: 4 }];
    const [replaced, same] = await keysOf(extension);
    expect([replaced === before, same]).toStrictEqual([false, other]);
    timelines.first.push({ type: 'VoucherExtended', version: 5 });
    expect((await keysOf(extension))[0]).toBe(replaced);
    timelines.first.push({ type: 'VoucherReplaced', version: 6 });
    expect([before, replaced]).not.toContain((await keysOf(extension))[0]);
  });

  test.each([
    [1, '2020-04-02'],
    [3, '91'],
  ])('another extension is another name', async (at, value) => {
    const keys = await keysOf(extension);
    for (const key of await keysOf(extension.with(at, value))) expect(keys).not.toContain(key);
  });

  test('by another reason keeps its name, and is refused to whom it was said before', async () => {
    const reworded = extension.with(5, 'another reason');
    expect(await keysOf(reworded)).toStrictEqual(await keysOf(extension));
    api.answers(...found(extended(assigned('E-1'))), no(422, 'this key was used for other content'));
    const { code, stdout } = await cli(...reworded);
    expect([code, ...outcomes(stdout)]).toStrictEqual([
      1,
      ['E-1', '2020-12-26', '–', 'refused: this key was used for other content'],
    ]);
  });

  test('tells who was extended before', async () => {
    const view = extended(assigned('E-1'));
    api.answers(...found(view), { body: view });
    const { code, stdout } = await cli(...extension);
    expect([code, ...outcomes(stdout)]).toStrictEqual([0, ['E-1', '2020-12-26', '2020-12-26', 'extendedBefore']]);
  });

  test('reads again what has changed meanwhile, and holds to the version it read', async () => {
    const view = assigned('E-1');
    const other = { ...assigned('E-1', { expiresOn: '2020-10-01' }), version: 3 };
    const heard = api.answers(...found(view), no(412, 'moved on'), { body: other }, { body: extended(other) });
    const { code, stdout } = await cli(...extension);
    expect([code, ...outcomes(stdout)]).toStrictEqual([0, ['E-1', '2020-10-01', '2020-12-30', 'extended']]);
    const posts = heard.filter(({ line }) => line.startsWith('POST'));
    expect(posts.map(({ headers }) => headers['if-match'])).toStrictEqual(['"2"', '"3"']);
    expect(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  test.each<[string, EngagementView, string]>([
    ['was redeemed', { ...assigned('E-1'), stage: 'redeemed' }, 'it is now redeemed'],
    [
      'has another voucher',
      assigned('E-1', { voucherId: 'V-2', assignedOn: '2020-05-01' }),
      'its voucher is now V-2, assigned on 2020-05-01',
    ],
    ['has none', { ...assigned('E-1'), stage: 'awaitingVoucher', voucher: undefined }, 'it is now awaitingVoucher'],
  ])('leaves alone what %s meanwhile', async (_what, current, why) => {
    const heard = api.answers(...found(assigned('E-1')), no(412, 'moved on'), { body: current });
    const { code, stdout } = await cli(...extension);
    expect([code, ...outcomes(stdout)]).toStrictEqual([0, ['E-1', '2020-09-27', '–', `noLongerMeant: ${why}`]]);
    expect(heard).toHaveLength(5);
  });

  test('gives up on what never stands still, and says so', async () => {
    const view = assigned('E-1');
    const busy = Array.from({ length: 5 }, () => [no(412, 'moved on'), { body: view }]).flat();
    const heard = api.answers(...found(view), ...busy);
    const { code, stdout } = await cli(...extension);
    expect([code, ...outcomes(stdout)]).toStrictEqual([1, ['E-1', '2020-09-27', '–', 'failed: moved on']]);
    expect(heard.filter(({ line }) => line.startsWith('POST'))).toHaveLength(5);
  });

  test('goes on after a refusal and a failure, and ends with exit code 1', async () => {
    const last = assigned('E-3');
    api.answers(...found(assigned('E-1'), assigned('E-2'), last), no(422, 'not\u001blater'), no(503, 'away'), {
      body: extended(last),
    });
    expect(await cli(...extension)).toStrictEqual({
      code: 1,
      stdout: [
        'ENGAGEMENT  OLD EXPIRY  NEW EXPIRY  OUTCOME',
        'E-1         2020-09-27  –           refused: not later',
        'E-2         2020-09-27  –           failed: away',
        'E-3         2020-09-27  2020-12-26  extended',
        '',
      ].join('\n'),
      stderr: '2 of 3 engagements were not extended\n',
    });
  });

  test('does not wait for a verdict that takes its time', async () => {
    api.answers(...found(assigned('E-1')), { status: 202, body: { status: 'accepted', messageId: 'k' } });
    const { code, stdout } = await cli(...extension);
    expect([code, ...outcomes(stdout)]).toStrictEqual([0, ['E-1', '2020-09-27', '–', 'accepted']]);
  });

  test('that may not even look is refused as a whole', async () => {
    api.answers(no(403, 'no role'));
    expect(await cli(...extension)).toMatchObject({ code: 1, stdout: '' });
  });

  test('gives a program every outcome in JSON', async () => {
    api.answers(...found(assigned('E-1'), assigned('E-2')), no(422, 'not later'), { body: extended(assigned('E-2')) });
    const { code, stdout } = await cli(...extension, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toStrictEqual({
      items: [
        { engagementId: 'E-1', previousExpiresOn: '2020-09-27', outcome: 'refused', reason: 'not later' },
        { engagementId: 'E-2', previousExpiresOn: '2020-09-27', expiresOn: '2020-12-26', outcome: 'extended' },
      ],
    });
  });
});

describe('an API that goes away in the middle', () => {
  test('ends the run with exit code 3, with what was done and how to go on', async () => {
    api.answers(...found(assigned('E-1'), assigned('E-2')), { body: extended(assigned('E-1')) }, { hangUp: true });
    expect(await cli(...extension)).toStrictEqual({
      code: 3,
      stdout: 'ENGAGEMENT  OLD EXPIRY  NEW EXPIRY  OUTCOME\nE-1         2020-09-27  2020-12-26  extended\n',
      stderr: [
        '1 of 2 engagements were looked after. Run it again: no voucher is extended twice.',
        `the API at ${api.url} (API_URL) cannot be reached: UND_ERR_SOCKET`,
        '',
      ].join('\n'),
    });
  });

  test('before the first has nothing to show', async () => {
    api.answers(...found(assigned('E-1')), { hangUp: true });
    expect(await cli(...extension)).toMatchObject({ code: 3, stdout: '' });
  });
});

describe('extend --dry-run', () => {
  const status = (is: string, reason?: object): Said => ({ body: { messageId: 'k', status: is, reason } });

  test('shows what would happen and sends nothing', async () => {
    const before = assigned('E-2', { expiresOn: '2020-12-26' });
    const heard = api.answers(...found(assigned('E-1'), before), status('pending'), status('applied'));
    const { code, stdout } = await cli(...extension, '--dry-run');
    expect([code, ...outcomes(stdout)]).toStrictEqual([
      0,
      ['E-1', '2020-09-27', '2020-12-26', 'wouldBeExtended'],
      ['E-2', '2020-12-26', '2020-12-26', 'extendedBefore'],
    ]);
    expect(heard.every(({ line }) => line.startsWith('GET'))).toBe(true);
    expect(heard[3]?.line).toMatch(/^GET \/v1\/engagements\/E-1\/messages\/extension-[0-9a-f]{64}$/);
  });

  test('asks after the very message that would be sent', async () => {
    const looked = api.answers(...found(assigned('E-1')), status('pending'));
    await cli(...extension, '--dry-run');
    const asked = looked.at(-1)?.line.split('/').at(-1);
    const sent = api.answers(...found(assigned('E-1')), { body: extended(assigned('E-1')) });
    await cli(...extension);
    expect(sent.at(-1)?.headers['idempotency-key']).toBe(asked);
  });

  test('shows what was refused before: it would be again', async () => {
    api.answers(...found(assigned('E-1')), status('refused', { code: 'extension-not-later', detail: 'not later' }));
    const { code, stdout } = await cli(...extension, '--dry-run');
    expect([code, ...outcomes(stdout)]).toStrictEqual([1, ['E-1', '2020-09-27', '–', 'refused: not later']]);
  });
});

describe('an extension that is none sends nothing', () => {
  test.each([
    [['--assigned-before', 'spring'], '--assigned-before'],
    [['--add-days', '0'], 'addDays: Too small'],
    [['--add-days', 'many'], 'addDays: Invalid input'],
    [['--add-days', '1.5'], 'addDays: Invalid input'],
    [['--add-days', '366'], 'addDays: Too big'],
    [['--reason', ' '], 'reason: Too small'],
  ])('%j', async (wrong, told) => {
    const heard = api.answers(nobody);
    expect(await cli(...extension, ...wrong)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(told) as string,
    });
    expect(heard).toHaveLength(0);
  });

  test.each(['--assigned-before', '--add-days', '--reason'])('without %s', async (option) => {
    const at = extension.indexOf(option);
    const heard = api.answers(nobody);
    expect(await cli(...extension.toSpliced(at, 2))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`required option '${option}`) as string,
    });
    expect(heard).toHaveLength(0);
  });
});
