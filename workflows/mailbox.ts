import type { Actor } from '../contracts/messages';
import { MESSAGE_ID, RESERVED_MESSAGE_ID, ROLES, UNKNOWN_OPERATOR } from '../contracts/names';
import type { Answer } from '../domain/engagement/decision';
import type { Letter, MessageName } from '../domain/engagement/message';

interface Waiting {
  letter: Letter;
  answer: (answer: Answer) => void;
}

/**
 * Where messages wait their turn. Handlers only put them here, synchronously, so none is lost and none overtakes; one
 * loop takes them out, one at a time.
 */
export class Mailbox {
  private readonly waiting: Waiting[] = [];

  /** `written` counts the messages typed by hand in this and earlier runs; a reset replays the count and so keeps their ids. */
  constructor(
    private readonly firstRunId: string,
    public written: number,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Resolves with the answer, once there is one. */
  post(letter: Letter): Promise<Answer> {
    return new Promise((answer) => this.waiting.push({ letter, answer }));
  }

  /** Posts what arrived under `name`: an envelope, or whatever somebody typed into the Temporal UI. */
  receive(name: MessageName, argument: unknown): Promise<Answer> {
    const letter = letterOf(name, argument);
    if (letter.messageId !== undefined) return this.post({ ...letter, messageId: letter.messageId });
    this.written += 1;
    return this.post({ ...letter, messageId: `hand:${this.firstRunId}:${this.written}` });
  }

  take(): Waiting | undefined {
    return this.waiting.shift();
  }
}

/**
 * Reads an argument as an envelope as far as it is one. A message id that is misspelled, or one of those the engagement
 * gives, is none.
 */
export function letterOf(name: MessageName, argument: unknown): Omit<Letter, 'messageId'> & { messageId?: string } {
  if (!isObject(argument) || !('payload' in argument))
    return { name, actor: UNKNOWN_OPERATOR, payload: argument === undefined ? {} : argument };
  const { messageId, actor, payload } = argument;
  return {
    name,
    actor: isActor(actor) ? actor : UNKNOWN_OPERATOR,
    payload,
    ...(isMessageId(messageId) && { messageId }),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isMessageId = (value: unknown): value is string =>
  typeof value === 'string' && MESSAGE_ID.test(value) && !RESERVED_MESSAGE_ID.test(value);

const isActor = (value: unknown): value is Actor =>
  isObject(value) && typeof value['subject'] === 'string' && (ROLES as readonly unknown[]).includes(value['role']);
