import type { SavbAnswer } from './answer';
import { isDoubtful, outcomeOf, type Attempt, type AttemptOutcome } from './attempt';
import { compareFound, type Looked, type NoAnswer, type Sent } from './reply';

/**
 * How a payment request reaches SAVB once, though calls get lost and workers die in the middle of them. Whoever works for
 * a reference takes the step that follows from its record, puts on record what came of it, and begins again:
 *
 *   1. SAVB has it            → that is the answer.
 *   2. an attempt's fate is   → nobody sends. The quarantine is waited out, counted from the beginning of the attempt and
 *      unknown                  longer than any request can be under way; then SAVB is asked for the reference.
 *   3. SAVB refused it        → that is the answer; corrected data go out under another reference.
 *   4. three attempts were    → a person looks.
 *      unknown and not found
 *   5. else                   → send it: attempt on record, call, outcome on record.
 *
 * Unknown sticks to its attempt: no later reply clears it, only a lookup after the quarantine or the request itself, found.
 */
type Step =
  | { kind: 'answer'; answer: SavbAnswer }
  | { kind: 'wait'; untilMs: number; why: string }
  | { kind: 'lookUp'; doubtful: Attempt[] }
  | { kind: 'send'; isFirst: boolean };

/** What is on record about a reference. */
export interface OnRecord {
  reference: string;
  attempts: readonly Attempt[];
  /** The invoice that goes with it. */
  document?: { sha256: string };
}

/** Instants and durations in milliseconds. */
interface Circumstances {
  nowMs: number;
  quarantineMs: number;
  /** What is wanted now: attempts made for an earlier want, before a person decided, no longer count as vain. */
  effectId: string;
}

/** After so many attempts of unknown fate, none of which arrived, a person has to look. */
const MOST_UNKNOWNS = 3;

/** After so long a doubt that no lookup could end a person has to look. */
const LONGEST_DOUBT_MS = 24 * 60 * 60_000;

/** An attempt puts its first byte on the wire within this time of its beginning, or not at all. */
const LONGEST_BEGINNING_MS = 30_000;

/** The step that follows from the record. */
export function nextStep(onRecord: OnRecord, { nowMs, quarantineMs, effectId }: Circumstances): Step {
  const { reference, attempts } = onRecord;
  const taken = attempts.find(({ outcome }) => outcome?.class === 'SUCCESS' || outcome?.class === 'CONFLICT');
  if (taken?.outcome) return { kind: 'answer', answer: answerTaken(taken.outcome, onRecord) };

  const doubtful = attempts.filter(isDoubtful);
  if (doubtful.length > 0) {
    const untilMs = Math.max(...doubtful.map(({ startedAt }) => Date.parse(startedAt))) + quarantineMs;
    if (nowMs < untilMs) return { kind: 'wait', untilMs, why: `an attempt at ${reference} may still arrive` };
    return { kind: 'lookUp', doubtful };
  }

  const refused = attempts.find(({ outcome }) => outcome?.class === 'REJECTED');
  if (refused?.outcome) return { kind: 'answer', answer: answerRefused(refused.outcome) };

  const inVain = attempts.filter((attempt) => attempt.outcome?.class === 'ABSENT' && attempt.effectId === effectId);
  if (inVain.length >= MOST_UNKNOWNS)
    return askPerson(`${inVain.length} attempts of unknown fate, and SAVB does not know ${reference}.`);

  return { kind: 'send', isFirst: attempts.length === 0 };
}

/** What a lookup means: an outcome for attempts on record, a person to ask, or that SAVB has to be asked again. */
type LookupMeaning =
  | { kind: 'record'; attempts: number[]; outcome: AttemptOutcome }
  | Extract<Step, { kind: 'answer' }>
  | { kind: 'askAgain'; because: NoAnswer };

/**
 * Reads a lookup that was made after the quarantine about the attempts in `doubtful`, of which there is at least one. Where
 * SAVB cannot say, a person looks; attempts of an earlier want are those of which that person has said that they did not arrive.
 */
export function afterLookup(
  sent: Sent,
  doubtful: readonly Attempt[],
  looked: Looked,
  { nowMs, effectId }: Omit<Circumstances, 'quarantineMs'>,
): LookupMeaning {
  const { reference } = sent;
  const isDecided = doubtful.every((attempt) => attempt.effectId !== undefined && attempt.effectId !== effectId);
  const attempts = doubtful.map(({ attempt }) => attempt);
  switch (looked.kind) {
    case 'none':
      return { kind: 'record', attempts, outcome: { class: 'ABSENT' } };
    case 'found': {
      const compared = compareFound(sent, looked.paymentRequest);
      if (compared.kind === 'UNKNOWN') return askAgain(reference, doubtful, compared, nowMs);
      // Which of them arrived cannot be told, and does not matter.
      return { kind: 'record', attempts: attempts.slice(-1), outcome: outcomeOf(compared) };
    }
    case 'several':
      return askPerson(`SAVB has ${reference} more than once: ${looked.microsoftReferenceNumbers.join(', ')}.`);
    case 'byHand':
      if (isDecided) return { kind: 'record', attempts, outcome: { class: 'ABSENT' } };
      return askPerson(`Whether SAVB has ${reference}, only a person can see.`);
    default: {
      const meaning = askAgain(reference, doubtful, looked, nowMs);
      if (meaning.kind === 'askAgain' || !isDecided) return meaning;
      return { kind: 'record', attempts, outcome: { class: 'ABSENT' } };
    }
  }
}

/**
 * The instant, in milliseconds, from which an attempt must not begin to send any more. A worker that was stopped in its
 * middle and comes back later than that must not: others have stopped waiting for it.
 */
export const lastMomentToSend = (startedAtMs: number, quarantineMs: number): number =>
  startedAtMs + Math.min(LONGEST_BEGINNING_MS, quarantineMs);

/** For a day; then a person has to look. */
function askAgain(reference: string, doubtful: readonly Attempt[], because: NoAnswer, nowMs: number): LookupMeaning {
  const doubtSinceMs = Math.min(...doubtful.map(({ startedAt }) => Date.parse(startedAt)));
  return nowMs - doubtSinceMs < LONGEST_DOUBT_MS
    ? { kind: 'askAgain', because }
    : askPerson(`For a day SAVB could not say whether it has ${reference}.`);
}

const askPerson = (why: string) => ({ kind: 'answer' as const, answer: { status: 'unknown' as const, why } });

function answerTaken({ class: kind, microsoftReferenceNumber = '' }: AttemptOutcome, onRecord: OnRecord): SavbAnswer {
  if (kind === 'CONFLICT') {
    const why = `SAVB has ${microsoftReferenceNumber} under our reference, over another amount: have it cancelled there, record payment status cancelled, and correct the request.`;
    return { status: 'unknown', why };
  }
  const documentSha256 = onRecord.document?.sha256;
  return { status: 'submitted', microsoftReferenceNumber, ...(documentSha256 !== undefined && { documentSha256 }) };
}

const answerRefused = ({ code, message = '' }: AttemptOutcome): SavbAnswer => ({
  status: 'rejected',
  message,
  ...(code !== undefined && { code }),
});
