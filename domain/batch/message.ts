import type { BatchPayloads } from '../../contracts/batch';
import type { BatchDeadlineKind } from '../../contracts/names';
import type { Parsed } from '../message';
import type { SavbAnswer } from '../settlement/answer';

/** Messages nobody sends: the batch says them to itself. */
interface InternalPayloads {
  passDeadline: { kind: BatchDeadlineKind; at: string };
  recordSavbAnswer: { reference: string; answer: SavbAnswer };
}

export type AllBatchPayloads = BatchPayloads & InternalPayloads;
type Name = keyof AllBatchPayloads;

/** One message, parsed. */
export type BatchMessage = Parsed<AllBatchPayloads>;

export type BatchMessageOf<One extends Name> = Extract<BatchMessage, { name: One }>;
