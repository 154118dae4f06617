import type { Actor } from '../contracts/messages';
import type { Refusal } from '../domain/refusals';

/** A message as it arrived: nothing about its payload is known yet. */
export interface Letter {
  name: string;
  messageId: string;
  actor: Actor;
  payload: unknown;
}

/** What a message was answered once it was on record. */
export type Answer<Verdict> = { verdict: Verdict } | { refusal: Refusal };
