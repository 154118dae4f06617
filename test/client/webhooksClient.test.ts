import { ServiceError, WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { createWebhooksClient } from '../../client/webhooks/client';
import type { WebhookMessage } from '../../contracts/webhooks';

const message: WebhookMessage = {
  webhookId: 'evt_1',
  endpointId: 'we-1',
  event: {
    type: 'webhook.test',
    timestamp: '2020-07-01T08:00:00.000Z',
    data: { partnerId: 'contoso', endpointId: 'we-1' },
  },
};
const away = new ServiceError('UNAVAILABLE');

/** A client over a Temporal of which each call answers, or throws, what is given. */
function over({ start, result }: { start?: Error; result?: unknown }) {
  const started = jest.fn(async () => {
    if (start) throw start;
  });
  const client = {
    withDeadline: (_deadline: number, call: () => unknown) => call(),
    workflow: {
      start: started,
      getHandle: () => ({
        result: async () => {
          if (result instanceof Error) throw result;
          return result;
        },
      }),
    },
  } as unknown as Client;
  return { started, tryOut: () => createWebhooksClient({ client, verdictTimeoutMs: 4_000 }).tryOut(message) };
}

test('a try is a workflow of its own, named by the id of the message', async () => {
  const { tryOut, started } = over({ result: 'what came of it' });
  expect(await tryOut()).toStrictEqual({ kind: 'known', delivery: 'what came of it' });
  expect(started.mock.calls).toMatchObject([['webhookTest', { workflowId: 'webhook-test:evt_1', args: [message] }]]);
});

test('the same try again is the one there was', async () => {
  const start = new WorkflowExecutionAlreadyStartedError('started', 'webhook-test:evt_1', 'webhookTest');
  expect(await over({ start, result: 'what came of it' }).tryOut()).toMatchObject({ kind: 'known' });
});

test('one that takes longer goes on', async () =>
  expect(await over({ result: away }).tryOut()).toStrictEqual({ kind: 'pending' }));

test('one that cannot be started may not have begun', async () =>
  expect(await over({ start: away }).tryOut()).toStrictEqual({ kind: 'unavailable', cause: away }));

test.each([{ start: new TypeError('a bug') }, { result: new TypeError('a bug') }])('a bug stays one', async (given) => {
  await expect(over(given).tryOut()).rejects.toThrow('a bug');
});
