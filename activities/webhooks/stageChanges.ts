import { v5 as uuidv5 } from 'uuid';
import type { StageChange, WebhookMessage } from '../../contracts/webhooks';
import type { RecordedMessage } from '../../domain/engagement/events';
import { stageChangesIn } from '../../domain/engagement/stageChanges';
import type { Engagement } from '../../domain/engagement/state';
import type { Records } from '../../records/connect';

/** Never change it: what a receiver has seen must come again under the same id, whenever the record is read anew. */
const WEBHOOK_ID_NAMESPACE = '0b7a5a1e-3c52-4d7c-9d0e-6f1a2b9c4e58';

/** Receivers sign and split by dots, so the id has none. */
const webhookIdOf = ({ engagementId, version }: StageChange): string =>
  `evt_${uuidv5(`engagement:${engagementId}:${version}`, WEBHOOK_ID_NAMESPACE)}`;

/** Who decides and who keeps endpoints may have different clocks. */
const CLOCK_SLACK_MS = 60_000;

/**
 * Which of the partner's endpoints is told what of these documents. An endpoint is not told what happened before it was
 * there, and a message that changes no stage costs nothing.
 */
export const createStageChangeMessages =
  ({ webhooks }: Pick<Records, 'webhooks'>) =>
  async (before: Engagement | undefined, documents: readonly RecordedMessage[]): Promise<WebhookMessage[]> => {
    const changes = stageChangesIn(before, documents);
    const partners = [...new Set(changes.map(({ partnerId }) => partnerId))];
    const endpoints = (await Promise.all(partners.map((partnerId) => webhooks.list(partnerId)))).flat();
    return changes.flatMap((data) =>
      endpoints
        .filter(({ partnerId, status, createdAt }) => {
          return (
            partnerId === data.partnerId &&
            status === 'enabled' &&
            Date.parse(createdAt) - CLOCK_SLACK_MS <= Date.parse(data.at)
          );
        })
        .map(({ endpointId }) => ({
          webhookId: webhookIdOf(data),
          endpointId,
          event: { type: 'engagement.stageChanged' as const, timestamp: data.at, data },
        })),
    );
  };
