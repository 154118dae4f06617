import { proxyActivities } from '@temporalio/workflow';
import type { WebhookActivities } from '../activities';
import { WEBHOOK_TASK_QUEUE } from '../contracts/names';
import type { WebhookDelivery, WebhookMessage } from '../contracts/webhooks';

const { tryWebhook } = proxyActivities<WebhookActivities>({
  taskQueue: WEBHOOK_TASK_QUEUE,
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1s', maximumInterval: '1 minute' },
});

/** Sends one message to one endpoint, once, because somebody wants to see it arrive. Answers what came of it. */
export async function webhookTest(message: WebhookMessage): Promise<WebhookDelivery | undefined> {
  return tryWebhook(message);
}
