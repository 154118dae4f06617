import { log, proxyActivities } from '@temporalio/workflow';
import type { WebhookActivities } from '../activities';
import { WEBHOOK_TASK_QUEUE } from '../contracts/names';
import type { WebhookMessage } from '../contracts/webhooks';

/** The activity gives up by itself, message by message; from 5 s on, the waits between tries grow to four hours. */
const { deliverWebhooks } = proxyActivities<WebhookActivities>({
  taskQueue: WEBHOOK_TASK_QUEUE,
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: '7 days',
  retry: { initialInterval: '5s', backoffCoefficient: 3, maximumInterval: '4 hours' },
});

/** Has partners' endpoints told, beside everything else, each in the order of what happened: nobody waits for a receiver. */
export class WebhookSender {
  /** By endpoint; who is being told is here, with what came meanwhile. */
  private readonly waiting = new Map<string, WebhookMessage[]>();

  get isIdle(): boolean {
    return this.waiting.size === 0;
  }

  tell(messages: readonly WebhookMessage[] = []): void {
    const begun = new Set<string>();
    for (const message of messages) {
      const { endpointId } = message;
      if (!this.waiting.has(endpointId)) begun.add(endpointId);
      this.waiting.set(endpointId, [...(this.waiting.get(endpointId) ?? []), message]);
    }
    for (const endpointId of begun) void this.send(endpointId);
  }

  private async send(endpointId: string): Promise<void> {
    for (;;) {
      const messages = this.waiting.get(endpointId) ?? [];
      if (messages.length === 0) break;
      this.waiting.set(endpointId, []);
      try {
        const summary = `Tell ${endpointId} of ${messages.map(({ event }) => event.type).join(', ')}`.slice(0, 200);
        await deliverWebhooks.executeWithOptions({ summary }, [messages]);
      } catch (error) {
        log.error('webhooks were not sent', { webhooks: messages.map(({ webhookId }) => webhookId), error });
      }
    }
    this.waiting.delete(endpointId);
  }
}
