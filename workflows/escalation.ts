import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities';

/** Over before the next run is due: that one knows what has become overdue since, and tries again what could not go out. */
const { escalateOverdueTasks } = proxyActivities<Activities>({
  startToCloseTimeout: '30 minutes',
  scheduleToCloseTimeout: '55 minutes',
  retry: { initialInterval: '10s', maximumInterval: '15 minutes' },
});

/** Has somebody else told of tasks that are overdue; answers of how many for the first time. */
export async function escalation(): Promise<number> {
  const at = workflowInfo().startTime.toISOString();
  return escalateOverdueTasks.executeWithOptions({ summary: 'Mail about tasks that are overdue' }, [at]);
}
