import { batchEventCells } from '../../client/wording/batchEvents';
import type { BatchView } from '../../contracts/batch';
import { BATCH_EVENT_TYPES } from '../../contracts/names';
import type { BatchEvent, NewBatchEvent } from '../../domain/batch/events';
import { BATCH, BATCH_TASK } from './rig';
import { run, startApi } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(args, { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });
const json = (body: unknown) => `${JSON.stringify(body, null, 2)}\n`;

const { batchId } = BATCH;
const amount = { minor: 8_250_000, currency: 'SEK' };
const member = BATCH.members[0]!;
const request = {
  reference: `${batchId}:invoice:1`,
  seq: 1,
  gateway: 'http' as const,
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-09-01' }],
  amount,
  invoice: { number: '2020-00012', date: '2020-09-15' },
};
const task = { ...BATCH_TASK, kind: 'paymentHeld' as const };
const { seq: _seq, ...shown } = request;
const held: BatchView = {
  ...BATCH,
  stage: 'paymentApproved',
  version: 9,
  paymentRequest: {
    ...shown,
    status: 'held',
    microsoftReferenceNumber: 'MS-1',
    submittedAt: '2020-09-15T00:00:05.000Z',
  },
  nextDeadline: { kind: 'paymentOverdue', at: '2020-10-20T00:00:00.000Z' },
  tasks: [task],
};

describe('a message to a batch', () => {
  test('is posted to its route, and answered with what the batch is now', async () => {
    const heard = api.answers({ body: held });
    const split = ['batch', 'splitBatch', batchId, '--set', 'engagementIds=E-1,E-2', '--set', 'reason=wrong level'];
    expect(await cli(...split, '--key', 'k-1')).toStrictEqual({
      code: 0,
      stdout: [
        `${batchId} is paymentApproved`,
        'Vouchers: 1, SEK 82,500.00',
        'Next deadline: 2020-10-20 00:00 UTC, paymentOverdue',
        `Open tasks: ${task.taskId}`,
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(
      heard.map(({ line, headers, body }) => [line, headers['idempotency-key'], JSON.parse(body) as unknown]),
    ).toEqual([[`POST /v1/batches/${batchId}/split`, 'k-1', { engagementIds: ['E-1', 'E-2'], reason: 'wrong level' }]]);
  });

  test('that corrects is held to the version that is read for it', async () => {
    const required = {
      type: '/problems/precondition-required',
      title: 'If-Match',
      status: 428,
      detail: '',
      instance: '/',
    };
    const heard = api.answers(
      { status: 428, body: required },
      { body: held, headers: { etag: '"9"' } },
      { body: held },
    );
    const set = ['--set', 'changes.locationId=contoso-se', '--set', 'reason=moved'];
    expect(await cli('batch', 'correctPaymentRequest', batchId, ...set)).toMatchObject({ code: 0 });
    expect(heard.map(({ line, headers }) => [line, headers['if-match']])).toStrictEqual([
      [`POST /v1/batches/${batchId}/payment-request-correction`, undefined],
      [`GET /v1/batches/${batchId}`, undefined],
      [`POST /v1/batches/${batchId}/payment-request-correction`, '"9"'],
    ]);
  });

  test('about one of its tasks is answered with the batch', async () => {
    const heard = api.answers({ body: BATCH });
    expect(await cli('resolve', task.taskId, 'bankDetailsCorrected')).toStrictEqual({
      code: 0,
      stdout: [
        `${batchId} is collecting`,
        'Vouchers: 1, SEK 82,500.00',
        'Next deadline: 2020-09-15 00:00 UTC, batchDue',
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(heard.map(({ line }) => line)).toStrictEqual([
      `POST /v1/tasks/${encodeURIComponent(task.taskId)}/resolution`,
    ]);
  });
});

describe('batches', () => {
  test('are a table', async () => {
    const { total: _total, nextDeadline: _next, ...rest } = BATCH;
    const dissolved: BatchView = { ...rest, batchId: 'DDPS-SE-0123456789-2', stage: 'dissolved', members: [] };
    const heard = api.answers({ body: { items: [held, dissolved], next: 'bmV4dA' } });
    const { code, stdout, stderr } = await cli('batches', '--partner', 'contoso', '--stage', 'paymentApproved');
    expect({ code, stderr, stdout: stdout.split('\n') }).toStrictEqual({
      code: 0,
      stderr: 'There are more: --after bmV4dA\n',
      stdout: [
        'BATCH                 STAGE            PARTNER  LOCATION        VOUCHERS  TOTAL          PAYMENT REQUEST  NEXT DEADLINE         TASKS',
        'DDPS-SE-0123456789-1  paymentApproved  contoso  contoso-se, SE  1         SEK 82,500.00  held             2020-10-20 00:00 UTC  1',
        'DDPS-SE-0123456789-2  dissolved        contoso  contoso-se, SE  0         –              –                –                     0',
        '',
      ],
    });
    expect(heard.map(({ line }) => line)).toStrictEqual(['GET /v1/batches?stage=paymentApproved&partnerId=contoso']);
  });

  test('a stage there is not is wrong usage', async () => {
    expect(await cli('batches', '--stage', 'sent')).toMatchObject({ code: 2, stdout: '' });
  });

  test('are given to a program as they are', async () => {
    api.answers({ body: { items: [BATCH] } });
    expect((await cli('batches', '--json')).stdout).toBe(json({ items: [BATCH] }));
  });
});

const actor = { subject: 'dev-operator', role: 'operator' as const };
const recorded = (version: number, event: NewBatchEvent): BatchEvent => ({
  ...event,
  batchId,
  version,
  at: `2020-09-0${version}T08:00:00.000Z`,
  messageId: `m-${version}`,
  actor,
});
const group = { partnerId: 'contoso', offering: 'DDPS', country: 'SE', locationId: 'contoso-se', currency: 'SEK' };
const items = [
  recorded(1, { type: 'BatchOpened', data: { ...group, utcOffset: '+00:00' } }),
  recorded(2, { type: 'VoucherAdded', data: { member } }),
];

describe('batch show', () => {
  test('puts the batch, each of its vouchers and its last events on a card', async () => {
    const heard = api.answers({ body: held }, { body: { items } });
    const { code, stdout, stderr } = await cli('batch', 'show', batchId);
    expect({ code, stderr, stdout: stdout.split('\n') }).toStrictEqual({
      code: 0,
      stderr: '',
      stdout: [
        `${batchId} is paymentApproved`,
        '',
        'Partner          contoso, contoso-se (SE), DDPS',
        'Vouchers         1, SEK 82,500.00',
        'Next deadline    2020-10-20 00:00 UTC, paymentOverdue',
        `Payment request  ${batchId}:invoice:1, held, SEK 82,500.00, invoice 2020-00012, Microsoft reference MS-1`,
        '',
        'Vouchers',
        '  E-1  V-1  5 days  redeemed 2020-09-01  SEK 82,500.00  due 2020-10-31',
        '',
        'Open tasks',
        '  SAVB holds the payment (for operator)',
        '    Ask why.',
        `    engagements resolve ${task.taskId} bankDetailsCorrected`,
        '',
        'Last events',
        '  2020-09-01 08:00:00 UTC  1  BatchOpened   dev-operator  contoso, DDPS, SE, contoso-se, SEK',
        '  2020-09-02 08:00:00 UTC  2  VoucherAdded  dev-operator  V-1 of E-1, SEK 82,500.00',
        '',
      ],
    });
    expect(heard.map(({ line }) => line)).toStrictEqual([
      `GET /v1/batches/${batchId}`,
      `GET /v1/batches/${batchId}/timeline`,
    ]);
  });

  test('gives a program the view as it is', async () => {
    api.answers({ body: held });
    expect(await cli('batch', 'show', batchId, '--json')).toStrictEqual({ code: 0, stdout: json(held), stderr: '' });
  });
});

test('batch timeline prints every fact on a line', async () => {
  api.answers({ body: { items } });
  expect((await cli('batch', 'timeline', batchId)).stdout.split('\n')).toStrictEqual([
    '2020-09-01 08:00:00 UTC  1  BatchOpened   dev-operator  contoso, DDPS, SE, contoso-se, SEK',
    '2020-09-02 08:00:00 UTC  2  VoucherAdded  dev-operator  V-1 of E-1, SEK 82,500.00',
    '',
  ]);
  api.answers({ body: { items } });
  expect((await cli('batch', 'timeline', batchId, '--json')).stdout).toBe(json({ items }));
});

describe('a fact of a batch', () => {
  const { reference } = request;
  const at = '2020-09-20T08:00:00.000Z';
  const { taskId, kind } = task;
  const told: [NewBatchEvent, string][] = [
    [{ type: 'BatchOpened', data: { ...group, utcOffset: '+00:00' } }, 'contoso, DDPS, SE, contoso-se, SEK'],
    [{ type: 'VoucherAdded', data: { member } }, 'V-1 of E-1, SEK 82,500.00'],
    [
      {
        type: 'BatchSplit',
        data: { left: [{ engagementId: 'E-1', reference: 'E-1:invoice:1', voucherId: 'V-1' }], reason: 'wrong level' },
      },
      'E-1 left: wrong level',
    ],
    [{ type: 'PaymentRequestPrepared', data: request }, `${reference}, SEK 82,500.00`],
    [
      { type: 'PaymentRequestSubmitted', data: { reference, microsoftReferenceNumber: 'MS-1', submittedAt: at } },
      'Microsoft reference MS-1',
    ],
    [{ type: 'PaymentStatusChanged', data: { reference, status: 'approved', reportedAt: at } }, 'approved'],
    [{ type: 'PaymentDenied', data: { reference, reportedAt: at, note: 'no contract' } }, 'no contract'],
    [
      { type: 'PaymentRequestCorrected', data: { reference, changes: { locationId: 'contoso-se' }, reason: 'moved' } },
      `${reference} is given up and asked for anew: moved`,
    ],
    [{ type: 'NoteAdded', data: { text: 'two\nlines' } }, 'two lines'],
    [{ type: 'DeadlineReminded', data: { kind: 'batchDue', at, about: 'it goes out' } }, 'it goes out'],
    [{ type: 'TaskOpened', data: { task } }, `${taskId} (operator)`],
    [{ type: 'TaskClaimed', data: { taskId, claimedBy: 'kim' } }, `${taskId} by kim`],
    [{ type: 'TaskReleased', data: { taskId } }, taskId],
    [{ type: 'TaskResolved', data: { taskId, kind, resolution: 'chased' } }, `${taskId} as chased`],
    [
      {
        type: 'MessageRefused',
        data: { message: 'addToBatch', refusal: { code: 'batch-sealed', detail: 'too late' } },
      },
      'addToBatch: too late',
    ],
  ];

  test.each(told)('$type says what happened', (event, text) =>
    expect(batchEventCells(recorded(1, event))).toStrictEqual([
      '2020-09-01 08:00:00 UTC',
      '1',
      event.type,
      'dev-operator',
      text,
    ]),
  );

  test('of every kind is told', () =>
    expect(new Set(told.map(([{ type }]) => type))).toStrictEqual(new Set(BATCH_EVENT_TYPES)));
});

test('an engagement that is asked for with others says with which batch', async () => {
  const { startedAt, updatedAt } = { startedAt: '2020-09-01T08:00:00.000Z', updatedAt: '2020-09-01T08:00:00.000Z' };
  const { invoice: _invoice, ...common } = shown;
  const engagement = {
    engagementId: 'E-1',
    partnerId: 'contoso',
    engagementType: 'windowsOffice',
    customer: { name: 'Fabrikam AG', country: 'SE' },
    rulebook: { id: '2020-06', hash: 'abc' },
    stage: 'redeemed',
    version: 12,
    paymentRequest: { ...common, reference: 'E-1:invoice:1', gateway: 'batch', status: 'collected', batchId },
    tasks: [],
    startedAt,
    updatedAt,
  };
  api.answers({ body: engagement }, { body: { items: [] } });
  expect((await cli('show', 'E-1')).stdout).toContain(
    `Payment request  E-1:invoice:1, collected, SEK 82,500.00, with batch ${batchId}\n`,
  );
});
