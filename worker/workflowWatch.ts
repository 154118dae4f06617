import { isGrpcServiceError, ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { WorkflowWatch } from '../activities/dependencies';

/** A workflow whose tasks fail never answers. */
const LONGEST_QUERY_MS = 10_000;

/** Looks at workflows. */
export function createWorkflowWatch(client: Client): WorkflowWatch {
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
