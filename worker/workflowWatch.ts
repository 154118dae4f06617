import { Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { WorkflowWatch } from '../activities/dependencies';

/** A workflow whose tasks fail never answers. */
const LONGEST_QUERY_MS = 10_000;

/** Looks at workflows over the worker's own connection. */
export function createWorkflowWatch(connection: NativeConnection, namespace: string): WorkflowWatch {
  const client = new Client({ connection, namespace });
  return {
    async statusOf(workflowId) {
      try {
        return (await client.workflow.getHandle(workflowId).describe()).status.name;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'MISSING';
        throw error;
      }
    },

    async versionOf(workflowId) {
      try {
        const ask = () => client.workflow.getHandle(workflowId).query<{ version: number } | undefined>('view');
        return (await client.withDeadline(Date.now() + LONGEST_QUERY_MS, ask))?.version;
      } catch (error) {
        if (isAway(error)) throw error;
        return undefined;
      }
    },
  };
}

const UNAVAILABLE = 14;

/** Temporal itself does not answer, not just this workflow. */
const isAway = (error: unknown): boolean => {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && (cause.code as number) === UNAVAILABLE;
};
