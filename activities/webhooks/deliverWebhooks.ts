import { ApplicationFailure, log } from '@temporalio/activity';
import type { WebhookDelivery, WebhookMessage } from '../../contracts/webhooks';
import type { Dependencies } from '../dependencies';
import type { Attempt } from './gateway';
import { NOBODY_ACTS } from '../whoActs';
import { createTurns } from './turns';

/** From what a message tells on. Standard Webhooks asks for days, so that a receiver's weekend loses nothing. */
const TRIED_FOR_MS = 3 * 24 * 60 * 60 * 1_000;

/** To the endpoints of one partner: a fifth of a worker's slots, so that one whose endpoints are slow leaves the others theirs. */
const MOST_AT_ONCE = 4;

/** The activities that tell partners' endpoints what happened. */
export function createWebhookDelivery({ records: { webhooks }, webhooks: gateway }: Dependencies) {
  const inTurn = createTurns(MOST_AT_ONCE, (partnerId) =>
    ApplicationFailure.retryable(
      `${partnerId} is told ${MOST_AT_ONCE} things at once already. ${NOBODY_ACTS}`,
      'WebhookDeferred',
    ),
  );

  /** One attempt, and what becomes of the message by it. `until`: instant after which it is not tried again. */
  async function attempt(message: WebhookMessage, until: string): Promise<WebhookDelivery['status']> {
    const { endpointId, webhookId, event } = message;
    const target = await webhooks.target(endpointId, now());
    const done = !gateway
      ? refusedBecause('nothing is sent by this worker')
      : target?.status !== 'enabled'
        ? refusedBecause('the endpoint is disabled')
        : await inTurn(target.partnerId, () =>
            gateway.send({ url: target.url, secrets: target.secrets, webhookId, event }),
          );
    const at = now();
    if (done.kind === 'gone') await webhooks.disable(endpointId, 'it answered 410 Gone', at);
    const isOver = done.kind === 'gone' || target?.status !== 'enabled' || at >= until;
    const status = done.kind === 'delivered' ? 'delivered' : isOver ? 'failed' : 'pending';
    await webhooks.attempted(message, status, { at, ...seen(done) });
    if (status === 'failed') log.warn(`webhook ${webhookId} is not sent again to ${endpointId}`, seen(done));
    return status;
  }

  return {
    /**
     * Sends messages for one endpoint in their order, each until it is taken, and so maybe more than once: its id stays.
     * Throws the retryable failure `WebhookDeferred` at the first that is not taken; trying again goes on there. What is not
     * taken three days after what it tells, and what is for an endpoint that wants no more, is given up; but what has waited
     * behind others for so long is tried once.
     */
    async deliverWebhooks(messages: readonly WebhookMessage[]): Promise<void> {
      const [first] = messages;
      if (!gateway || !first || !(await webhooks.target(first.endpointId, now()))) return;
      await webhooks.expect(messages, now());
      for (const message of messages) {
        const delivery = await webhooks.delivery(message);
        if (delivery?.status !== 'pending') continue;
        const until = new Date(Date.parse(message.event.timestamp) + TRIED_FOR_MS).toISOString();
        if ((await attempt(message, until)) === 'pending')
          throw ApplicationFailure.retryable(
            `${message.webhookId} was not taken by ${message.endpointId}. ${NOBODY_ACTS}`,
            'WebhookDeferred',
          );
      }
    },

    /** Sends a message once and tells what came of it. What is kept as delivered or given up is not sent again. */
    async tryWebhook(message: WebhookMessage): Promise<WebhookDelivery | undefined> {
      await webhooks.expect([message], now());
      const delivery = await webhooks.delivery(message);
      if (delivery?.status === 'pending') await attempt(message, now());
      return webhooks.delivery(message);
    },
  };
}

const now = (): string => new Date().toISOString();

const refusedBecause = (why: string): Attempt => ({ kind: 'refused', why });

const seen = (attempt: Attempt): Pick<NonNullable<WebhookDelivery['lastAttempt']>, 'responseStatus' | 'why'> => ({
  ...(attempt.responseStatus !== undefined && { responseStatus: attempt.responseStatus }),
  ...(attempt.kind === 'refused' && { why: attempt.why }),
});
