import { batchWorkflowId, partnerWorkflowId, TASK_QUEUE, WORKFLOW_TASK_TIMEOUT } from './names';

/** What every workflow is started with. */
const COMMON = { taskQueue: TASK_QUEUE, workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT };

/** How the workflow of a partner is started. */
export const partnerStart = (partnerId: string) => ({
  ...COMMON,
  workflowId: partnerWorkflowId(partnerId),
  args: [{ partnerId }],
  staticSummary: `partner ${partnerId}`,
});

/** How the workflow of a batch is started, whoever has something to say to it. */
export const batchStart = (batchId: string) => ({
  ...COMMON,
  workflowId: batchWorkflowId(batchId),
  args: [{ batchId }],
  staticSummary: `batch ${batchId}`,
});
