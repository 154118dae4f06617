import type { BatchPayloads } from '../../contracts/batch';
import type { Actor } from '../../contracts/messages';
import type { BatchDeadlineKind } from '../../contracts/names';
import type { SavbAnswer } from '../settlement/answer';

/** Messages nobody sends: the batch says them to itself. */
interface InternalPayloads {
  passDeadline: { kind: BatchDeadlineKind; at: string };
  recordSavbAnswer: { reference: string; answer: SavbAnswer };
}

export type AllBatchPayloads = BatchPayloads & InternalPayloads;
type Name = keyof AllBatchPayloads;

/** One message, parsed. `at` is the instant at which it is taken up. */
export type BatchMessage = {
  [Each in Name]: {
    name: Each;
    payload: AllBatchPayloads[Each];
    messageId: string;
    fingerprint: string;
    actor: Actor;
    at: string;
  };
}[Name];

export type BatchMessageOf<One extends Name> = Extract<BatchMessage, { name: One }>;
