import type { PartnerDeadline } from '../../contracts/partner';
import { dayOf } from '../days';
import { accepted, refused } from '../decision';
import { stamped } from '../record';
import { refusal, type Refusal } from '../refusals';
import { decideClaim, decideRelease, findTask, resolutionOf } from '../tasks';
import { decidePartnerDeadline, partnerScheduleOf, samePartnerSchedule } from './deadlines';
import type { PartnerDecision, PartnerDecisionFacts } from './decision';
import { decideEnrollment, decideRenewal, decideWithdrawal } from './enrollment';
import type { NewPartnerEvent, PartnerEvent } from './events';
import { evolvePartner } from './evolve';
import type { PartnerMessage, PartnerMessageOf } from './message';
import { decideBankAccount, decideLocation, decideMembership, decideRegistration } from './organisation';
import {
  decideAgreement,
  decideBusinessProfile,
  decideCompetency,
  decideComplianceTraining,
  decideConsultant,
} from './qualification';
import { refusePartnerRole } from './roles';
import { deadlineId, type Partner } from './state';
import { taskPrefixOf, tasksAsOf } from './tasks';

/** What a partner is asked before its first event. */
export type Registered = Partner | undefined;

/**
 * Says yes, no, or nothing new to one message. Pure: everything it may know is in its arguments. The order of checks is
 * role, repeat, content; days are judged in the partner's UTC offset. Before its registration a partner takes nothing
 * but `updateMembership`, which registers it.
 */
export function decidePartner(
  partnerId: string,
  state: Registered,
  message: PartnerMessage,
  facts: PartnerDecisionFacts,
): PartnerDecision {
  const no = message.name === 'passDeadline' ? undefined : refusePartnerRole(message.name, message.actor, partnerId);
  if (no) return refused(no);
  const standing = state?.effects[message.fingerprint];
  if (standing) return { kind: 'repeated', sameAs: standing.messageId };
  const decision = decideContent(state, message, facts, partnerId);
  return decision.kind === 'accepted' ? withConsequences(partnerId, state, message, decision.events, facts) : decision;
}

function decideContent(
  state: Registered,
  message: PartnerMessage,
  facts: PartnerDecisionFacts,
  partnerId: string,
): PartnerDecision {
  if (message.name === 'updateMembership') return decideMembership(state, message, facts);
  if (!state) return refused(refusal('partner-unknown', `there is no partner ${partnerId}`));
  const today = dayOf(message.at, state.utcOffset);
  switch (message.name) {
    case 'recordComplianceTraining':
      return decideComplianceTraining(message, facts, today);
    case 'recordCompetency':
      return decideCompetency(state, message, facts, today);
    case 'recordConsultant':
      return decideConsultant(message, facts, today);
    case 'addLocation':
      return decideLocation(state, message, facts);
    case 'updateBusinessProfile':
      return decideBusinessProfile(message, facts);
    case 'signAgreement':
      return decideAgreement(message, facts, today);
    case 'enrollInOfferings':
      return decideEnrollment(state, message, facts, today);
    case 'renewEnrollment':
      return decideRenewal(state, message, facts, today);
    case 'withdrawFromOffering':
      return decideWithdrawal(state, message, facts, today);
    case 'registerWithSavb':
      return decideRegistration(state, message, facts, today);
    case 'mapBankAccount':
      return decideBankAccount(state, message);
    case 'passDeadline':
      return decidePartnerDeadline(state, message, facts);
    case 'resolveTask':
      return decideResolution(state, message);
    case 'claimTask':
      return decideClaim(state, taskPrefixOf(partnerId), message);
    case 'releaseTask':
      return decideRelease(state, taskPrefixOf(partnerId), message);
    case 'addNote':
      return accepted({ type: 'NoteAdded', data: { text: message.payload.text } });
  }
}

/** Resolves a task in one of its own ways. Most have none: the message they ask for resolves them. */
function decideResolution(state: Partner, { payload, actor }: PartnerMessageOf<'resolveTask'>): PartnerDecision {
  const { taskId, note } = payload;
  const found = findTask(state, taskPrefixOf(state.partnerId), taskId, actor);
  if ('no' in found) return refused(found.no);
  const chosen = resolutionOf(found.task, payload.resolution);
  if ('no' in chosen) return refused(chosen.no);
  const { kind } = found.task;
  return accepted({
    type: 'TaskResolved',
    data: { taskId, kind, resolution: chosen.resolution, ...(note !== undefined && { note }) },
  });
}

/** Opens and closes tasks as the day and the facts ask for, and puts every date that is now due into the last event. */
function withConsequences(
  partnerId: string,
  state: Registered,
  message: PartnerMessage,
  decided: readonly NewPartnerEvent[],
  facts: PartnerDecisionFacts,
): PartnerDecision {
  const { rulebook } = facts;
  const reached = previewPartner(partnerId, state, message, decided, facts);
  const events = [...decided, ...tasksAsOf(reached, rulebook, dayOf(message.at, reached.utcOffset), message.at)];
  const after = previewPartner(partnerId, state, message, events, facts);
  const pending = after.deadlines.filter(
    (deadline) => message.name !== 'passDeadline' || deadlineId(deadline) !== deadlineId(message.payload),
  );
  const deadlines = partnerScheduleOf({ ...after, deadlines: pending }, rulebook, message.at);
  const last = events.at(-1);
  if (!last || samePartnerSchedule(deadlines, after.deadlines)) return accepted(...events);
  return accepted(...events.slice(0, -1), withDeadlines(last, deadlines));
}

const withDeadlines = (event: NewPartnerEvent, deadlines: PartnerDeadline[]): NewPartnerEvent =>
  ({ ...event, data: { ...event.data, deadlines } }) as NewPartnerEvent;

/** The partner as it would be with these events. Throws when the first event of all is not the registration. */
export function previewPartner(
  partnerId: string,
  state: Registered,
  message: PartnerMessage,
  events: readonly NewPartnerEvent[],
  facts: PartnerDecisionFacts,
): Partner {
  const after = stamp(partnerId, state, message, events, facts).reduce<Registered>(evolvePartner, state);
  if (!after) throw new Error('no event, no partner');
  return after;
}

function stamp(
  partnerId: string,
  state: Registered,
  message: PartnerMessage,
  events: readonly NewPartnerEvent[],
  { rulebook }: PartnerDecisionFacts,
): PartnerEvent[] {
  return stamped(events, state?.version ?? 0, message).map((event) => ({ ...event, partnerId, rulebook: rulebook.id }));
}

/** The events by which a decision is recorded; none for a repeat. A refusal is recorded too, once there is a record. */
export function partnerEventsOf(
  partnerId: string,
  state: Registered,
  message: PartnerMessage,
  decision: PartnerDecision,
  facts: PartnerDecisionFacts,
): PartnerEvent[] {
  switch (decision.kind) {
    case 'accepted':
      return stamp(partnerId, state, message, decision.events, facts);
    case 'refused':
      return state ? stamp(partnerId, state, message, [refusalOf(message, decision.refusal)], facts) : [];
    case 'repeated':
      return [];
  }
}

const refusalOf = ({ name }: PartnerMessage, no: Refusal): NewPartnerEvent => ({
  type: 'MessageRefused',
  data: { message: name, refusal: no },
});
