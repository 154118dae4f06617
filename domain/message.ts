import type { Actor } from '../contracts/messages';

/** One message, parsed: any that has a payload here. `at` is the instant at which it is taken up. */
export type Parsed<Payloads> = {
  [Name in keyof Payloads]: {
    name: Name;
    payload: Payloads[Name];
    messageId: string;
    fingerprint: string;
    actor: Actor;
    at: string;
  };
}[keyof Payloads];
