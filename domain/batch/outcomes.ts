import type { Payloads } from '../../contracts/messages';
import { batchWorkflowId, type PaymentStatus } from '../../contracts/names';
import type { BatchEvent, RecordedBatchMessage } from './events';
import type { Batch } from './state';

/** What an engagement is told of its payment. The id is the same however often the event is read. */
export interface BatchOutcome {
  engagementId: string;
  messageId: string;
  payload: Payloads['recordPaymentStatus'];
}

/** What of SAVB's statuses moves an engagement; who has to do something about the others works on the batch. */
const TOLD = ['approved', 'sent', 'paid'] as const satisfies PaymentStatus[];
type Told = (typeof TOLD)[number];

const LONGEST_NOTE = 2000;

/**
 * What each engagement is told of these events, in their order. `after` is the batch with all of them: who was in it at an
 * event is in it still, or left by a later one.
 */
export function outcomesOf(documents: readonly RecordedBatchMessage[], after: Batch): BatchOutcome[] {
  const events = documents.flatMap((document) => document.events);
  return events.flatMap((event, index) => {
    const later = events.slice(index + 1).flatMap(leftBy);
    return toldBy(event, [...after.members.map(({ engagementId }) => engagementId), ...later]);
  });
}

const leftBy = (event: BatchEvent): string[] =>
  event.type === 'BatchSplit' ? event.data.left.map(({ engagementId }) => engagementId) : [];

function toldBy(event: BatchEvent, members: readonly string[]): BatchOutcome[] {
  const { batchId, version } = event;
  const messageId = `${batchWorkflowId(batchId)}:${version}`;
  const told = (engagementIds: readonly string[], payload: BatchOutcome['payload']): BatchOutcome[] =>
    engagementIds.map((engagementId) => ({ engagementId, messageId, payload }));
  switch (event.type) {
    case 'PaymentRequestSubmitted': {
      const { microsoftReferenceNumber, submittedAt: at } = event.data;
      return told(members, { status: 'submitted', at, microsoftReferenceNumber });
    }
    case 'PaymentStatusChanged': {
      const { status, reportedAt: at } = event.data;
      return isTold(status) ? told(members, { status, at }) : [];
    }
    case 'PaymentDenied': {
      const { reportedAt: at, note } = event.data;
      return told(members, { status: 'denied', at, ...(note !== undefined && { note }) });
    }
    case 'BatchSplit': {
      const note = `left batch ${batchId}: ${event.data.reason}`;
      return told(leftBy(event), { status: 'cancelled', at: event.at, note: cut(note) });
    }
    default:
      return [];
  }
}

/** A note is as long as the contract has it, without half a character at its end. */
const cut = (note: string): string =>
  note
    .slice(0, LONGEST_NOTE)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();

const isTold = (status: PaymentStatus): status is Told => (TOLD as readonly PaymentStatus[]).includes(status);
