import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { createBatchesClient } from '../../client/batches/client';
import { createMessenger } from '../../client/messenger/messenger';
import type { BatchView } from '../../contracts/batch';
import type { Envelope } from '../../contracts/messages';
import { BATCH, BATCH_TASK } from './rig';

const envelope: Envelope = {
  messageId: 'm-1',
  sentAt: BATCH.openedAt,
  actor: { subject: 'olga', role: 'operator' },
  payload: { text: 'hello' },
};
const workflowId = `batch:${BATCH.batchId}`;
const missing = new WorkflowNotFoundError('not found', workflowId, undefined);

/** A client over a Temporal where the batch's workflow runs, or is missing although there is a `view`. */
function over({ runs, view }: { runs: boolean; view?: BatchView }) {
  const say = jest.fn<Promise<unknown>, unknown[]>(async () => {
    if (!runs) throw missing;
    return { status: 'applied' };
  });
  const getHandle = jest.fn(() => ({ executeUpdate: say, signal: say }));
  const signalWithStart = jest.fn<Promise<unknown>, unknown[]>(async () => undefined);
  const client = {
    withDeadline: (_deadline: number, call: () => unknown) => call(),
    workflow: { getHandle, signalWithStart },
  } as unknown as Client;
  const batches = createBatchesClient({
    messenger: createMessenger({ client, verdictTimeoutMs: 4_000 }),
    records: { batches: { view: async () => view } },
  });
  const send = () => batches.send(BATCH.batchId, 'addNote', envelope, { fingerprint: 'f1', respondAsync: false });
  return { send, say, getHandle, signalWithStart };
}

test('a message is an Update of the batch’s workflow', async () => {
  const { send, say, getHandle } = over({ runs: true });
  expect(await send()).toStrictEqual({ kind: 'verdict' });
  expect(getHandle.mock.calls).toStrictEqual([[workflowId]]);
  expect(say.mock.calls).toStrictEqual([['addNote', { args: [envelope], updateId: 'm-1:f1' }]]);
});

test('a workflow that is missing is started over its record, with the message', async () => {
  const { send, signalWithStart } = over({ runs: false, view: BATCH });
  expect(await send()).toStrictEqual({ kind: 'accepted', cause: missing });
  expect(signalWithStart.mock.calls).toMatchObject([
    ['paymentBatch', { workflowId, args: [{ batchId: BATCH.batchId }], signal: 'addNote', signalArgs: [envelope] }],
  ]);
});

test('so is one that is over but for a task', async () => {
  const { send, signalWithStart } = over({ runs: false, view: { ...BATCH, stage: 'paid', tasks: [BATCH_TASK] } });
  expect(await send()).toMatchObject({ kind: 'accepted' });
  expect(signalWithStart).toHaveBeenCalledTimes(1);
});

test.each(['paid', 'paymentDenied', 'dissolved'] as const)('one that is over (%s) is not', async (stage) => {
  const { send, signalWithStart } = over({ runs: false, view: { ...BATCH, stage } });
  expect(await send()).toStrictEqual({ kind: 'closed' });
  expect(signalWithStart).not.toHaveBeenCalled();
});

test('what is on no record is unknown', async () => {
  expect(await over({ runs: false }).send()).toStrictEqual({ kind: 'unknown' });
});
