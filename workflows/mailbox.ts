import type { Actor } from '../contracts/messages';
import { FROM_WORKFLOW, MESSAGE_ID, RESERVED_MESSAGE_ID, ROLES, UNKNOWN_OPERATOR } from '../contracts/names';
import type { Answer, Letter } from './letter';

interface Waiting<Verdict> {
  letter: Letter;
  answer: (answer: Answer<Verdict>) => void;
}

/**
 * Where messages wait their turn. Handlers only put them here, synchronously, so none is lost and none overtakes; one
 * loop takes them out, one at a time.
 */
export class Mailbox<Verdict> {
  private readonly waiting: Waiting<Verdict>[] = [];

  /** `written` counts the messages typed by hand in this and earlier runs; a reset replays the count and so keeps their ids. */
  constructor(
    private readonly firstRunId: string,
    public written: number,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Resolves with the answer, once there is one. */
  post(letter: Letter): Promise<Answer<Verdict>> {
    return new Promise((answer) => this.waiting.push({ letter, answer }));
  }

  /** Posts what arrived under `name`: an envelope, or whatever somebody typed into the Temporal UI. */
  receive(name: string, argument: unknown): Promise<Answer<Verdict>> {
    const letter = letterOf(name, argument);
    if (letter.messageId !== undefined) return this.post({ ...letter, messageId: letter.messageId });
    this.written += 1;
    return this.post({ ...letter, messageId: `hand:${this.firstRunId}:${this.written}` });
  }

  take(): Waiting<Verdict> | undefined {
    return this.waiting.shift();
  }
}

/**
 * Reads an argument as an envelope as far as it is one. A message id that is misspelled, or one of those the engagement
 * gives, is none.
 */
export function letterOf(name: string, argument: unknown): Omit<Letter, 'messageId'> & { messageId?: string } {
  if (!isObject(argument) || !('payload' in argument))
    return { name, actor: UNKNOWN_OPERATOR, payload: argument === undefined ? {} : argument };
  const { messageId, actor, payload } = argument;
  return {
    name,
    actor: isActor(actor, messageId) ? actor : UNKNOWN_OPERATOR,
    payload,
    ...(isMessageId(messageId) && { messageId }),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isFromWorkflow = (messageId: unknown): boolean => typeof messageId === 'string' && FROM_WORKFLOW.test(messageId);

const isMessageId = (value: unknown): value is string =>
  typeof value === 'string' && MESSAGE_ID.test(value) && (!RESERVED_MESSAGE_ID.test(value) || isFromWorkflow(value));

const isActor = (value: unknown, messageId: unknown): value is Actor =>
  isObject(value) &&
  typeof value['subject'] === 'string' &&
  ((ROLES as readonly unknown[]).includes(value['role']) || (value['role'] === 'system' && isFromWorkflow(messageId)));
