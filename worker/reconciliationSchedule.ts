import { Client, ScheduleOverlapPolicy, type ScheduleDescription } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import {
  RECONCILIATION_SCHEDULE,
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TASK_TIMEOUT,
} from '../contracts/names';
import { makeSchedule } from './schedule';

/** Time of day in UTC. */
interface TimeOfDay {
  hour: number;
  minute: number;
}

const MINUTES_A_DAY = 24 * 60;

/** `at` (`03:00`) by clocks that are ahead of UTC by `utcOffset` (`+01:00`). */
export function timeInUtc(at: string, utcOffset: string): TimeOfDay {
  const sign = utcOffset.startsWith('-') ? -1 : 1;
  const ahead = sign * minutesIn(utcOffset.slice(1));
  const minutes = (minutesIn(at) - ahead + MINUTES_A_DAY) % MINUTES_A_DAY;
  return { hour: Math.floor(minutes / 60), minute: minutes % 60 };
}

const minutesIn = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * Sees to it that reconciliation runs every day: one Schedule, whichever worker makes it, moved when the time of day has
 * changed. Whoever paused it finds it paused. False where the server knows no Schedules.
 */
export async function ensureReconciliationSchedule(
  connection: NativeConnection,
  namespace: string,
  { at, utcOffset }: { at: string; utcOffset: string },
): Promise<boolean> {
  const { schedule } = new Client({ connection, namespace });
  const time = timeInUtc(at, utcOffset);
  const plan = planFor(time);
  const made = await makeSchedule(schedule, { scheduleId: RECONCILIATION_SCHEDULE, ...plan });
  if (made === 'existed') {
    const handle = schedule.getHandle(RECONCILIATION_SCHEDULE);
    if (!isAt(await handle.describe(), time))
      await handle.update(({ state: { paused, note } }) => ({ ...plan, state: { paused, note } }));
  }
  return made !== 'unsupported';
}

const planFor = (time: TimeOfDay) => ({
  spec: { calendars: [time], timezone: 'UTC' },
  action: {
    type: 'startWorkflow' as const,
    workflowType: RECONCILIATION_WORKFLOW,
    workflowId: reconciliationWorkflowId('daily'),
    taskQueue: TASK_QUEUE,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    args: [],
  },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' as const },
});

function isAt({ spec }: ScheduleDescription, { hour, minute }: TimeOfDay): boolean {
  const [calendar] = spec.calendars ?? [];
  return calendar?.hour[0]?.start === hour && calendar.minute[0]?.start === minute;
}
