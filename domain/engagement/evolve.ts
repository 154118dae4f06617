import { withoutPassed } from '../deadlines';
import type { PaymentEventData } from '../settlement/events';
import { paymentAfter } from '../settlement/request';
import type { EngagementEvent, EventData, RecordedMessage } from './events';
import { effectsAfter } from '../record';
import { evolveTasks } from '../tasks';
import { withCustomer, withPartner, type Engagement } from './state';
import type { MessageName } from './message';
import { startedEarly } from './tasks';

/** The next state. Total over recorded histories; throws only when a history does not begin with its start. */
export function evolve(state: Engagement | undefined, event: EngagementEvent): Engagement {
  if (event.type === 'EngagementStarted') return begin(event, event.data);
  if (!state) throw new Error(`the record of ${event.engagementId} begins with ${event.type}`);
  const changed = change(state, event);
  return {
    ...changed,
    version: event.version,
    updatedAt: event.at,
    deadlines: event.data.deadlines ?? changed.deadlines,
  };
}

function begin(
  event: EngagementEvent,
  data: EventData['EngagementStarted'] & { deadlines?: Engagement['deadlines'] },
): Engagement {
  return {
    engagementId: event.engagementId,
    version: event.version,
    partnerId: data.partnerId,
    engagementType: data.engagementType,
    ...(data.serviceLevelDays !== undefined && { serviceLevelDays: data.serviceLevelDays }),
    customer: data.customer,
    rulebook: data.rulebook,
    utcOffset: data.utcOffset,
    stage: 'awaitingVoucher',
    atRisk: [],
    openTasks: [],
    tasksOpened: {},
    deadlines: data.deadlines ?? [],
    passed: [],
    effects: {},
    startedAt: event.at,
    updatedAt: event.at,
  };
}

function change(state: Engagement, event: EngagementEvent): Engagement {
  switch (event.type) {
    case 'EngagementStarted':
    case 'VoucherProblemReported':
    case 'NoteAdded':
    case 'MessageRefused':
      return state;
    case 'VoucherAssigned':
      return { ...state, stage: 'voucherAssigned', voucher: event.data.voucher };
    case 'VoucherReplaced':
      return { ...state, voucher: event.data.voucher };
    case 'VoucherExtended':
      return state.voucher ? { ...state, voucher: { ...state.voucher, expiresOn: event.data.expiresOn } } : state;
    case 'VoucherReserved':
      return { ...state, stage: 'reserved', reservation: event.data.reservation };
    case 'EngagementRescheduled': {
      const { scheduledStart, scheduledEnd, consultantIds } = event.data;
      return state.reservation
        ? { ...state, reservation: { ...state.reservation, scheduledStart, scheduledEnd, consultantIds } }
        : state;
    }
    case 'ReservationCancelled': {
      const { reservation: _reservation, completionReport: _report, ...rest } = state;
      return { ...rest, stage: 'voucherAssigned', atRisk: [] };
    }
    case 'CompletionReportSubmitted': {
      const reported: Engagement = { ...state, stage: 'completionReported', completionReport: event.data.report };
      const atRisk = state.atRisk.filter((risk) => risk !== 'engagementStartedEarly' || startedEarly(reported));
      return { ...reported, atRisk };
    }
    case 'VoucherRedeemed':
      return { ...state, stage: 'redeemed', redemption: event.data.redemption };
    case 'VoucherExpired':
      return { ...state, stage: 'expired' };
    case 'EngagementCancelled':
      return { ...state, stage: 'cancelled' };
    case 'RulesAdopted':
      return { ...state, rulebook: event.data.rulebook };
    case 'EligibilityChanged': {
      const { deadlines: _deadlines, ...told } = event.data;
      const others = state.eligibility?.filter(({ requirement }) => requirement !== told.requirement) ?? [];
      return { ...state, eligibility: [...others, told] };
    }
    case 'LicenseEndRecorded':
      return { ...state, licenseEndsOn: event.data.endsOn };
    case 'EngagementTransferred':
      return withPartner(state, event.data.partnerId);
    case 'CustomerUpdated':
      return withCustomer(state, event.data);
    case 'PaymentRequestPrepared':
    case 'PaymentRequestSubmitted':
    case 'PaymentStatusChanged':
    case 'PaymentDenied':
    case 'PaymentRequestCorrected':
    case 'PaymentWindowLapsed':
      return changePayment(state, event);
    case 'DeadlineReminded':
      return { ...state, ...withoutPassed(state, event.data) };
    case 'TaskOpened':
    case 'TaskClaimed':
    case 'TaskReleased':
    case 'TaskResolved':
      return changeTasks(state, event);
  }
}

type Of<Type extends EngagementEvent['type']> = Extract<EngagementEvent, { type: Type }>;

function changePayment(state: Engagement, event: Of<keyof PaymentEventData | 'PaymentWindowLapsed'>): Engagement {
  if (event.type === 'PaymentWindowLapsed') return { ...state, stage: 'paymentLapsed' };
  return { ...state, ...paymentAfter(state, event) };
}

function changeTasks(
  state: Engagement,
  event: Of<'TaskOpened' | 'TaskClaimed' | 'TaskReleased' | 'TaskResolved'>,
): Engagement {
  const changed = { ...state, ...evolveTasks(state, event) };
  if (event.type !== 'TaskResolved') return changed;
  const { acceptedRisks = [] } = event.data;
  return { ...changed, atRisk: [...state.atRisk, ...acceptedRisks.filter((risk) => !state.atRisk.includes(risk))] };
}

/** Which earlier messages' effects an event ends: the same content may then be said again and has an effect anew. */
const UNDOES: Partial<Record<EngagementEvent['type'], readonly MessageName[]>> = {
  VoucherReplaced: ['assignVoucher', 'replaceVoucher', 'extendVoucher', 'updateCustomer'],
  VoucherReserved: ['cancelReservation'],
  ReservationCancelled: ['reserveVoucher', 'reschedule', 'submitCompletionReport'],
  EngagementRescheduled: ['reschedule'],
  CompletionReportSubmitted: ['submitCompletionReport'],
  PaymentStatusChanged: ['correctPaymentRequest'],
  PaymentRequestCorrected: ['recordPaymentStatus'],
  RulesAdopted: ['adoptRules'],
  LicenseEndRecorded: ['recordLicenseEnd'],
  EngagementTransferred: ['transferEngagement'],
  CustomerUpdated: ['updateCustomer'],
};

/**
 * A claim is undone by a release, a note or a problem said twice is two, and whether a deadline, an answer of SAVB or a
 * partner’s changed eligibility is news depends on the state alone: their repeats are no repeats.
 */
const NEVER_STANDING: readonly string[] = [
  'claimTask',
  'releaseTask',
  'addNote',
  'reportVoucherProblem',
  'eligibilityChanged',
  'passDeadline',
  'recordSavbAnswer',
];

/** Takes up one recorded message. */
export function take(state: Engagement | undefined, document: RecordedMessage): Engagement | undefined {
  const after = document.events.reduce<Engagement | undefined>(evolve, state);
  if (!after) return undefined;
  const undone = document.events.flatMap(({ type }) => UNDOES[type] ?? []);
  return { ...after, effects: effectsAfter(after.effects, document, undone, NEVER_STANDING) };
}

/** The state after a whole record, documents in the order of `fromVersion`. */
export function evolveAll(documents: readonly RecordedMessage[]): Engagement | undefined {
  return documents.reduce<Engagement | undefined>(take, undefined);
}
