import { partnerEventSchema, partnerViewSchema } from '../../contracts/partner';
import { partnerClaimsOf } from '../../domain/partner/claims';
import { decidePartner, partnerEventsOf, type Registered } from '../../domain/partner/decide';
import type { NewPartnerEvent, RecordedPartnerMessage } from '../../domain/partner/events';
import { takePartner } from '../../domain/partner/evolve';
import { deadlineId, type Partner } from '../../domain/partner/state';
import { partnerViewOf } from '../../domain/partner/view';
import { PARTNER_REFUSALS } from '../../domain/refusalsByMessage';
import { answering, type Heard } from './answering';
import { frozen } from './frozen';
import { expectDeclared, expectDense } from './invariants';
import { passing, type PartnerTold } from './partnerStory';
import { expectSame } from './same';

const PARTNER = 'contoso';

/** What one message led to. */
export type PartnerOutcome = Heard<Partner, NewPartnerEvent, RecordedPartnerMessage>;

/** Decides and takes up one message as the record does, on frozen ground. */
export function hearPartner(before: Registered, { message, facts }: PartnerTold): PartnerOutcome {
  const decision = frozen(decidePartner(PARTNER, before, message, facts));
  expectDeclared(PARTNER_REFUSALS, message.name, decision);
  const events = partnerEventsOf(PARTNER, before, message, decision, facts);
  const { messageId, fingerprint, name } = message;
  const fromVersion = before?.version ?? 0;
  const document = frozen({ partnerId: PARTNER, fromVersion, messageId, fingerprint, message: name, events });
  if (events.length === 0) return { decision, events, document, before, after: before };
  expectDense(before, events, partnerEventSchema);
  const after = frozen(takePartner(before, document));
  if (after) expectSoundPartner(after);
  return { decision, events, document, before, after };
}

/** What holds of every partner, whatever was said to it. */
export function expectSoundPartner(state: Partner): void {
  expectSame(JSON.parse(JSON.stringify(state)), state);
  partnerViewSchema.parse(partnerViewOf(state));
  const { deadlines, openTasks, enrollments, competencies, locations } = state;
  const unique = (list: readonly string[]) => expectSame(new Set(list).size, list.length);
  expectSame(
    deadlines,
    [...deadlines].sort((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  );
  unique(deadlines.map(deadlineId));
  unique(openTasks.map(({ taskId }) => taskId));
  unique(openTasks.map(({ kind, about }) => `${kind} ${about}`));
  unique(enrollments.map(({ offering }) => offering));
  unique(competencies.map(({ competency, tier }) => `${competency} ${tier}`));
  unique(locations.map(({ locationId }) => locationId));
  expectSame(partnerClaimsOf(state).length, 1 + locations.length);
}

/** A partner to which all of this was said, and accepted. */
export const givenPartner = (...story: readonly PartnerTold[]) =>
  partnerIn(story.reduce<Registered>(accept, undefined) as Partner);

/** Nobody yet. */
export const nobody = { when: (told: PartnerTold) => goingOn(hearPartner(undefined, told)) };

/** A partner however it came to be. */
export const partnerIn = (state: Partner) => ({
  state,
  when: (told: PartnerTold) => goingOn(hearPartner(state, told)),
  /** The same partner with every deadline until the end of that day passed, each when it was due. */
  until: (day: string, facts: PartnerTold['facts'] | object = {}) => partnerIn(passAll(state, day, facts)),
});

function passAll(state: Partner, day: string, facts: object): Partner {
  const [next] = state.deadlines;
  if (!next || next.at > `${day}T23:59:59.999Z`) return state;
  return passAll(accept(state, passing(next, { facts })) as Partner, day, facts);
}

function accept(before: Registered, told: PartnerTold): Registered {
  const { decision, after } = hearPartner(before, told);
  if (decision.kind !== 'accepted') throw new Error(`${told.message.name}: ${JSON.stringify(decision)}`);
  return after;
}

const goingOn = (outcome: PartnerOutcome) => ({
  ...outcome,
  ...answering(outcome),
  /** The partner afterwards, to go on with. */
  get then() {
    if (outcome.decision.kind !== 'accepted') throw new Error(JSON.stringify(outcome.decision));
    return partnerIn(outcome.after!);
  },
  /** Code of the refusal, if it is one. */
  get refused() {
    return outcome.decision.kind === 'refused' ? outcome.decision.refusal : undefined;
  },
});
