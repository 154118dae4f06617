import type { Client } from '@temporalio/client';
import { isSealed, KeyMissing } from '../codec/seal';
import type { Run } from './histories';

/** What workflows were told cannot be read with the keys there are. */
export class KeysMissing extends Error {
  override readonly name = 'KeysMissing';
}

/**
 * Sees to it that what a run was started with can be read: asked twice about a workflow that it cannot begin, a worker breaks
 * down and waits for ever.
 * @throws KeysMissing
 */
export async function requireKeys(client: Client, { workflowId, runId }: Run): Promise<void> {
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  let input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  try {
    for (const codec of loadedDataConverter.payloadCodecs)
      input = await codec.decode(input, { type: 'workflow', namespace, workflowId });
  } catch (error) {
    if (!(error instanceof KeyMissing)) throw error;
    throw new KeysMissing(`PAYLOAD_KEYS: does not fit ${workflowId}: ${error.message}`, { cause: error });
  }
  if (input.some(isSealed)) throw new KeysMissing(`PAYLOAD_KEYS: must be set, for ${workflowId} is encrypted`);
}
