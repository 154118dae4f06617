import { refusalIn } from '../../domain/engagement/events';
import type { Refusal } from '../../domain/refusals';
import type { Engagements } from '../../records/engagements';

/** What the record says about a message: nothing yet, that its id names another message, or its answer. */
export type RecordedAnswer =
  { kind: 'none' } | { kind: 'other' } | { kind: 'applied' } | { kind: 'refused'; refusal: Refusal };

type OnRecord = Pick<Engagements, 'recordedSince' | 'outcomeOf'>;

/** Looks a message up by its id; the same id with other content names another message. */
export async function recordedAnswer(
  record: OnRecord,
  engagementId: string,
  { messageId, fingerprint }: { messageId: string; fingerprint: string },
): Promise<RecordedAnswer> {
  const [[document], outcome] = await Promise.all([
    record.recordedSince(engagementId, Number.MAX_SAFE_INTEGER, messageId),
    record.outcomeOf(engagementId, messageId),
  ]);
  const found = document ?? outcome;
  if (!found) return { kind: 'none' };
  if (found.fingerprint !== fingerprint) return { kind: 'other' };
  const refusal = document && refusalIn(document);
  return refusal ? { kind: 'refused', refusal } : { kind: 'applied' };
}
