import { batchWorkflowId, engagementWorkflowId, partnerWorkflowId } from '../contracts/names';
import type { Task } from '../contracts/tasks';
import { plainNotice, type Notice } from './notices';
import { moment } from './wording';

/** A task that has to be done by some instant. */
export type DueTask = Task & { dueAt: string };

/**
 * What somebody else is told of a task that is open past its due; its id is the same however often it is looked at, and begins
 * with the id of the workflow that it belongs to. Names no customer. The due is shown in UTC. Throws when the task belongs to
 * nobody: only differences of reconciliation may, and they have no due.
 */
export function overdueNotice(task: DueTask, to: string): Notice {
  const { taskId, title, role, dueAt, claimedBy } = task;
  const { workflowId, subjectId, why } = subjectOf(task);
  return plainNotice({
    noticeId: `${workflowId}:overdue:${taskId}`,
    to,
    headline: `${subjectId}: overdue: ${title}`,
    lines: [
      `${title}: a task of ${role}. It was due ${moment(dueAt)} and is still open.`,
      claimedBy === undefined ? 'Nobody has claimed it.' : `Claimed by ${claimedBy}.`,
      '',
      `What it is about and what each way out brings: engagements ${why}`,
      'To see all that are overdue: engagements tasks --overdue',
    ],
  });
}

function subjectOf({ taskId, engagementId, batchId, partnerId }: Task) {
  if (engagementId !== undefined)
    return {
      workflowId: engagementWorkflowId(engagementId),
      subjectId: engagementId,
      why: `why ${engagementId}`,
    };
  if (batchId !== undefined)
    return { workflowId: batchWorkflowId(batchId), subjectId: batchId, why: `batch why ${batchId}` };
  if (partnerId !== undefined)
    return { workflowId: partnerWorkflowId(partnerId), subjectId: partnerId, why: `partner why ${partnerId}` };
  throw new Error(`${taskId} has a due and is nobody's`);
}
