import type { EngagementInput } from '../../contracts/engagement';
import type { Payloads } from '../../contracts/messages';
import type { DeadlineKind } from '../../contracts/names';
import type { Parsed } from '../message';
import type { SavbAnswer } from '../settlement/answer';

/** Messages nobody sends: the engagement says them to itself. */
interface InternalPayloads {
  startEngagement: EngagementInput;
  passDeadline: { kind: DeadlineKind; at: string };
  recordSavbAnswer: { reference: string; answer: SavbAnswer };
}

export type AllPayloads = Payloads & InternalPayloads;
export type MessageName = keyof AllPayloads;

/** One message, parsed. */
export type Message = Parsed<AllPayloads>;

export type MessageOf<Name extends MessageName> = Extract<Message, { name: Name }>;
