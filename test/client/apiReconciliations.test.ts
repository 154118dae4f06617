import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';
import { createReconciliationsClient, reconciliationIdOf, type Answered } from '../../client/reconciliations/client';
import type { Reconciliation, ReconciliationResult } from '../../contracts/reconciliation';
import { reconciliationSchema } from '../../contracts/reconciliation';
import type { Task } from '../../contracts/tasks';
import { refusal } from '../../domain/refusals';
import type { DifferenceMessage } from '../../records/differenceTasks';
import { fingerprintOf } from '../../records/fingerprint';
import { openRig, partnerAdmin } from './rig';

const AT = '2026-03-02T03:00:00.000Z';
const LATER = '2026-03-02T03:00:09.000Z';
const ID = reconciliationIdOf('key-1');

const result: ReconciliationResult = {
  savb: 'compared',
  matched: 2,
  underWay: 1,
  missingThere: [],
  missingHere: [{ reference: 'typed', there: { microsoftReferenceNumber: 'N-1' }, why: 'unknown' }],
  amountDiffers: [],
  sums: [{ currency: 'SEK', here: 1, there: 2 }],
  tasks: { opened: 1, closed: 0 },
  terminated: [],
  woken: [],
  counts: { missingThere: 0, missingHere: 1, amountDiffers: 0, terminated: 0, woken: 0 },
};
const running: Reconciliation = { reconciliationId: ID, startedAt: AT, status: 'running' };
const completed: Reconciliation = { ...running, status: 'completed', endedAt: LATER, ...result };

function answering(answered: Answered) {
  const asked: unknown[] = [];
  const reconciliations = {
    run: async (...given: unknown[]) => {
      asked.push(given);
      return answered;
    },
    find: async (id: string) => {
      asked.push(id);
      return answered;
    },
  };
  return { asked, dependencies: { reconciliations } };
}

describe('a reconciliation', () => {
  test('that ends in time is the answer, and has an address', async () => {
    const { asked, dependencies } = answering({ kind: 'known', reconciliation: completed });
    const { call } = await openRig({ dependencies });
    const answer = await call('POST', '/v1/reconciliations');
    expect([answer.statusCode, answer.headers.location]).toStrictEqual([200, `/v1/reconciliations/${ID}`]);
    expect(reconciliationSchema.parse(answer.json())).toStrictEqual(completed);
    expect(asked).toStrictEqual([[ID, { wait: true }]]);
  });

  test('that takes longer is 202 and asked for again there', async () => {
    const { asked, dependencies } = answering({ kind: 'known', reconciliation: running });
    const { call } = await openRig({ dependencies });
    const answer = await call('POST', '/v1/reconciliations', { payload: {}, headers: { prefer: 'respond-async' } });
    expect([answer.statusCode, answer.headers['retry-after'], answer.json()]).toStrictEqual([202, '1', running]);
    expect(answer.headers['preference-applied']).toBe('respond-async');
    expect((await call('GET', `/v1/reconciliations/${ID}`)).json()).toStrictEqual(running);
    expect(asked).toStrictEqual([[ID, { wait: false }], ID]);
  });

  test('that nobody started is not there', async () => {
    const { call } = await openRig(answering({ kind: 'unknown' }));
    const answer = await call('GET', '/v1/reconciliations/R-9');
    expect([answer.statusCode, answer.json<{ type: string }>().type]).toStrictEqual([404, '/problems/not-found']);
  });

  test('is a 503 while Temporal is away', async () => {
    const { call } = await openRig(answering({ kind: 'unavailable', cause: new Error('away') }));
    expect((await call('POST', '/v1/reconciliations')).statusCode).toBe(503);
    expect((await call('GET', `/v1/reconciliations/${ID}`)).statusCode).toBe(503);
  });

  test('needs a key, and takes no content', async () => {
    const { asked, dependencies } = answering({ kind: 'known', reconciliation: running });
    const { call } = await openRig({ dependencies });
    const keyless = await call('POST', '/v1/reconciliations', { headers: { 'idempotency-key': undefined } });
    expect(keyless.json()).toMatchObject({ status: 400, type: '/problems/idempotency-key-missing' });
    expect((await call('POST', '/v1/reconciliations', { payload: { since: AT } })).statusCode).toBe(400);
    expect(asked).toStrictEqual([]);
  });

  test('is for operators and support staff', async () => {
    const { asked, dependencies } = answering({ kind: 'known', reconciliation: completed });
    const { call } = await openRig({ dependencies });
    for (const claims of [partnerAdmin('contoso'), { roles: [] }]) {
      expect((await call('POST', '/v1/reconciliations', { claims })).statusCode).toBe(403);
      expect((await call('GET', `/v1/reconciliations/${ID}`, { claims })).statusCode).toBe(403);
    }
    expect(asked).toStrictEqual([]);
    expect((await call('GET', `/v1/reconciliations/${ID}`, { claims: { roles: ['support'] } })).statusCode).toBe(200);
  });
});

describe('over Temporal', () => {
  const away = new ServiceError('UNAVAILABLE');
  const alreadyThere = new WorkflowExecutionAlreadyStartedError('there', 'reconciliation:R-1', 'reconciliation');
  const failed = new WorkflowFailedError(
    'failed',
    new ActivityFailure(
      'activity',
      'compareWithSavb',
      '1',
      RetryState.TIMEOUT,
      'w',
      ApplicationFailure.retryable('SAVB has no room now'),
    ),
    RetryState.TIMEOUT,
  );
  const described = (name: string) => ({
    status: { name },
    startTime: new Date(AT),
    ...(name !== 'RUNNING' && { closeTime: new Date(LATER) }),
  });

  /** A client over a Temporal of which each call answers, or throws, what is given. */
  function over(given: { start?: unknown; result?: unknown; describe?: unknown }) {
    const answer = (value: unknown) => async () => {
      if (value instanceof Error) throw value;
      return value;
    };
    const start = jest.fn(answer(given.start));
    const handle = { result: answer(given.result), describe: answer(given.describe) };
    const client = {
      withDeadline: (_deadline: number, call: () => unknown) => call(),
      workflow: { start, getHandle: () => handle },
    } as unknown as Client;
    return { start, ...createReconciliationsClient({ client, verdictTimeoutMs: 4_000 }) };
  }
  const known = (reconciliation: object) => ({
    kind: 'known',
    reconciliation: { reconciliationId: 'R-1', startedAt: AT, ...reconciliation },
  });

  test('it runs once for each id: who asks again hears of the first', async () => {
    const { run, start } = over({ start: alreadyThere, result, describe: described('COMPLETED') });
    expect(await run('R-1', { wait: true })).toStrictEqual(known({ status: 'completed', endedAt: LATER, ...result }));
    expect(start.mock.calls).toMatchObject([
      ['reconciliation', { workflowId: 'reconciliation:R-1', workflowIdReusePolicy: 'REJECT_DUPLICATE' }],
    ]);
  });

  test('it runs on when the end does not come in time', async () => {
    const { run } = over({ result: new ServiceError('DEADLINE_EXCEEDED'), describe: described('RUNNING') });
    expect(await run('R-1', { wait: true })).toStrictEqual(known({ status: 'running' }));
    expect(await run('R-1', { wait: false })).toStrictEqual(known({ status: 'running' }));
  });

  test('it may fail, and says why', async () => {
    const { run, find } = over({ result: failed, describe: described('FAILED') });
    const expected = known({ status: 'failed', endedAt: LATER, why: 'SAVB has no room now' });
    expect(await run('R-1', { wait: true })).toStrictEqual(expected);
    expect(await find('R-1')).toStrictEqual(expected);
  });

  test('it may be unknown, or Temporal away', async () => {
    const missing = new WorkflowNotFoundError('none', 'reconciliation:R-1', undefined);
    expect(await over({ describe: missing }).find('R-1')).toStrictEqual({ kind: 'unknown' });
    expect(await over({ describe: away }).find('R-1')).toStrictEqual({ kind: 'unavailable', cause: away });
    expect(await over({ start: away, describe: away }).run('R-1', { wait: true })).toMatchObject({
      kind: 'unavailable',
    });
    expect(await over({ start: away, describe: missing }).run('R-1', { wait: true })).toMatchObject({
      kind: 'unavailable',
    });
  });

  test('what is no error of Temporal’s is not taken for one', async () => {
    const bug = new TypeError('bug');
    await expect(over({ start: bug }).run('R-1', { wait: true })).rejects.toBe(bug);
    await expect(over({ describe: bug }).find('R-1')).rejects.toBe(bug);
    await expect(over({ result: bug, describe: described('COMPLETED') }).find('R-1')).rejects.toBe(bug);
  });
});

describe('a task about a difference', () => {
  const task: Task = {
    taskId: 'reconciliation:E-1:invoice:1:recordsDiffer:1',
    kind: 'recordsDiffer',
    status: 'open',
    engagementId: 'E-1',
    partnerId: 'contoso',
    role: 'support',
    title: 'differs',
    instructions: 'look',
    resolutions: ['reconciled'],
    openedAt: AT,
  };
  const at = (action: string, { taskId } = task) => `/v1/tasks/${encodeURIComponent(taskId)}/${action}`;
  const nobodys = ({ partnerId: _partnerId, engagementId: _engagementId, ...rest }: Task): Task => rest;

  async function rig(answer: { task: Task } | { refusal: ReturnType<typeof refusal> } | undefined, found = task) {
    const heard: DifferenceMessage[] = [];
    const hear = async (message: DifferenceMessage) => {
      heard.push(message);
      return answer;
    };
    return {
      heard,
      ...(await openRig({ records: { tasks: { find: async () => found }, differenceTasks: { hear } } })),
    };
  }

  test('is claimed, released and resolved through the same routes as any other, without a workflow', async () => {
    const { call, heard, sent } = await rig({ task });
    const claims = { sub: 'sam', roles: ['support'] };
    for (const action of ['claim', 'release']) await call('POST', at(action), { claims });
    const payload = { resolution: 'reconciled', note: 'cancelled there' };
    const answer = await call('POST', at('resolution'), { claims, payload });
    expect([answer.statusCode, answer.json()]).toStrictEqual([200, task]);
    const { taskId } = task;
    expect(heard.map(({ name, payload: said }) => [name, said])).toStrictEqual([
      ['claimTask', { taskId }],
      ['releaseTask', { taskId }],
      ['resolveTask', { taskId, ...payload }],
    ]);
    expect(heard[2]).toStrictEqual({
      name: 'resolveTask',
      payload: { taskId, ...payload },
      actor: { subject: 'sam', role: 'support' },
      messageId: 'key-1',
      fingerprint: fingerprintOf('resolveTask', { taskId, ...payload }),
    });
    expect(sent).toStrictEqual([]);
  });

  test('may be refused like any other', async () => {
    const { call } = await rig({ refusal: refusal('task-of-another-role', 'it is for support') });
    const answer = await call('POST', at('claim'), { claims: partnerAdmin('contoso') });
    expect(answer.json()).toMatchObject({ status: 403, type: '/problems/task-of-another-role' });
  });

  test('that only SAVB knows the owner of is there for those who see every partner', async () => {
    const { call, heard } = await rig({ task }, nobodys(task));
    expect((await call('POST', at('claim'), { claims: partnerAdmin('contoso') })).statusCode).toBe(404);
    expect(heard).toStrictEqual([]);
    expect((await call('POST', at('claim'))).statusCode).toBe(200);
    expect((await call('POST', at('claim'), { claims: { roles: ['consultant'] } })).statusCode).toBe(404);
  });

  test('needs a key, has no ETag, and may be gone', async () => {
    const { call } = await rig(undefined);
    expect((await call('POST', at('claim'), { headers: { 'idempotency-key': undefined } })).statusCode).toBe(400);
    expect((await call('POST', at('claim'), { headers: { 'if-match': '"1"' } })).statusCode).toBe(412);
    expect((await call('POST', at('claim'), { headers: { 'if-match': '*' } })).statusCode).toBe(404);
  });

  test('of an engagement’s own record goes to the engagement; one that nobody keeps goes nowhere', async () => {
    const own = { ...task, taskId: 'E-1:recordsDiffer:1' };
    const { call, sent } = await rig(undefined, own);
    await call('POST', at('claim', own));
    expect(sent.map(({ id, name }) => [id, name])).toStrictEqual([['E-1', 'claimTask']]);
    const kept = await rig(undefined, nobodys(own));
    expect((await kept.call('POST', at('claim', own))).statusCode).toBe(404);
    expect(kept.sent).toStrictEqual([]);
  });
});
