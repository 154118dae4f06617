import type { PartnerDeadlineKind } from '../../contracts/names';
import type { PartnerPayloads } from '../../contracts/partner';
import type { Parsed } from '../message';

/** Messages nobody sends: the partner says them to itself. */
interface InternalPayloads {
  passDeadline: { kind: PartnerDeadlineKind; at: string };
}

export type AllPartnerPayloads = PartnerPayloads & InternalPayloads;
type Name = keyof AllPartnerPayloads;

/** One message, parsed. */
export type PartnerMessage = Parsed<AllPartnerPayloads>;

export type PartnerMessageOf<One extends Name> = Extract<PartnerMessage, { name: One }>;
