import {
  ApplicationFailure,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { createEngagementsClient } from '../../client/engagements/client';
import { createMessenger } from '../../client/messenger/messenger';
import type { Envelope } from '../../contracts/messages';
import type { RecordedMessage } from '../../domain/engagement/events';
import { refusal } from '../../domain/refusals';
import { VIEW } from './rig';

const envelope: Envelope = {
  messageId: 'm-1',
  sentAt: VIEW.startedAt,
  actor: { subject: 'olga', role: 'operator' },
  payload: { text: 'hello' },
};
const verdict = { status: 'applied', version: 2, stage: 'awaitingVoucher' } as const;
const missing = new WorkflowNotFoundError('not found', 'engagement:E-1', undefined);
const away = new ServiceError('UNAVAILABLE');

const started = (...more: object[]): RecordedMessage[] => {
  const { engagementId, partnerId, engagementType, customer, rulebook, startedAt: at } = VIEW;
  const data = { partnerId, engagementType, customer, rulebook, utcOffset: '+00:00' };
  const common = { engagementId, at, actor: envelope.actor, messageId: 'start:E-1' };
  const events = [
    { ...common, version: 1, type: 'EngagementStarted', data },
    ...more.map((event) => ({ ...common, version: 2, ...event })),
  ];
  return [
    { engagementId, fromVersion: 0, messageId: 'start:E-1', fingerprint: 'f', message: 'startEngagement', events },
  ] as never;
};

interface Answers {
  update?: unknown;
  signal?: unknown;
  describe?: unknown;
  record?: RecordedMessage[];
}

/** A client over a Temporal of which each call answers, or throws, what is given. */
function over({ update, signal, describe: described, record = [] }: Answers) {
  const answering = (answer: unknown) => async () => {
    const value: unknown = typeof answer === 'function' ? await (answer as () => unknown)() : answer;
    if (value instanceof Error) throw value;
    return value;
  };
  const executeUpdate = jest.fn<Promise<unknown>, unknown[]>(answering(update));
  const signalling = jest.fn<Promise<unknown>, unknown[]>(answering(signal));
  const signalWithStart = jest.fn<Promise<unknown>, unknown[]>(async () => undefined);
  const client = {
    withDeadline: (_deadline: number, call: () => unknown) => call(),
    workflow: {
      getHandle: () => ({ executeUpdate, signal: signalling, describe: answering(described) }),
      signalWithStart,
    },
  } as unknown as Client;
  const engagements = createEngagementsClient({
    messenger: createMessenger({ client, verdictTimeoutMs: 4_000 }),
    records: { engagements: { all: async () => record } },
  });
  const send = (respondAsync = false) =>
    engagements.send('E-1', 'addNote', envelope, { fingerprint: 'f1', respondAsync });
  return { send, stateOf: engagements.stateOf, executeUpdate, signal: signalling, signalWithStart };
}

test('a message is an Update named by its id and its content, and brings the verdict', async () => {
  const { send, executeUpdate, signal } = over({ update: verdict });
  expect(await send()).toStrictEqual({ kind: 'verdict' });
  expect(executeUpdate.mock.calls).toStrictEqual([['addNote', { args: [envelope], updateId: 'm-1:f1' }]]);
  expect(signal).not.toHaveBeenCalled();
});

test('that a message changed nothing is told with its verdict', async () =>
  expect(await over({ update: { ...verdict, repeated: true } }).send()).toStrictEqual({
    kind: 'verdict',
    repeated: true,
  }));

test('a refusal is not sent again', async () => {
  const no = refusal('wrong-stage', 'too early');
  const failure = new WorkflowUpdateFailedError('no', ApplicationFailure.nonRetryable('no', no.code, no));
  const { send, signal } = over({ update: failure });
  expect(await send()).toStrictEqual({ kind: 'refused', refusal: no });
  expect(signal).not.toHaveBeenCalled();
});

test('without a verdict the same envelope is left as a Signal', async () => {
  const aborted = new WorkflowUpdateFailedError('no', ApplicationFailure.nonRetryable('aborted', 'UnprocessedUpdate'));
  const { send, signal } = over({ update: aborted });
  expect(await send()).toStrictEqual({ kind: 'accepted', cause: aborted });
  expect(signal.mock.calls).toStrictEqual([['addNote', envelope]]);
});

test('who does not want to wait is not asked for an Update', async () => {
  const { send, executeUpdate, signal } = over({});
  expect(await send(true)).toStrictEqual({ kind: 'accepted', cause: undefined });
  expect(executeUpdate).not.toHaveBeenCalled();
  expect(signal).toHaveBeenCalledTimes(1);
});

test('when the Signal cannot be left either, Temporal is unavailable', async () => {
  const { send } = over({ update: away, signal: away });
  expect(await send()).toStrictEqual({ kind: 'unavailable', cause: away });
});

test.each([
  ['asked for a verdict', false],
  ['left as a Signal', true],
])('a message %s of a workflow that is missing starts it anew with its recorded input', async (_how, respondAsync) => {
  const { send, signalWithStart } = over({ update: missing, signal: missing, record: started() });
  expect(await send(respondAsync)).toStrictEqual({ kind: 'accepted', cause: missing });
  const { engagementId, partnerId, engagementType, customer, rulebook } = VIEW;
  const input = {
    engagementId,
    partnerId,
    engagementType,
    customer,
    rulebook,
    utcOffset: '+00:00',
    startedBy: envelope.actor,
  };
  expect(signalWithStart.mock.calls).toMatchObject([
    ['engagement', { workflowId: 'engagement:E-1', args: [input], signal: 'addNote', signalArgs: [envelope] }],
  ]);
});

test('an engagement that is over is not started anew', async () => {
  const record = started({ type: 'EngagementCancelled', data: { reason: 'lost' } });
  const { send, signalWithStart } = over({ update: missing, record });
  expect(await send()).toStrictEqual({ kind: 'closed' });
  expect(signalWithStart).not.toHaveBeenCalled();
});

test('what is on no record is unknown', async () => {
  const { send } = over({ update: missing });
  expect(await send()).toStrictEqual({ kind: 'unknown' });
});

test('a fourth Update at once waits a second and is turned away, a Signal is not', async () => {
  jest.useFakeTimers();
  let answer!: (value: object) => void;
  const pending = new Promise<object>((resolve) => (answer = resolve));
  const { send, executeUpdate } = over({ update: () => pending });
  const first = [send(), send(), send()];
  const fourth = send();
  expect(await send(true)).toMatchObject({ kind: 'accepted' });
  await jest.advanceTimersByTimeAsync(1_000);
  expect(await fourth).toStrictEqual({ kind: 'busy' });
  expect(executeUpdate).toHaveBeenCalledTimes(3);
  answer(verdict);
  expect(await Promise.all(first)).toStrictEqual(Array.from({ length: 3 }, () => ({ kind: 'verdict' })));
  jest.useRealTimers();
});

test('an error of our own stays one', async () => {
  const bug = new TypeError('x is not a function');
  await expect(over({ update: bug }).send()).rejects.toThrow(bug);
  await expect(over({ signal: bug }).send(true)).rejects.toThrow(bug);
});

test.each([
  ['RUNNING', { kind: 'open' }],
  ['PAUSED', { kind: 'open' }],
  ['COMPLETED', { kind: 'ended' }],
  ['TERMINATED', { kind: 'ended' }],
])('a workflow of which Temporal says %s: %j', async (name, state) => {
  expect(await over({ describe: { status: { name } } }).stateOf('E-1')).toStrictEqual(state);
});

test('a workflow that Temporal does not know has ended; while it is away, nobody knows', async () => {
  expect(await over({ describe: missing }).stateOf('E-1')).toStrictEqual({ kind: 'ended' });
  expect(await over({ describe: away }).stateOf('E-1')).toStrictEqual({ kind: 'unavailable', cause: away });
});
