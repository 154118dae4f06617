import { randomUUID } from 'node:crypto';
import { ServiceError, WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { engagementWorkflowId } from '../../../contracts/names';
import type { EngagementView } from '../../../contracts/engagement';
import { inPool } from '../../../dev/bench/pool';
import type { EngagementEvent } from '../../../domain/engagement/events';
import type { WorkflowSeen } from './evidence';

const AT_ONCE = 8;
const QUERY_WITHIN_MS = 20_000;

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** Looks at the workflow of each engagement. */
export async function seeWorkflows(
  client: Client,
  engagementIds: readonly string[],
): Promise<Map<string, WorkflowSeen>> {
  const seen = await inPool(engagementIds.length, AT_ONCE, async (index) => {
    const engagementId = engagementIds[index]!;
    return [engagementId, await seeWorkflow(client, engagementId)] as const;
  });
  return new Map(seen);
}

async function seeWorkflow(client: Client, engagementId: string): Promise<WorkflowSeen> {
  const handle = handleOf(client, engagementId);
  try {
    const { status } = await handle.describe();
    const breaks = breaksIn(await handle.fetchHistory());
    const told = await client
      .withDeadline(Date.now() + QUERY_WITHIN_MS, () => handle.query<EngagementEvent[]>('timeline'))
      .then(
        (timeline) => ({ timeline }),
        (error: Error) => ({ silence: (error.cause instanceof Error ? error.cause : error).message }),
      );
    const result = status.name === 'COMPLETED' ? ((await handle.result()) as EngagementView) : undefined;
    return { status: status.name, ...told, ...(result && { result }), ...breaks };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { broken: 0 };
    throw error;
  }
}

/**
 * What support staff do about workflows that cannot go on because their code broke: resets them to their first task. Answers
 * how many there were.
 */
export async function resetBroken(client: Client, engagementIds: readonly string[]): Promise<number> {
  const reset = await inPool(engagementIds.length, AT_ONCE, async (index) => {
    const handle = handleOf(client, engagementIds[index]!);
    if (!(await isBroken(client, handle))) return false;
    const { events } = await handle.fetchHistory();
    const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    await client.workflowService.resetWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId: handle.workflowId },
      reason: 'its code broke',
      requestId: randomUUID(),
      workflowTaskFinishEventId: firstTask?.eventId,
    });
    return true;
  });
  return reset.filter(Boolean).length;
}

/** Codes of gRPC: the answer failed in the worker, or the server does not even ask because tasks keep failing. */
const INVALID_ARGUMENT = 3;
const FAILED_PRECONDITION = 9;

/** Whether a workflow cannot be asked, though a worker is there to answer; one that is just slow is not broken. */
async function isBroken(client: Client, handle: WorkflowHandle): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + QUERY_WITHIN_MS, () => handle.query('view'));
    return false;
  } catch (error) {
    const { code } = (error instanceof ServiceError ? error.cause : error) as { code?: number };
    return code === INVALID_ARGUMENT || code === FAILED_PRECONDITION;
  }
}

const handleOf = (client: Client, engagementId: string): WorkflowHandle =>
  client.workflow.getHandle(engagementWorkflowId(engagementId));

/** `WorkflowTaskFailedCause` of Temporal's API: workflow code threw; it does not fit the history. */
const BROKEN = [14, 24];

/** How often workflow code broke, and why it stands still, if its latest task broke. */
function breaksIn({ events }: History): Pick<WorkflowSeen, 'broken' | 'standsStill'> {
  const tasks = (events ?? []).filter(
    (event) => event.workflowTaskCompletedEventAttributes ?? event.workflowTaskFailedEventAttributes,
  );
  const broken = tasks.filter(({ workflowTaskFailedEventAttributes: failed }) => BROKEN.includes(failed?.cause ?? 0));
  const latest = tasks.at(-1);
  const standsStill =
    latest !== undefined && broken.includes(latest)
      ? (latest.workflowTaskFailedEventAttributes?.failure?.message ?? 'without a reason')
      : undefined;
  return { broken: broken.length, standsStill };
}
