import { createHash } from 'node:crypto';
import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TASK_TIMEOUT,
} from '../../contracts/names';
import type { Reconciliation, ReconciliationResult } from '../../contracts/reconciliation';

/** What can be said of a reconciliation now. `unavailable`: Temporal does not answer. */
export type Answered =
  { kind: 'known'; reconciliation: Reconciliation } | { kind: 'unknown' } | { kind: 'unavailable'; cause: unknown };

export type ReconciliationsClient = ReturnType<typeof createReconciliationsClient>;

/** The id of the reconciliation that a key asks for: the same key never asks for a second one. */
export const reconciliationIdOf = (key: string): string =>
  `R-${createHash('sha256').update(key).digest('hex').slice(0, 20)}`;

/** Starts reconciliations and tells what came of them. `verdictTimeoutMs`: how long to wait for the end of one. */
export function createReconciliationsClient({
  client,
  verdictTimeoutMs,
}: {
  client: Client;
  verdictTimeoutMs: number;
}) {
  const within = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + verdictTimeoutMs, call);

  const handleOf = (reconciliationId: string) =>
    client.workflow.getHandle<() => Promise<ReconciliationResult>>(reconciliationWorkflowId(reconciliationId));

  async function start(reconciliationId: string): Promise<void> {
    try {
      await within(() =>
        client.workflow.start(RECONCILIATION_WORKFLOW, {
          workflowId: reconciliationWorkflowId(reconciliationId),
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowIdConflictPolicy: 'USE_EXISTING',
          taskQueue: TASK_QUEUE,
          workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
          staticSummary: 'asked for by a person',
          args: [],
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  const find = async (reconciliationId: string): Promise<Answered> => {
    try {
      return { kind: 'known', reconciliation: await within(() => read(reconciliationId, handleOf(reconciliationId))) };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { kind: 'unknown' };
      if (error instanceof ServiceError) return { kind: 'unavailable', cause: error };
      throw error;
    }
  };

  return {
    /** What is known of a reconciliation, whoever or whatever started it. */
    find,

    /** Runs a reconciliation, once for each id, and waits for its end unless told not to. */
    run: async (reconciliationId: string, { wait }: { wait: boolean }): Promise<Answered> => {
      try {
        await start(reconciliationId);
        if (wait) await within(() => handleOf(reconciliationId).result());
      } catch (error) {
        const goesOn = error instanceof WorkflowFailedError || error instanceof ServiceError;
        if (!goesOn) throw error;
      }
      const found = await find(reconciliationId);
      return found.kind === 'unknown' ? { kind: 'unavailable', cause: new Error('it was not started') } : found;
    },
  };
}

type Handle = WorkflowHandle<() => Promise<ReconciliationResult>>;

async function read(reconciliationId: string, handle: Handle): Promise<Reconciliation> {
  const { status, startTime, closeTime = startTime } = await handle.describe();
  const run = { reconciliationId, startedAt: startTime.toISOString() };
  if (status.name === 'RUNNING' || status.name === 'PAUSED') return { ...run, status: 'running' };
  const ended = { ...run, endedAt: closeTime.toISOString() };
  try {
    return { ...ended, status: 'completed', ...(await handle.result()) };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { ...ended, status: 'failed', why: reasonOf(error) };
    throw error;
  }
}

/** The innermost cause: what an activity or somebody in Temporal said. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
