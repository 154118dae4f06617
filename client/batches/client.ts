import type { BatchView } from '../../contracts/batch';
import type { Envelope } from '../../contracts/messages';
import { BATCH_WORKFLOW, batchWorkflowId, type BatchMessageName } from '../../contracts/names';
import { batchStart } from '../../contracts/starts';
import { isFinal } from '../../domain/batch/state';
import type { Batches } from '../../records/batches';
import type { Addressee, Messenger, Outcome, SendOptions } from '../messenger/messenger';

export type BatchesClient = ReturnType<typeof createBatchesClient>;

interface Dependencies {
  messenger: Messenger;
  records: { batches: Pick<Batches, 'view'> };
}

/** Talks to the workflows of batches. */
export function createBatchesClient({ messenger, records }: Dependencies) {
  const addressee = (batchId: string): Addressee => ({
    workflowType: BATCH_WORKFLOW,
    workflowId: batchWorkflowId(batchId),
    async revive() {
      const view = await records.batches.view(batchId);
      if (!view) return { kind: 'unknown' };
      return isOver(view) ? { kind: 'closed' } : batchStart(batchId);
    },
  });

  return {
    /** Says something to a batch. @throws when the workflow is missing and MongoDB does not answer */
    send: (batchId: string, name: BatchMessageName, envelope: Envelope, options: SendOptions): Promise<Outcome> =>
      messenger.send(addressee(batchId), name, envelope, options),
  };
}

const isOver = (view: BatchView): boolean => isFinal(view) && view.tasks.length === 0;
