import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Mail } from '../activities/dependencies';
import { engagementWorkflowId } from '../contracts/names';

/** Brings what a partner's workflow has to say to workflows of engagements, over the worker's own connection. */
export function createMail(connection: NativeConnection, namespace: string): Mail {
  const client = new Client({ connection, namespace });
  return async (engagementId, name, envelope) => {
    try {
      await client.workflow.getHandle(engagementWorkflowId(engagementId)).signal(name, envelope);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };
}
