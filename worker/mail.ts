import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { BatchMail, Mail } from '../activities/dependencies';
import {
  BATCH_WORKFLOW,
  batchWorkflowId,
  engagementWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TASK_TIMEOUT,
} from '../contracts/names';

/** Brings what one workflow has to say to another, over the worker's own connection. */
export function createMail(connection: NativeConnection, namespace: string): { mail: Mail; batchMail: BatchMail } {
  const { workflow } = new Client({ connection, namespace });
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
        workflowId: batchWorkflowId(batchId),
        taskQueue: TASK_QUEUE,
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
        staticSummary: `batch ${batchId}`,
        args: [{ batchId }],
        signal: name,
        signalArgs: [envelope],
      })),
  };
}
