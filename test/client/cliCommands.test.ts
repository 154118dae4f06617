import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngagementView } from '../../contracts/engagement';
import { run, startApi, started, task } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(args, { API_URL: `${api.url}/`, ENGAGEMENTS_TOKEN: 'mine' });
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const json = (body: unknown) => `${JSON.stringify(body, null, 2)}\n`;
const actor = { subject: 'dev-operator', role: 'operator' };
const event = (version: number, type: string, data: object) => ({
  engagementId: 'E-1001',
  version,
  type,
  at: `2020-09-01T08:0${version}:00.000Z`,
  messageId: `m${version}`,
  actor,
  data,
});

describe('start', () => {
  const wanted = { partnerId: 'contoso-services', engagementType: 'windowsOffice', customer: started.customer };

  test('posts the checked request with the token and a fresh key, and tells what is awaited', async () => {
    const heard = api.answers({ status: 201, body: started });
    expect(
      await cli('start', '--json', JSON.stringify(wanted).replace('{', '{ '), '--set', 'serviceLevelDays=5'),
    ).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(heard.map(({ line, body }) => ({ line, body: JSON.parse(body) as unknown }))).toStrictEqual([
      { line: 'POST /v1/engagements', body: { ...wanted, serviceLevelDays: 5 } },
    ]);
    expect(heard[0]?.headers).toMatchObject({
      authorization: 'Bearer mine',
      'content-type': 'application/json',
      'idempotency-key': expect.stringMatching(uuid) as string,
    });
  });

  test('tells a person the stage and what is awaited', async () => {
    api.answers({ body: started });
    const set = [
      'partnerId=contoso-services',
      'engagementType=windowsOffice',
      'customer.name=Fabrikam AG',
      'customer.country=SE',
    ];
    expect(await cli('start', ...set.flatMap((field) => ['--set', field]))).toStrictEqual({
      code: 0,
      stdout: 'E-1001 is awaitingVoucher\nAwaiting assignVoucher from customer until 2020-09-21 00:00 UTC\n',
      stderr: '',
    });
  });
});

describe('send', () => {
  test('posts the message to its route under the given key, for whom it is and whether to wait', async () => {
    const heard = api.answers({ status: 202, body: { status: 'accepted', messageId: 'k-1' } });
    const args = ['send', 'redeemVoucher', 'E-1001', '--set', 'confirmed=true', '--key', 'k-1'];
    expect(await cli(...args, '--on-behalf-of', 'eva lind', '--async')).toStrictEqual({
      code: 0,
      stdout: 'Accepted, not decided yet: message k-1. Its verdict will be in the timeline.\n',
      stderr: '',
    });
    expect(heard[0]).toMatchObject({
      line: 'POST /v1/engagements/E-1001/redemption',
      body: '{"confirmed":true}',
      headers: { 'idempotency-key': 'k-1', 'on-behalf-of': 'eva lind', prefer: 'respond-async' },
    });
    expect(heard[0]?.headers['if-match']).toBeUndefined();
  });

  test('answers a program in JSON, and a person with the open tasks', async () => {
    const body: EngagementView = { ...started, awaiting: undefined, tasks: [task] };
    api.answers({ body });
    expect(await cli('send', 'addNote', 'E-1001', '--set', 'text=hello', '--json')).toStrictEqual({
      code: 0,
      stdout: json(body),
      stderr: '',
    });
    expect((await cli('send', 'addNote', 'E-1001', '--set', 'text=hello')).stdout).toBe(
      'E-1001 is awaitingVoucher\nOpen tasks: E-1001:paymentHeld:1\n',
    );
  });

  const extend = ['send', 'extendVoucher', 'E-1001', '--set', 'addDays=90', '--set', 'reason=extended', '--key', 'k-2'];
  const versionMissing = {
    type: '/problems/precondition-required',
    title: 'If-Match',
    status: 428,
    detail: '',
    instance: '',
  };

  test('reads the version where the API asks for it and repeats the call with it, under the same key', async () => {
    const heard = api.answers(
      { status: 428, body: versionMissing },
      { body: started, headers: { etag: '"7"' } },
      { body: started },
    );
    expect(await cli(...extend)).toMatchObject({ code: 0, stderr: '' });
    expect(heard.map(({ line, headers }) => [line, headers['if-match'], headers['idempotency-key']])).toStrictEqual([
      ['POST /v1/engagements/E-1001/voucher-extension', undefined, 'k-2'],
      ['GET /v1/engagements/E-1001', undefined, undefined],
      ['POST /v1/engagements/E-1001/voucher-extension', '"7"', 'k-2'],
    ]);
  });

  test('holds to the version it was given', async () => {
    const heard = api.answers({ body: started });
    await cli(...extend, '--if-match', '12');
    expect(heard.map(({ headers }) => headers['if-match'])).toStrictEqual(['"12"']);
  });
});

describe('list', () => {
  test('asks with the filters of the API and prints a table', async () => {
    const later: EngagementView = {
      ...started,
      engagementId: 'E-2',
      stage: 'paid',
      customer: { name: 'Tailspin\u001b[2J', country: 'DE' },
      awaiting: undefined,
      nextDeadline: undefined,
      tasks: [task],
    };
    const heard = api.answers({ body: { items: [started, later], next: 'c2' } });
    const { code, stdout, stderr } = await cli(
      ...[
        'list',
        '--partner',
        'contoso-services',
        '--stage',
        'reserved',
        '--voucher',
        'V-1',
        '--customer',
        'Fabrikam AG',
      ],
      ...['--open-tasks', '--due-before', '2020-12-31', '--limit', '2', '--after', 'c1'],
    );
    expect(Object.fromEntries(new URL(heard[0]!.line.slice(4), api.url).searchParams)).toStrictEqual({
      stage: 'reserved',
      customer: 'Fabrikam AG',
      dueBefore: '2020-12-31T00:00:00Z',
      order: 'deadline',
      limit: '2',
      after: 'c1',
      partnerId: 'contoso-services',
      voucherId: 'V-1',
      openTasks: 'true',
    });
    expect({ code, stderr, stdout: stdout.split('\n') }).toStrictEqual({
      code: 0,
      stderr: 'There are more: --after c2\n',
      stdout: [
        'ENGAGEMENT  STAGE            PARTNER           TYPE           CUSTOMER          VOUCHER  AWAITING                     NEXT DEADLINE         TASKS',
        'E-1001      awaitingVoucher  contoso-services  windowsOffice  Fabrikam AG, SE   –        assignVoucher from customer  2020-09-08 00:00 UTC  0',
        'E-2         paid             contoso-services  windowsOffice  Tailspin [2J, DE  –        –                            –                     1',
        '',
      ],
    });
  });

  test('of nothing prints nothing for programs to read', async () => {
    api.answers({ body: { items: [] } });
    expect(await cli('list')).toStrictEqual({ code: 0, stdout: '', stderr: 'Nothing found.\n' });
  });

  test('gives a program the page as it is', async () => {
    api.answers({ body: { items: [started], next: 'c2' } });
    expect(await cli('list', '--json')).toStrictEqual({
      code: 0,
      stdout: json({ items: [started], next: 'c2' }),
      stderr: '',
    });
  });

  test('has bold titles on a terminal, unless NO_COLOR is set', async () => {
    api.answers({ body: { items: [started] } });
    const env = { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' };
    expect((await run(['list'], env, true)).stdout).toMatch(/^\u001b\[1mENGAGEMENT/);
    expect((await run(['list'], { ...env, NO_COLOR: '1' }, true)).stdout).toMatch(/^ENGAGEMENT/);
  });
});

describe('show', () => {
  const paid: EngagementView = {
    ...started,
    stage: 'paymentRequested',
    serviceLevelDays: 5,
    customer: { name: 'Fabrikam AG', country: 'SE', customerId: 'fab' },
    awaiting: { message: 'recordPaymentStatus', from: 'Microsoft' },
    voucher: {
      voucherId: 'V-1',
      voucherAdministratorEmail: 'v@fabrikam.example',
      projectManager: { name: 'Kim', email: 'kim@contoso.example' },
      offering: 'DDPS',
      serviceLevelDays: 5,
      assignedOn: '2020-09-01',
      expiresOn: '2021-02-28',
    },
    reservation: {
      locationId: 'contoso-se',
      deliveryCountry: 'SE',
      reservedOn: '2020-09-02',
      scheduledStart: '2020-09-14',
      scheduledEnd: '2020-09-18',
      consultantIds: ['eva.lind', 'bo'],
    },
    completionReport: {
      startedOn: '2020-09-14',
      completedOn: '2020-09-18',
      deliveredToCustomerOn: '2020-09-18',
      daysDelivered: 5,
      consultantIds: ['eva.lind'],
      deliverables: [{ name: 'plan.pdf', kind: 'customerPlan', sha256: 'ab', size: 3 }],
      summary: 'done',
    },
    redemption: { redeemedOn: '2020-09-21', paymentRequestDueOn: '2020-11-20' },
    paymentRequest: {
      reference: 'E-1001:invoice:1',
      status: 'held',
      gateway: 'http',
      offering: 'DDPS',
      country: 'SE',
      locationId: 'contoso-se',
      vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-09-21' }],
      amount: { minor: 4_500_000, currency: 'SEK' },
      invoice: { number: '2020-0001', date: '2020-09-22' },
      microsoftReferenceNumber: 'MS-1',
      rejection: { message: 'bank account missing' },
    },
    paymentAtRisk: { reasons: ['startedEarly'] },
    tasks: [task],
  };

  test('puts everything on a card: what is awaited, open tasks with their commands, the last five events', async () => {
    const notes = [1, 2, 3, 4, 5].map((version) => event(version, 'NoteAdded', { text: `note ${version}` }));
    api.answers(
      { body: paid },
      { body: { items: [...notes, event(6, 'VoucherExpired', { expiredOn: '2021-02-28', planningDays: 'lost' })] } },
    );
    const { code, stdout, stderr } = await cli('show', 'E-1001');
    expect({ code, stderr, stdout: stdout.split('\n') }).toStrictEqual({
      code: 0,
      stderr: '',
      stdout: [
        'E-1001 is paymentRequested',
        '',
        'Customer         Fabrikam AG, SE, fab',
        'Engagement       windowsOffice, 5 days, partner contoso-services, rules 2020-06',
        'Awaiting         recordPaymentStatus from Microsoft',
        'Next deadline    2020-09-08 00:00 UTC, voucherReminder',
        'Voucher          V-1, DDPS, 5 days, assigned 2020-09-01, expires 2021-02-28',
        'Reservation      contoso-se (SE), 2020-09-14 to 2020-09-18, eva.lind and bo, reserved 2020-09-02',
        'Report           5 days, delivered 2020-09-18, plan.pdf',
        'Redemption       2020-09-21, payment request due 2020-11-20',
        'Payment request  E-1001:invoice:1, held, SEK 45,000.00, invoice 2020-0001, Microsoft reference MS-1, bank account missing',
        'At risk          startedEarly',
        '',
        'Open tasks',
        '  Microsoft holds the payment (for globalAdmin, in SAVB Online Payment Tool in CHIP (Microsoft account), due 2020-11-21 00:00 UTC)',
        '    Held since Monday.',
        '    Correct the bank account.',
        '    engagements resolve E-1001:paymentHeld:1 bankDetailsCorrected',
        '',
        'Last events',
        '  2020-09-01 08:02:00 UTC  2  NoteAdded       dev-operator  note 2',
        '  2020-09-01 08:03:00 UTC  3  NoteAdded       dev-operator  note 3',
        '  2020-09-01 08:04:00 UTC  4  NoteAdded       dev-operator  note 4',
        '  2020-09-01 08:05:00 UTC  5  NoteAdded       dev-operator  note 5',
        '  2020-09-01 08:06:00 UTC  6  VoucherExpired  dev-operator  on 2021-02-28, its days are lost',
        '',
      ],
    });
  });

  test('shows what there is of an engagement that has just begun', async () => {
    const heard = api.answers({ body: { ...started, awaiting: undefined } }, { body: { items: [] } });
    expect((await cli('show', 'E-1001')).stdout).toBe(
      [
        'E-1001 is awaitingVoucher',
        '',
        'Customer       Fabrikam AG, SE',
        'Engagement     windowsOffice, partner contoso-services, rules 2020-06',
        'Awaiting       nothing',
        'Next deadline  2020-09-08 00:00 UTC, voucherReminder',
        '',
        'Last events',
        '',
      ].join('\n'),
    );
    expect(heard.map(({ line }) => line)).toStrictEqual([
      'GET /v1/engagements/E-1001',
      'GET /v1/engagements/E-1001/timeline',
    ]);
  });

  test('gives a program the view as it is', async () => {
    const heard = api.answers({ body: paid });
    expect(await cli('show', 'E-1001', '--json')).toStrictEqual({ code: 0, stdout: json(paid), stderr: '' });
    expect(heard).toHaveLength(1);
  });
});

describe('watch', () => {
  const first = event(1, 'EngagementStarted', { engagementType: 'ppm', customer: started.customer });
  const second = { ...event(2, 'MoonLanded', {}), actor: { ...actor, onBehalfOf: 'eva' } };
  const last = event(3, 'EngagementCancelled', { reason: 'no budget' });
  const over: EngagementView = { ...started, version: 3, stage: 'cancelled' };

  test('prints each event once as it comes, over failures that pass, and ends when the business is over', async () => {
    const unavailable = {
      type: '/problems/unavailable',
      title: 'Away',
      status: 503,
      detail: 'records are away',
      instance: '',
    };
    const heard = api.answers(
      { body: started },
      { body: { items: [first] } },
      { body: started },
      { status: 503, body: unavailable },
      { status: 503, body: unavailable },
      { body: over },
      { body: { items: [first, second, last] } },
    );
    expect(await cli('watch', 'E-1001', '--every', '1ms')).toStrictEqual({
      code: 0,
      stdout: [
        '2020-09-01 08:01:00 UTC    1  EngagementStarted          dev-operator  PPM for Fabrikam AG, SE',
        '2020-09-01 08:02:00 UTC    2  MoonLanded                 eva',
        '2020-09-01 08:03:00 UTC    3  EngagementCancelled        dev-operator  no budget',
        '',
      ].join('\n'),
      stderr: 'records are away; still watching\n',
    });
    expect(heard).toHaveLength(7);
  });

  test('shows on a terminal how far it has come and what it waits for', async () => {
    const held = { ...started, version: 2, tasks: [task] };
    api.answers(
      { body: held },
      { body: { items: [first, second] } },
      { body: over },
      { body: { items: [first, second, last] } },
    );
    const env = { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' };
    expect((await run(['watch', 'E-1001', '--every', '1ms'], env, true)).stderr.split('\n')).toStrictEqual([
      '  ■□□□□□□□ awaitingVoucher, waiting for assignVoucher from customer until 2020-09-21 00:00 UTC, 1 open task',
      '  it is over: cancelled',
      '',
    ]);
  });

  test('gives a program one event per line', async () => {
    api.answers({ body: over }, { body: { items: [first, last] } });
    expect((await cli('watch', 'E-1001', '--json')).stdout).toBe(`${JSON.stringify(first)}\n${JSON.stringify(last)}\n`);
  });

  test('of an engagement that is not there ends at once', async () => {
    const missing = {
      type: '/problems/not-found',
      title: 'Not found',
      status: 404,
      detail: 'no such engagement',
      instance: '',
    };
    api.answers({ status: 404, body: missing });
    expect(await cli('watch', 'E-1001')).toMatchObject({ code: 1, stdout: '' });
  });

  test('does not begin while the API is failing', async () => {
    api.answers({ status: 500, body: 'oops' });
    expect(await cli('watch', 'E-1001')).toMatchObject({ code: 1, stdout: '' });
  });

  test('looks as often as it is told in words people use', async () =>
    expect(await cli('watch', 'E-1001', '--every', 'often')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a duration such as 250ms') as string,
    }));
});

describe('tasks', () => {
  const DAY_MS = 24 * 3_600_000;
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS + 60_000).toISOString();

  test('lists the open ones with age, due and owner, and the ways to resolve them', async () => {
    const held = { ...task, openedAt: inDays(-13) };
    const byMessage = {
      ...task,
      taskId: 'E-2:paymentRejected:1',
      kind: 'paymentRejected',
      resolutions: [],
      openedAt: inDays(-1),
      dueAt: undefined,
      claimedBy: 'kim',
    };
    const heard = api.answers({ body: { items: [held, byMessage] } });
    const { stdout } = await cli('tasks', '--kind', 'paymentHeld', '--partner', 'contoso-services', '--limit', '5');
    expect(heard[0]?.line).toBe(
      'GET /v1/tasks?status=open&kind=paymentHeld&limit=5&partnerId=contoso-services&order=due',
    );
    const overdue = /2020-11-21 00:00 UTC, OVERDUE \d{4} d/.exec(stdout)?.[0] ?? '';
    const gap = ' '.repeat(overdue.length - 'DUE'.length);
    expect(stdout.split('\n')).toStrictEqual([
      `TASK                   KIND             PARTNER           FOR          OWNER  AGE   DUE${gap}  RESOLUTIONS           TITLE`,
      `E-1001:paymentHeld:1   paymentHeld      contoso-services  globalAdmin  –      12 d  ${overdue}  bankDetailsCorrected  Microsoft holds the payment`,
      `E-2:paymentRejected:1  paymentRejected  contoso-services  globalAdmin  kim    23 h  –  ${gap}  by a message          Microsoft holds the payment`,
      '',
    ]);
  });

  test('asks for those of a role, of a person, and for what is overdue', async () => {
    const heard = api.answers({ body: { items: [] } });
    const before = new Date().toISOString();
    await cli('tasks', '--role', 'globalAdmin', '--owner', 'kim', '--overdue');
    const { dueBefore = '', ...asked } = Object.fromEntries(new URL(heard[0]!.line.slice(4), api.url).searchParams);
    expect(asked).toStrictEqual({ status: 'open', role: 'globalAdmin', claimedBy: 'kim', order: 'due' });
    expect(dueBefore >= before && dueBefore <= new Date().toISOString()).toBe(true);
    await cli('tasks', '--due-before', '2020-12-31');
    expect(heard[1]?.line).toBe('GET /v1/tasks?status=open&dueBefore=2020-12-31T00%3A00%3A00Z&order=due');
  });

  test('asks for one instant only', async () =>
    expect(await cli('tasks', '--overdue', '--due-before', '2020-12-31')).toMatchObject({
      code: 2,
      stderr: 'give either --overdue or --due-before\n',
    }));

  test('gives a program the page as it is, resolved ones if asked for', async () => {
    const heard = api.answers({ body: { items: [task] } });
    expect((await cli('tasks', '--status', 'resolved', '--json')).stdout).toBe(json({ items: [task] }));
    expect(heard[0]?.line).toBe('GET /v1/tasks?status=resolved&order=due');
  });
});

describe('a task', () => {
  test.each([
    [
      ['resolve', task.taskId, 'bankDetailsCorrected', '--note', 'done'],
      'resolution',
      { resolution: 'bankDetailsCorrected', note: 'done' },
    ],
    [['resolve', task.taskId], 'resolution', {}],
    [['claim', task.taskId, '--note', 'mine'], 'claim', { note: 'mine' }],
    [['release', task.taskId], 'release', {}],
  ])('%j is said to its route', async (args, action, body) => {
    const heard = api.answers({ body: started });
    expect(await cli(...args, '--key', 'k-3', '--json')).toStrictEqual({ code: 0, stdout: json(started), stderr: '' });
    expect(
      heard.map(({ line, headers, ...rest }) => [line, headers['idempotency-key'], JSON.parse(rest.body) as unknown]),
    ).toStrictEqual([[`POST /v1/tasks/E-1001%3ApaymentHeld%3A1/${action}`, 'k-3', body]]);
  });

  test('takes no empty note', async () => {
    const heard = api.answers({ body: started });
    expect(await cli('claim', task.taskId, '--note', ' ')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('note: Too small') as string,
    });
    expect(heard).toHaveLength(0);
  });
});

describe('upload', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'upload-'));
    await writeFile(join(folder, 'plan.pdf'), 'the plan');
    await writeFile(join(folder, 'der Plan.pdf'), 'the plan');
  });
  afterAll(() => rm(folder, { recursive: true }));
  const sha256 = createHash('sha256').update('the plan').digest();
  const stored = { name: 'plan.pdf', size: 8, sha256: sha256.toString('hex') };

  test('streams the file with its length and digest', async () => {
    const heard = api.answers({ status: 201, body: stored });
    expect(await cli('upload', 'E-1001', join(folder, 'plan.pdf'))).toStrictEqual({
      code: 0,
      stdout: `plan.pdf: 8 bytes, sha256 ${stored.sha256}\n`,
      stderr: '',
    });
    expect(heard[0]).toMatchObject({
      line: 'PUT /v1/engagements/E-1001/deliverables/plan.pdf',
      body: 'the plan',
      headers: { 'content-length': '8', 'content-digest': `sha-256=:${sha256.toString('base64')}:` },
    });
    expect(heard[0]?.headers['idempotency-key']).toBeUndefined();
  });

  test('takes another name, and has to when the file’s own cannot stand in an address', async () => {
    const heard = api.answers({ status: 201, body: stored });
    const file = join(folder, 'der Plan.pdf');
    expect(await cli('upload', 'E-1001', file)).toStrictEqual({
      code: 2,
      stdout: '',
      stderr:
        'der Plan.pdf cannot be its name here: letters, digits, dot, underscore and hyphen, 100 at most; choose another by --name\n',
    });
    expect(await cli('upload', 'E-1001', file, '--name', 'plan.pdf', '--json')).toMatchObject({ stdout: json(stored) });
    expect(heard.map(({ line }) => line)).toStrictEqual(['PUT /v1/engagements/E-1001/deliverables/plan.pdf']);
  });

  test('of a file that cannot be read sends nothing', async () => {
    const heard = api.answers({ body: stored });
    for (const file of [join(folder, 'missing.pdf'), folder])
      expect(await cli('upload', 'E-1001', file, '--name', 'x')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`${file} cannot be read: E`) as string,
      });
    expect(heard).toHaveLength(0);
  });
});
