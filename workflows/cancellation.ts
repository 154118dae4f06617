import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import { UNKNOWN_OPERATOR } from '../contracts/names';
import type { Mailbox } from './mailbox';

/**
 * Temporal's Request Cancellation does not end what has no such end; a note keeps the request, with what to do `instead`.
 * To be called where cancellation is still heard.
 */
export async function noteCancellation<Verdict>(mailbox: Mailbox<Verdict>, instead: string): Promise<void> {
  const messageId = `cancellation:${workflowInfo().runId}`;
  await CancellationScope.current().cancelRequested.catch(() => undefined);
  const text = `Cancellation was requested in Temporal; ${instead}`;
  void mailbox.post({ name: 'addNote', messageId, actor: UNKNOWN_OPERATOR, payload: { text } });
}
