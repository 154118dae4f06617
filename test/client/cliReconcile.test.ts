import type { Reconciliation, ReconciliationResult } from '../../contracts/reconciliation';
import type { Task } from '../../contracts/tasks';
import { run, startApi, task } from './cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const cli = (...args: string[]) => run(args, { API_URL: api.url, ENGAGEMENTS_TOKEN: 'mine' });
const json = (body: unknown) => `${JSON.stringify(body, null, 2)}\n`;
const lines = (...text: string[]) => text.map((line) => `${line}\n`).join('');

const nothing: ReconciliationResult = {
  savb: 'compared',
  matched: 12,
  underWay: 1,
  missingThere: [],
  missingHere: [],
  amountDiffers: [],
  sums: [{ currency: 'SEK', here: 2_880_000, there: 2_880_000 }],
  tasks: { opened: 0, closed: 0 },
  terminated: [],
  woken: [],
  counts: { missingThere: 0, missingHere: 0, amountDiffers: 0, terminated: 0, woken: 0 },
};
const run1 = { reconciliationId: 'R-1', startedAt: '2026-03-02T03:00:00.000Z' };
const completed = (given: Partial<ReconciliationResult> = {}): Reconciliation => ({
  ...run1,
  status: 'completed',
  endedAt: '2026-03-02T03:00:09.000Z',
  ...nothing,
  ...given,
});

const sek = (minor: number) => ({ minor, currency: 'SEK' });
const differing = completed({
  missingThere: [
    {
      reference: 'E-1:invoice:1',
      partnerId: 'contoso',
      here: { amount: sek(240_000), microsoftReferenceNumber: 'N-1' },
      why: 'not there',
    },
  ],
  missingHere: [
    { reference: 'typed\u001b[31m', there: { amount: sek(700), microsoftReferenceNumber: 'N-2' }, why: 'unknown' },
  ],
  sums: [{ currency: 'SEK', here: 3_120_000, there: 2_880_700 }],
  tasks: { opened: 2, closed: 1 },
  counts: { ...nothing.counts, missingThere: 1, missingHere: 3 },
});

test('a reconciliation is asked for under a key, and nothing that differs is told with what was compared', async () => {
  const heard = api.answers({ body: completed() });
  expect(await cli('reconcile', '--key', 'k-1')).toStrictEqual({
    code: 0,
    stdout: lines(
      'Matched         12  the same on both sides',
      'Under way       1   too young to be judged',
      'Missing there   0   on record here, not at SAVB',
      'Missing here    0   at SAVB, not on record here',
      'Amount differs  0   over one amount here, over another at SAVB',
      '',
      'CURRENCY  HERE           SAVB',
      'SEK       SEK 28,800.00  SEK 28,800.00',
    ),
    stderr: '',
  });
  expect(heard.map(({ line, headers, body }) => [line, headers['idempotency-key'], body])).toStrictEqual([
    ['POST /v1/reconciliations', 'k-1', ''],
  ]);
});

describe('what differs', () => {
  test('is told line by line, and the exit code is not 0', async () => {
    api.answers({ body: differing });
    expect(await cli('reconcile')).toStrictEqual({
      code: 1,
      stdout: lines(
        'Matched         12  the same on both sides',
        'Under way       1   too young to be judged',
        'Missing there   1   on record here, not at SAVB',
        'Missing here    3   at SAVB, not on record here',
        'Amount differs  0   over one amount here, over another at SAVB',
        '',
        'DIFFERENCE    REFERENCE      PARTNER  HERE               SAVB           WHY',
        'missingThere  E-1:invoice:1  contoso  SEK 2,400.00, N-1  –              not there',
        'missingHere   typed [31m     –        –                  SEK 7.00, N-2  unknown',
        '… and 2 more',
        '',
        'CURRENCY  HERE           SAVB',
        'SEK       SEK 31,200.00  SEK 28,807.00',
        '',
        'Tasks: 2 opened, 1 closed',
      ),
      stderr: '4 differences\n',
    });
  });

  test('is for programs in JSON, with the same exit code', async () => {
    api.answers({ body: differing });
    expect(await cli('reconcile', '--json')).toStrictEqual({
      code: 1,
      stdout: json(differing),
      stderr: '4 differences\n',
    });
  });

  test('is a workflow that does not run, too; one that was woken is at work again', async () => {
    const terminated = [
      { workflowId: 'engagement:E-7', partnerId: 'contoso', stage: 'reserved' as const, workflow: 'TERMINATED' },
    ];
    const woken = [{ workflowId: 'batch:B-8', version: 4, workflowVersion: 3 }];
    const counts = { ...nothing.counts, terminated: 1, woken: 2 };
    api.answers({ body: completed({ terminated, woken, counts }) });
    const { code, stdout, stderr } = await cli('reconcile');
    expect([code, stderr]).toStrictEqual([1, '1 difference\n']);
    expect(stdout).toContain(
      lines(
        '',
        'NOT RUNNING     PARTNER  STAGE     STATUS',
        'engagement:E-7  contoso  reserved  TERMINATED',
        '',
        'Woken: batch:B-8, at version 3 while its record was at 4',
        '… and 1 more',
      ),
    );
    api.answers({ body: completed({ woken, counts: { ...nothing.counts, woken: 1 } }) });
    expect((await cli('reconcile')).code).toBe(0);
  });
});

test('where only a person can list what SAVB has, nothing was compared and nothing differs', async () => {
  api.answers({ body: completed({ savb: 'byHand', matched: 0, underWay: 0, sums: [] }) });
  expect(await cli('reconcile')).toStrictEqual({
    code: 0,
    stdout: 'SAVB has no API here (SAVB_MODE=manual): only a person can compare its list with ours.\n',
    stderr: '',
  });
});

describe('one that takes longer', () => {
  test('is waited for', async () => {
    const still: Reconciliation = { ...run1, status: 'running' };
    const heard = api.answers({ status: 202, body: still }, { body: still }, { body: completed() });
    const { code, stderr } = await cli('reconcile');
    expect([code, stderr]).toStrictEqual([0, 'Reconciliation R-1 is running …\n']);
    expect(heard.map(({ line }) => line)).toStrictEqual([
      'POST /v1/reconciliations',
      'GET /v1/reconciliations/R-1',
      'GET /v1/reconciliations/R-1',
    ]);
  });

  test('may fail in the end', async () => {
    const failed: Reconciliation = { ...run1, status: 'failed', endedAt: run1.startedAt, why: 'SAVB has no room now' };
    api.answers({ body: failed });
    const stderr = 'The reconciliation failed: SAVB has no room now\n';
    expect(await cli('reconcile')).toStrictEqual({ code: 1, stdout: '', stderr });
    expect(await cli('reconcile', '--json')).toStrictEqual({ code: 1, stdout: json(failed), stderr });
  });
});

test('who may not is told so', async () => {
  const problem = {
    type: '/problems/forbidden',
    title: 'Your role may not do this',
    status: 403,
    detail: 'this is for operator, support',
    instance: '',
  };
  api.answers({ status: 403, body: problem });
  const { code, stderr } = await cli('reconcile');
  expect(code).toBe(1);
  expect(stderr).toContain('this is for operator, support');
});

describe('a task about a difference', () => {
  const { engagementId: _engagementId, ...kept } = task;
  const difference: Task = { ...kept, taskId: 'reconciliation:E-1:invoice:1:recordsDiffer:1', kind: 'recordsDiffer' };

  test('is resolved like any other, and the answer is the task', async () => {
    const heard = api.answers({ body: { ...difference, status: 'resolved' } });
    expect(await cli('resolve', difference.taskId, 'reconciled', '--note', 'cancelled there')).toStrictEqual({
      code: 0,
      stdout: `${difference.taskId} is resolved\n`,
      stderr: '',
    });
    expect(heard.map(({ line, body }) => [line, body])).toStrictEqual([
      [
        `POST /v1/tasks/${encodeURIComponent(difference.taskId)}/resolution`,
        JSON.stringify({ resolution: 'reconciled', note: 'cancelled there' }),
      ],
    ]);
  });

  test('tells who has claimed it', async () => {
    api.answers({ body: { ...difference, claimedBy: 'sam' } });
    expect((await cli('claim', difference.taskId)).stdout).toBe(`${difference.taskId} is open, claimed by sam\n`);
  });
});
