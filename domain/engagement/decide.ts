import { dayOf } from '../days';
import { sameSchedule } from '../deadlines';
import { stamped } from '../record';
import { refusal } from '../refusals';
import { lastDayToRedeem } from '../rulebook/rulebook';
import { decideAdoption, factsAfter } from './adoption';
import { decideCancellation } from './cancellation';
import { decideCorrection } from './correction';
import { decideCustomerUpdate } from './customer';
import { scheduleOf } from './deadlines';
import type { Decision, Facts } from './decision';
import { accepted, refused } from '../decision';
import { decideDeadline } from './deadlinePassed';
import { decideCompletionReport } from './delivery';
import type { EngagementEvent, NewEvent } from './events';
import { evolve } from './evolve';
import { decideLicenseEnd } from './license';
import type { Message } from './message';
import { decidePaymentStatus, decideSavbAnswer } from './payment';
import { decideRedemption } from './redemption';
import { decideReservation, decideReservationCancellation, decideReschedule } from './reservation';
import { refuseOutOfTurn } from './stages';
import { decideEligibilityChange } from './standing';
import { decideStart } from './start';
import { isClosed, isFinal, openTask, type Engagement } from './state';
import { decideClaim, decideRelease } from '../tasks';
import { decideResolution } from './taskDecisions';
import { obsoleteTasks, taskOpened } from './tasks';
import { decideTransfer } from './transfer';
import { decideAssignment, decideExtension, decideReplacement } from './voucher';
import { decideVoucherProblem } from './voucherProblem';

/** What an engagement is asked before its first event. */
export type Started = Engagement | undefined;

/**
 * Says yes, no, or nothing new to one message. Pure: everything it may know is in its arguments. The order of checks is
 * role, repeat, stage, content; days are judged in the engagement's UTC offset.
 */
export function decide(state: Started, message: Message, facts: Facts): Decision {
  if (message.name === 'startEngagement') {
    if (state) return { kind: 'repeated' };
    return withSchedule(undefined, message, decideStart(message, facts), facts);
  }
  if (!state) return refused(refusal('wrong-stage', 'the engagement has not started'));
  if (!isSaid(message)) return withSchedule(state, message, decideContent(state, message, facts), facts);
  if (isClosed(state))
    return refused(refusal('engagement-closed', `the engagement is ${state.stage} and nothing is left to do`));
  const repeated = state.effects[message.fingerprint];
  const outOfTurn = refuseOutOfTurn(state, message.name, message.actor);
  if (outOfTurn?.code === 'role-not-allowed') return refused(outOfTurn);
  if (repeated) return { kind: 'repeated', sameAs: repeated.messageId };
  if (outOfTurn) return refused(outOfTurn);
  return withSchedule(state, message, decideContent(state, message, facts), facts);
}

type Said = Exclude<Message, { name: 'startEngagement' | 'passDeadline' | 'recordSavbAnswer' }>;

const isSaid = (message: Message): message is Said =>
  message.name !== 'passDeadline' && message.name !== 'recordSavbAnswer' && message.name !== 'startEngagement';

function decideContent(
  state: Engagement,
  message: Exclude<Message, { name: 'startEngagement' }>,
  facts: Facts,
): Decision {
  switch (message.name) {
    case 'assignVoucher':
      return decideAssignment(state, message, facts);
    case 'replaceVoucher':
      return decideReplacement(state, message, facts);
    case 'extendVoucher':
      return decideExtension(state, message);
    case 'reserveVoucher':
      return decideReservation(state, message, facts);
    case 'cancelReservation':
      return decideReservationCancellation(state, message);
    case 'reschedule':
      return decideReschedule(state, message, facts);
    case 'submitCompletionReport':
      return decideCompletionReport(state, message, facts);
    case 'redeemVoucher':
      return decideRedemption(state, message, facts);
    case 'cancelEngagement':
      return decideCancellation(state, message);
    case 'recordPaymentStatus':
      return decidePaymentStatus(state, message, facts);
    case 'correctPaymentRequest':
      return decideCorrection(state, message, facts);
    case 'recordSavbAnswer':
      return decideSavbAnswer(state, message, facts);
    case 'passDeadline':
      return decideDeadline(state, message, facts);
    case 'resolveTask':
      return decideResolution(state, message, facts);
    case 'claimTask':
      return decideClaim(state, state.engagementId, message);
    case 'releaseTask':
      return decideRelease(state, state.engagementId, message);
    case 'reportVoucherProblem':
      return decideVoucherProblem(state, message, facts);
    case 'adoptRules':
      return decideAdoption(state, message, facts);
    case 'eligibilityChanged':
      return decideEligibilityChange(state, message, facts);
    case 'recordLicenseEnd':
      return decideLicenseEnd(state, message, facts);
    case 'transferEngagement':
      return decideTransfer(state, message, facts);
    case 'updateCustomer':
      return decideCustomerUpdate(state, message, facts);
    case 'addNote':
      return accepted({ type: 'NoteAdded', data: { text: message.payload.text } });
  }
}

/** Closes tasks that lost their reason and puts every date that is now due into the last event. */
function withSchedule(state: Started, message: Message, decision: Decision, factsBefore: Facts): Decision {
  if (decision.kind === 'repeated') return decision;
  const facts = factsAfter(message, decision, factsBefore);
  const decided =
    decision.kind === 'accepted'
      ? [...decision.events, ...rulebookDiffers(state, message, decision.events, facts)]
      : (decision.besides ?? []);
  if (decided.length === 0) return decision;
  const reached = preview(state, message, decided);
  const { voucher, utcOffset } = reached;
  const lastDay = voucher && lastDayToRedeem(facts.rulebook, voucher.expiresOn);
  const events = [...decided, ...obsoleteTasks(reached, lastDay, dayOf(message.at, utcOffset))];
  const after = preview(state, message, events);
  const deadlines = scheduleOf(after, facts.rulebook, message.at);
  const last = events[events.length - 1];
  const scheduled =
    sameSchedule(deadlines, after.deadlines) || !last
      ? events
      : [...events.slice(0, -1), withDeadlines(last, deadlines)];
  return decision.kind === 'accepted' ? { ...decision, events: scheduled } : { ...decision, besides: scheduled };
}

/** An edition is immutable once released; where it changed all the same, support has to look. */
function rulebookDiffers(before: Started, message: Message, decided: readonly NewEvent[], facts: Facts): NewEvent[] {
  if (!before || !facts.rulebookDiffers) return [];
  const state = preview(before, message, decided);
  if (isFinal(state) || openTask(state, 'recordsDiffer')) return [];
  const detail = `Edition ${facts.rulebook.id} has another hash than ${state.rulebook.hash}.`;
  return [taskOpened(state, 'recordsDiffer', message.at, { detail })];
}

const withDeadlines = (event: NewEvent, deadlines: Engagement['deadlines']): NewEvent =>
  ({ ...event, data: { ...event.data, deadlines } }) as NewEvent;

/** The engagement as it would be with these events. Throws when the first event of all is not the start. */
export function preview(state: Started, message: Message, events: readonly NewEvent[]): Engagement {
  const after = stamp(state, message, events).reduce<Started>(evolve, state);
  if (!after) throw new Error('no event, no engagement');
  return after;
}

function stamp(state: Started, message: Message, events: readonly NewEvent[]): EngagementEvent[] {
  const engagementId = state?.engagementId ?? (message.name === 'startEngagement' ? message.payload.engagementId : '');
  return stamped(events, state?.version ?? 0, message).map((event) => ({ ...event, engagementId }));
}

/** The events by which a decision is recorded; none for a repeat. A refusal is recorded too, once there is a record. */
export function eventsOf(state: Started, message: Message, decision: Decision): EngagementEvent[] {
  switch (decision.kind) {
    case 'accepted':
      return stamp(state, message, decision.events);
    case 'refused': {
      if (!state) return [];
      const refusedEvent: NewEvent = {
        type: 'MessageRefused',
        data: { message: message.name, refusal: decision.refusal },
      };
      return stamp(state, message, [...(decision.besides ?? []), refusedEvent]);
    }
    case 'repeated':
      return [];
  }
}
