import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { TASK_QUEUE, WEBHOOK_TASK_QUEUE } from '../../contracts/names';
import { whileAnswering } from '../../recovery/answering';
import { requireNobodyAtWork, StillAtWork } from '../../recovery/atWork';
import { eventually } from '../support/eventually';
import { temporalServer } from '../support/servers';
import { workflowCode } from '../support/workflowCode';

const temporal = temporalServer();
const namespace = 'default';

let connection: NativeConnection;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  connection = await NativeConnection.connect({ address: temporal().address });
});
afterAll(() => connection.close());

/** What is said of those at work, so many milliseconds from now. */
const refusal = async (laterMs = 0): Promise<unknown> =>
  requireNobodyAtWork(connection, namespace, Date.now() + laterMs).catch((error: unknown) => error);

const polls = async (taskQueue: string): Promise<boolean> => {
  const described = await Promise.all(
    [1, 2].map((taskQueueType) =>
      connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType }),
    ),
  );
  return described.some(({ pollers }) => pollers.length > 0);
};

// In this order: Temporal remembers who polled.
test('where nobody works nobody has to be stopped', async () => {
  expect(await refusal()).toBeUndefined();
});

test('a worker that only answers does not count', async () => {
  const worker = { connection, namespace, workflowBundle: { code: await workflowCode() } };
  await whileAnswering(worker, async () => {
    await eventually(() => polls(TASK_QUEUE), Boolean);
    expect(await refusal()).toBeUndefined();
  });
});

test.each([TASK_QUEUE, WEBHOOK_TASK_QUEUE])(
  'a worker on %s is named, until it has not polled for longer than a poll lasts',
  async (taskQueue) => {
    const identity = `worker of ${taskQueue}`;
    const activities = { nothing: async () => undefined };
    const worker = await Worker.create({ connection, namespace, taskQueue, identity, activities });
    const found = await worker.runUntil(() =>
      eventually(
        () => refusal(),
        (error) => String(error).includes(identity),
      ),
    );
    expect(found).toBeInstanceOf(StillAtWork);
    expect(await refusal(60_000)).toBeInstanceOf(StillAtWork);
    expect(await refusal(76_000)).toBeUndefined();
  },
);
