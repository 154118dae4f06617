import type { EngagementInput } from '../../../contracts/engagement';
import {
  BATCH_EXAMPLES,
  ENGAGEMENT_EXAMPLES,
  PARTNER_EXAMPLES,
  PARTNER_ID,
  START_EXAMPLE,
} from '../../../contracts/examples';
import type { Actor } from '../../../contracts/messages';
import { SYSTEM } from '../../../contracts/names';
import { decide as decideBatch, eventsOf as batchEventsOf } from '../../../domain/batch/decide';
import { evolve as evolveBatch } from '../../../domain/batch/evolve';
import type { BatchMessage } from '../../../domain/batch/message';
import type { Batch } from '../../../domain/batch/state';
import { viewOf as batchViewOf } from '../../../domain/batch/view';
import { decide, eventsOf } from '../../../domain/engagement/decide';
import type { Facts } from '../../../domain/engagement/decision';
import { evolve } from '../../../domain/engagement/evolve';
import type { Message } from '../../../domain/engagement/message';
import type { Engagement } from '../../../domain/engagement/state';
import { viewOf } from '../../../domain/engagement/view';
import { checklistOf } from '../../../domain/partner/checklist';
import { decidePartner, partnerEventsOf } from '../../../domain/partner/decide';
import { evolvePartner } from '../../../domain/partner/evolve';
import type { PartnerMessage } from '../../../domain/partner/message';
import type { Partner } from '../../../domain/partner/state';
import { partnerViewOf } from '../../../domain/partner/view';
import { fingerprintOf } from '../../../records/fingerprint';
import type { RulebookLibrary } from '../../../records/rulebooks';

/** The examples of what is said are played to the rules of this edition; what comes of it are the examples of answers. */
export const EDITION = '2020-06';
const UTC_OFFSET = '+00:00';

const OPERATOR: Actor = { subject: 'olle', role: 'operator' };
const GLOBAL_ADMIN: Actor = { subject: 'mira.holm', role: 'globalAdmin', partnerId: PARTNER_ID };
const PARTNER_ADMIN: Actor = { subject: 'pia', role: 'partnerAdmin', partnerId: PARTNER_ID };
const CONSULTANT: Actor = { subject: 'eva.lind', role: 'consultant', partnerId: PARTNER_ID };

const PARTNER_STEPS = [
  ['2020-06-10', OPERATOR, 'updateMembership'],
  ['2020-06-10', PARTNER_ADMIN, 'recordComplianceTraining'],
  ['2020-06-10', PARTNER_ADMIN, 'recordCompetency'],
  ['2020-06-10', PARTNER_ADMIN, 'recordConsultant'],
  ['2020-06-10', PARTNER_ADMIN, 'addLocation'],
  ['2020-06-11', GLOBAL_ADMIN, 'signAgreement'],
  ['2020-06-11', GLOBAL_ADMIN, 'enrollInOfferings'],
  ['2020-06-12', PARTNER_ADMIN, 'updateBusinessProfile'],
  ['2020-08-12', GLOBAL_ADMIN, 'registerWithSavb'],
] as const;

const ENGAGEMENT_STEPS = [
  ['2020-07-02', OPERATOR, 'assignVoucher'],
  ['2020-07-06', PARTNER_ADMIN, 'reserveVoucher'],
  ['2020-08-10', CONSULTANT, 'submitCompletionReport'],
  ['2020-08-12', PARTNER_ADMIN, 'redeemVoucher'],
] as const;

const UPLOADED = { name: 'deployment-plan.pdf', size: 48_213, sha256: '7d'.repeat(32) };
type Rulebook = Facts['rulebook'];
const RATE = BATCH_EXAMPLES.addToBatch.member.amount;

export type Story = ReturnType<typeof playStory>;

/** What comes of the examples of messages, said in their order. @throws Error when one of them is refused */
export function playStory(rulebooks: RulebookLibrary) {
  const rulebook = rulebooks.edition(EDITION);
  const partner = playPartner(rulebook);
  const engagement = playEngagement(
    { rulebook, partner: partner.state, heldElsewhere: {}, uploads: [UPLOADED], rate: RATE, gateway: 'http' },
    { ...START_EXAMPLE, rulebook: rulebooks.reference(EDITION), utcOffset: UTC_OFFSET, startedBy: OPERATOR },
  );
  const batch = playBatch(rulebook);
  return {
    engagement: viewOf(engagement.state),
    engagementEvents: engagement.events,
    partner: partnerViewOf(partner.state),
    partnerEvents: partner.events,
    checklist: checklistOf(partner.state, rulebook, '2020-08-12'),
    batch: batchViewOf(batch.state),
    batchEvents: batch.events,
    uploaded: UPLOADED,
  };
}

function playPartner(rulebook: Rulebook) {
  const facts = { rulebook, utcOffset: UTC_OFFSET, heldElsewhere: {}, redeemedOfferings: ['DDPS'] };
  const messages = PARTNER_STEPS.map(([on, actor, name]) => said(on, actor, name, PARTNER_EXAMPLES[name]));
  return play(messages as PartnerMessage[], {
    decide: (state: Partner | undefined, message) => decidePartner(PARTNER_ID, state, message, facts),
    eventsOf: (state, message, decision) => partnerEventsOf(PARTNER_ID, state, message, decision, facts),
    evolve: evolvePartner,
  });
}

function playEngagement(facts: Facts, input: EngagementInput) {
  const messages = [
    said('2020-07-01', OPERATOR, 'startEngagement', input),
    ...ENGAGEMENT_STEPS.map(([on, actor, name]) => said(on, actor, name, ENGAGEMENT_EXAMPLES[name])),
  ];
  return play(messages as Message[], {
    decide: (state: Engagement | undefined, message) => decide(state, message, facts),
    eventsOf,
    evolve,
  });
}

function playBatch(rulebook: Rulebook) {
  const policy = { dayOfMonth: 15, size: 50, daysBeforeDue: 7 };
  const facts = { rulebook, heldElsewhere: {}, gateway: 'http' as const, policy };
  const messages = [said('2020-08-12', SYSTEM, 'addToBatch', BATCH_EXAMPLES.addToBatch)];
  return play(messages as BatchMessage[], {
    decide: (state: Batch | undefined, message) => decideBatch(state, message, facts),
    eventsOf: batchEventsOf,
    evolve: evolveBatch,
  });
}

/** A message at nine in the morning, UTC. */
const said = (on: string, actor: Actor, name: string, payload: object) => ({
  name,
  payload,
  messageId: `${name}-1`,
  fingerprint: fingerprintOf(name, payload),
  actor,
  at: `${on}T09:00:00.000Z`,
});

interface Rules<State, Event, Message, Decision> {
  decide: (state: State | undefined, message: Message) => Decision;
  eventsOf: (state: State | undefined, message: Message, decision: Decision) => Event[];
  evolve: (state: State | undefined, event: Event) => State;
}

function play<State, Event, Message extends { name: string }, Decision extends { kind: string }>(
  messages: readonly Message[],
  { decide, eventsOf, evolve }: Rules<State, Event, Message, Decision>,
): { state: State; events: Event[] } {
  const events: Event[] = [];
  let state: State | undefined;
  for (const message of messages) {
    const decision = decide(state, message);
    if (decision.kind !== 'accepted')
      throw new Error(`the example of ${message.name} is not accepted: ${JSON.stringify(decision)}`);
    const recorded = eventsOf(state, message, decision);
    state = recorded.reduce<State | undefined>(evolve, state);
    events.push(...recorded);
  }
  return { state: state!, events };
}
