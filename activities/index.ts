import type { Dependencies } from './dependencies';
import { createAnnouncements } from './announcements';
import { createBatchDesk } from './batchDesk';
import { createJoining } from './batches';
import { createBatchOutcomes } from './batchOutcomes';
import { createEngagementDesk } from './engagementDesk';
import { createEscalation } from './notices/escalation';
import { createNotices } from './notices/sendNotices';
import { createPartnerDesk } from './partnerDesk';
import { tellingOfRecordsAway } from './recordsAway';
import { createReconciliation } from './reconciliation';
import { createSettlement } from './settlement';
import { createWebhookDelivery } from './webhooks/deliverWebhooks';
import { createWorkflowCheck } from './workflowCheck';

export type { Dependencies } from './dependencies';

/** All effects of the workflows but what partners' endpoints are told, over what they depend on. */
export function createActivities(dependencies: Dependencies) {
  return tellingOfRecordsAway({
    ...createEngagementDesk(dependencies),
    ...createPartnerDesk(dependencies),
    ...createAnnouncements(dependencies),
    ...createBatchDesk(dependencies),
    ...createJoining(dependencies),
    ...createBatchOutcomes(dependencies),
    ...createSettlement(dependencies),
    ...createReconciliation(dependencies),
    ...createWorkflowCheck(dependencies),
    ...createNotices(dependencies),
    ...createEscalation(dependencies),
  });
}

/** What partners' endpoints are told, by workers of its own. */
export const createWebhookActivities = (dependencies: Dependencies) =>
  tellingOfRecordsAway(createWebhookDelivery(dependencies));

export type Activities = ReturnType<typeof createActivities>;
export type WebhookActivities = ReturnType<typeof createWebhookActivities>;
