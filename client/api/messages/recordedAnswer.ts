import { refusalIn, saysTheSame, type Recorded } from '../../../domain/record';
import type { Refusal } from '../../../domain/refusals';
import type { Outcome } from '../../../records/chronicle';

/**
 * What the record says about a message: nothing yet, that its id names another message, or its answer. `repeated`: what it was
 * to change stood already, and who said it again is not there.
 */
export type RecordedAnswer =
  { kind: 'none' } | { kind: 'other' } | { kind: 'applied'; repeated?: true } | { kind: 'refused'; refusal: Refusal };

/** The part of a record that answers for messages. */
export interface OnRecord {
  recordedSince(id: string, version: number, messageId: string): Promise<Recorded<{ type: string; data: object }>[]>;
  outcomeOf(id: string, messageId: string): Promise<Outcome | undefined>;
}

/** Looks a message up by its id; the same id with other content names another message, unless that is forgotten. */
export async function recordedAnswer(
  record: OnRecord,
  id: string,
  { messageId, fingerprint }: { messageId: string; fingerprint: string },
): Promise<RecordedAnswer> {
  const [[document], outcome] = await Promise.all([
    record.recordedSince(id, Number.MAX_SAFE_INTEGER, messageId),
    record.outcomeOf(id, messageId),
  ]);
  const found = document ?? outcome;
  if (!found) return { kind: 'none' };
  if (!saysTheSame(found, fingerprint)) return { kind: 'other' };
  const refusal = document && refusalIn(document);
  if (refusal) return { kind: 'refused', refusal };
  return { kind: 'applied', ...(!document && { repeated: true }) };
}
