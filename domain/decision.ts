import type { Refusal } from './refusals';

/**
 * Yes, no, or nothing new. A refusal may open a task beside it. A repeat names the message whose effect stands, or
 * none when there was simply nothing left to do.
 */
export type Decision<Event> =
  | { kind: 'accepted'; events: Event[] }
  | { kind: 'refused'; refusal: Refusal; besides?: Event[] }
  | { kind: 'repeated'; sameAs?: string };

export const accepted = <Event>(...events: Event[]): Decision<Event> => ({ kind: 'accepted', events });
export const refused = (refusal: Refusal): Decision<never> => ({ kind: 'refused', refusal });
