import { Client, ScheduleOverlapPolicy } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import {
  ESCALATION_SCHEDULE,
  ESCALATION_WORKFLOW,
  ESCALATION_WORKFLOW_ID,
  TASK_QUEUE,
  WORKFLOW_TASK_TIMEOUT,
} from '../contracts/names';
import { makeSchedule } from './schedule';

/**
 * Sees to it that overdue tasks are escalated every hour, five minutes after most of them become due: one Schedule, whichever
 * worker makes it. Whoever paused it finds it paused. False where the server knows no Schedules.
 */
export async function ensureEscalationSchedule(connection: NativeConnection, namespace: string): Promise<boolean> {
  const { schedule } = new Client({ connection, namespace });
  const made = await makeSchedule(schedule, {
    scheduleId: ESCALATION_SCHEDULE,
    spec: { intervals: [{ every: '1 hour', offset: '5 minutes' }] },
    action: {
      type: 'startWorkflow',
      workflowType: ESCALATION_WORKFLOW,
      workflowId: ESCALATION_WORKFLOW_ID,
      taskQueue: TASK_QUEUE,
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      args: [],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour' },
  });
  return made !== 'unsupported';
}
