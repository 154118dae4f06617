import { ServiceError, WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { TASK_QUEUE, WEBHOOK_TEST_WORKFLOW, webhookTestWorkflowId, WORKFLOW_TASK_TIMEOUT } from '../../contracts/names';
import type { WebhookDelivery, WebhookMessage } from '../../contracts/webhooks';

/** What came of a try. `pending`: it goes on. `unavailable`: Temporal does not answer, and nothing may have been sent. */
export type Tried =
  { kind: 'known'; delivery: WebhookDelivery } | { kind: 'pending' } | { kind: 'unavailable'; cause: unknown };

export type WebhooksClient = ReturnType<typeof createWebhooksClient>;

/** Has the worker try an endpoint: this process itself connects to nobody's. `verdictTimeoutMs`: how long to wait for the end. */
export function createWebhooksClient({ client, verdictTimeoutMs }: { client: Client; verdictTimeoutMs: number }) {
  const within = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + verdictTimeoutMs, call);

  async function start(message: WebhookMessage, workflowId: string): Promise<void> {
    try {
      await within(() =>
        client.workflow.start(WEBHOOK_TEST_WORKFLOW, {
          workflowId,
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowIdConflictPolicy: 'USE_EXISTING',
          taskQueue: TASK_QUEUE,
          workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
          staticSummary: `try ${message.endpointId}`,
          args: [message],
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  return {
    /** Sends a message once, however often it is asked for under its id. */
    async tryOut(message: WebhookMessage): Promise<Tried> {
      const workflowId = webhookTestWorkflowId(message.webhookId);
      try {
        await start(message, workflowId);
      } catch (error) {
        if (error instanceof ServiceError) return { kind: 'unavailable', cause: error };
        throw error;
      }
      try {
        const handle = client.workflow.getHandle<() => Promise<WebhookDelivery>>(workflowId);
        return { kind: 'known', delivery: await within(() => handle.result()) };
      } catch (error) {
        if (error instanceof ServiceError) return { kind: 'pending' };
        throw error;
      }
    },
  };
}
