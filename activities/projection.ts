import type { Started } from '../domain/engagement/decide';
import type { RecordedMessage } from '../domain/engagement/events';
import type { Engagement } from '../domain/engagement/state';
import { viewOf } from '../domain/engagement/view';
import { requestBodyOf } from '../domain/settlement/paymentRequest';
import type { Records } from '../records/connect';

/**
 * Brings everything that follows from the record up to `after`, which `documents` led to: the view, the task list, the
 * intent to invoice. Each step may be repeated and none of them goes back to an older version.
 */
export async function projectDocuments(
  records: Records,
  before: Started,
  documents: readonly RecordedMessage[],
  after: Engagement,
): Promise<void> {
  const { paymentRequest } = after;
  const prepared = paymentRequest && paymentRequest.reference !== before?.paymentRequest?.reference;
  await Promise.all([
    hasTasks(before, documents) ? records.engagements.project(viewOf(after)) : records.engagements.show(viewOf(after)),
    ...(prepared ? [records.paymentRequests.intend(paymentRequest.reference, requestBodyOf(paymentRequest))] : []),
  ]);
}

/** Whether the task list may have anything to follow: most steps have no task open and open none. */
const hasTasks = (before: Started, documents: readonly RecordedMessage[]): boolean =>
  (before !== undefined && before.openTasks.length > 0) ||
  documents.some(({ events }) => events.some(({ type }) => type === 'TaskOpened'));
