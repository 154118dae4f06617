import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { ReconciliationResult } from '../contracts/reconciliation';

/** SAVB or MongoDB may be away for a while; after half a day the next reconciliation is worth more than this one. */
const { checkWorkflows, compareWithSavb } = proxyActivities<Activities>({
  startToCloseTimeout: '2 hours',
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '1s', backoffCoefficient: 3, maximumInterval: '10 minutes' },
});

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** It runs every day: so far back it makes up for days on which it did not. */
const LOOK_BACK_MS = 3 * DAY_MS;

/**
 * Finds out whether all that should be the same is the same: first workflows and their records, then SAVB's
 * books and ours. What is younger than a minute is still being handled.
 */
export async function reconciliation(): Promise<ReconciliationResult> {
  const beganMs = workflowInfo().startTime.getTime();
  const at = (ms: number) => new Date(ms).toISOString();
  const window = { since: at(beganMs - LOOK_BACK_MS), until: at(beganMs - MINUTE_MS) };
  const workflows = await checkWorkflows.executeWithOptions({ summary: 'Workflows and their records' }, [window]);
  const books = await compareWithSavb.executeWithOptions({ summary: 'SAVB’s books and ours' }, [at(beganMs)]);
  return { ...workflows, ...books, counts: { ...workflows.counts, ...books.counts } };
}
