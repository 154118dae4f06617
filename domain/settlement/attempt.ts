import type { Conflict, Outcome, Reply } from './reply';

/** How an attempt ended, in the words of the reply's class; `ABSENT` was found out afterwards, by looking it up. */
export interface AttemptOutcome {
  class: (Reply | Conflict)['kind'] | 'ABSENT' | 'byHand';
  microsoftReferenceNumber?: string;
  code?: string;
  message?: string;
}

/** One attempt at sending a payment request. It is on record before anything of it can reach SAVB. */
export interface Attempt {
  /** 1, 2, 3 … */
  attempt: number;
  /** Instant of its beginning. */
  startedAt: string;
  /** What the owner of the payment request wanted when it began; a person's decision is followed by another want. */
  effectId?: string;
  /** Missing while it is under way, and for good when its worker died. */
  outcome?: AttemptOutcome;
}

/** What may still turn out otherwise: nothing known, or not there when somebody looked. All else stands. */
export const REVISABLE: readonly AttemptOutcome['class'][] = ['UNKNOWN', 'ABSENT'];

/** True while SAVB may have executed the attempt, or may yet do so. */
export const isDoubtful = ({ outcome }: Attempt): boolean => outcome === undefined || outcome.class === 'UNKNOWN';

/** What goes on record of what a call came to. */
export function outcomeOf(seen: Outcome | { kind: 'byHand' }): AttemptOutcome {
  switch (seen.kind) {
    case 'SUCCESS':
    case 'CONFLICT':
      return { class: seen.kind, microsoftReferenceNumber: seen.microsoftReferenceNumber };
    case 'REJECTED': {
      const { code, field, message } = seen;
      return { class: 'REJECTED', code, message: field === undefined ? message : `${field}: ${message}` };
    }
    case 'UNKNOWN':
      return { class: 'UNKNOWN', message: seen.why };
    default:
      return { class: seen.kind };
  }
}
