import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { BatchMail, Mail, PartnerMail } from '../activities/dependencies';
import { BATCH_WORKFLOW, engagementWorkflowId, PARTNER_WORKFLOW } from '../contracts/names';
import { batchStart, partnerStart } from '../contracts/starts';

/** Brings what one workflow has to say to another. */
export function createMail({ workflow }: Client): { mail: Mail; batchMail: BatchMail; partnerMail: PartnerMail } {
  return {
    async mail(engagementId, name, envelope) {
      try {
        await workflow.getHandle(engagementWorkflowId(engagementId)).signal(name, envelope);
        return true;
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        return false;
      }
    },

    batchMail: async (batchId, name, envelope) =>
      void (await workflow.signalWithStart(BATCH_WORKFLOW, {
        ...batchStart(batchId),
        signal: name,
        signalArgs: [envelope],
      })),

    partnerMail: async (partnerId, name, envelope) =>
      void (await workflow.signalWithStart(PARTNER_WORKFLOW, {
        ...partnerStart(partnerId),
        signal: name,
        signalArgs: [envelope],
      })),
  };
}
