import type { Started } from '../domain/engagement/decide';
import type { Answer } from '../domain/engagement/decision';
import { refusalIn, type RecordedMessage } from '../domain/engagement/events';
import { refusal } from '../domain/refusals';
import type { MessageOutcome } from '../records/engagements';

/** What the record holds about a message and about everything since a version. */
export interface Known {
  documents: RecordedMessage[];
  outcome?: MessageOutcome;
}

/**
 * The answer to one message by what is on record; none while the message is not among it. The same id with other
 * content names two messages, which is refused. `state` is the engagement with all of `known` taken up.
 */
export function answerIn(
  { documents, outcome }: Known,
  { messageId, fingerprint }: { messageId: string; fingerprint: string },
  state: Started,
): Answer | undefined {
  const own = documents.find((document) => document.messageId === messageId);
  const found = own ?? outcome;
  if (!found || !state) return undefined;
  if (found.fingerprint !== fingerprint)
    return { refusal: refusal('idempotency-key-reused', `${messageId} was used for another message or other content`) };
  const refused = own && refusalIn(own);
  if (refused) return { refusal: refused };
  const { version, stage } = state;
  return { verdict: { status: 'applied', version, stage, ...(!own && { repeated: true as const }) } };
}
