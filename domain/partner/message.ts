import type { Actor } from '../../contracts/messages';
import type { PartnerDeadlineKind } from '../../contracts/names';
import type { PartnerPayloads } from '../../contracts/partner';

/** Messages nobody sends: the partner says them to itself. */
interface InternalPayloads {
  passDeadline: { kind: PartnerDeadlineKind; at: string };
}

export type AllPartnerPayloads = PartnerPayloads & InternalPayloads;
type Name = keyof AllPartnerPayloads;

/** One message, parsed. `at` is the instant at which it is taken up. */
export type PartnerMessage = {
  [Each in Name]: {
    name: Each;
    payload: AllPartnerPayloads[Each];
    messageId: string;
    fingerprint: string;
    actor: Actor;
    at: string;
  };
}[Name];

export type PartnerMessageOf<One extends Name> = Extract<PartnerMessage, { name: One }>;
