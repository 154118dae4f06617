import {
  condition,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { BareActivities } from './bareWorker';

const MESSAGES = ['assignVoucher', 'reserveVoucher', 'submitCompletionReport', 'redeemVoucher'] as const;

/** The four messages of the straight path, without anything they mean. */
export const bareUpdates = MESSAGES.map((name) => defineUpdate<string, [string]>(name));

const { record } = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '5s' });
const { submitInvoice } = proxyActivities<BareActivities>({ startToCloseTimeout: '10s' });

/**
 * The least that Temporal and MongoDB can do for an engagement: four messages by Update, each recorded by a local activity,
 * then one activity for the invoice. No rules, no record that decides, no view.
 */
export async function bareEngagement(): Promise<void> {
  const { workflowId } = workflowInfo();
  const arrived = new Set<string>();
  for (const update of bareUpdates)
    setHandler(update, (note) => {
      arrived.add(update.name);
      return note;
    });
  for (const { name } of bareUpdates) {
    await condition(() => arrived.has(name), '180 days');
    await record(workflowId, name);
  }
  await submitInvoice(workflowId);
}
