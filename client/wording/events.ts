import type { Actor } from '../../contracts/messages';
import type { EngagementEvent, EventData } from '../../domain/engagement/events';
import type { Refusal } from '../../domain/refusals';
import type { PaymentEventData } from '../../domain/settlement/events';
import type { TaskEventData } from '../../domain/tasks';
import { words } from '../../domain/wording';
import { facts, moneyText, plain, second } from './text';

/** What each kind of fact adds to its name. */
export type Told<Data> = { [Type in keyof Data]: (data: Data[Type]) => string };

interface CommonData extends TaskEventData {
  NoteAdded: { text: string };
  MessageRefused: { message: string; refusal: Refusal };
}

/** Facts of whatever has a timeline. */
export const TOLD_OF_ALL: Told<CommonData> = {
  NoteAdded: ({ text }) => text,
  TaskOpened: ({ task }) => `${task.taskId} (${task.role})`,
  TaskClaimed: ({ taskId, claimedBy }) => `${taskId} by ${claimedBy}`,
  TaskReleased: ({ taskId }) => taskId,
  TaskResolved: ({ taskId, resolution }) => `${taskId} as ${resolution}`,
  MessageRefused: ({ message, refusal }) => `${message}: ${refusal.detail}`,
};

/** Facts of whoever asks SAVB for money. */
export const TOLD_OF_PAYMENT: Told<PaymentEventData> = {
  PaymentRequestPrepared: ({ reference, amount }) => `${reference}, ${moneyText(amount)}`,
  PaymentRequestSubmitted: ({ microsoftReferenceNumber }) => `Microsoft reference ${microsoftReferenceNumber}`,
  PaymentStatusChanged: ({ status, rejection, batchId }) =>
    facts(rejection ? `${status}: ${rejection.message}` : status, batchId && `with batch ${batchId}`),
  PaymentRequestCorrected: ({ reference, reason }) => `${reference} is given up and asked for anew: ${reason}`,
  PaymentDenied: ({ note = '' }) => note,
};

const TOLD: Told<EventData> = {
  ...TOLD_OF_ALL,
  ...TOLD_OF_PAYMENT,
  EngagementStarted: ({ engagementType, customer }) =>
    `${words(engagementType)} for ${customer.name}, ${customer.country}`,
  VoucherAssigned: ({ voucher }) => `${voucher.voucherId}, to be redeemed by ${voucher.expiresOn}`,
  VoucherReplaced: ({ voucher, replacedVoucherId, reason }) =>
    `${voucher.voucherId} for ${replacedVoucherId}: ${reason}`,
  VoucherProblemReported: ({ problem, note }) => (note === undefined ? problem : `${problem}: ${note}`),
  VoucherReserved: ({ reservation }) =>
    `${reservation.locationId}, ${reservation.scheduledStart} to ${reservation.scheduledEnd}`,
  ReservationCancelled: ({ reason }) => reason,
  EngagementRescheduled: ({ scheduledStart, scheduledEnd }) => `${scheduledStart} to ${scheduledEnd}`,
  CompletionReportSubmitted: ({ report, corrects }) =>
    `${report.daysDelivered} days delivered on ${report.deliveredToCustomerOn}${corrects ? ' (corrected)' : ''}`,
  VoucherRedeemed: ({ redemption }) =>
    `on ${redemption.redeemedOn}, payment request due ${redemption.paymentRequestDueOn}`,
  VoucherExtended: ({ previousExpiresOn, expiresOn, reason }) => `${previousExpiresOn} to ${expiresOn}: ${reason}`,
  VoucherExpired: ({ expiredOn, planningDays }) => `on ${expiredOn}, its days are ${planningDays}`,
  PaymentWindowLapsed: ({ note = '' }) => note,
  EngagementCancelled: ({ reason }) => reason,
  RulesAdopted: ({ previousRulebook, rulebook, reason }) => `${previousRulebook.id} to ${rulebook.id}: ${reason}`,
  EligibilityChanged: ({ requirement, met }) => `${requirement} is ${met ? 'met' : 'not met'}`,
  LicenseEndRecorded: ({ endsOn }) => `on ${endsOn}`,
  EngagementTransferred: ({ previousPartnerId, partnerId, reason }) =>
    `${previousPartnerId} to ${partnerId}: ${reason}`,
  CustomerUpdated: (changes) =>
    Object.keys(changes)
      .filter((change) => change !== 'deadlines')
      .join(', '),
  DeadlineReminded: ({ about }) => about,
};

/** One fact in the cells of a line: when, which version, what, from whom, and what it says. */
export type EventCells = [at: string, version: string, type: string, actor: string, told: string];

/** The cells of a fact of an engagement. */
export const eventCells = (event: EngagementEvent): EventCells => cellsOf(event, TOLD);

interface AnyEvent {
  at: string;
  version: number;
  type: string;
  actor: Actor;
  data: object;
}

/** The cells of a fact, by what is told of facts of its kind. */
export function cellsOf({ at, version, type, actor, data }: AnyEvent, told: object): EventCells {
  // A newer API may know facts this program does not.
  const tell = (told as Partial<Record<string, (data: object) => string>>)[type];
  return [second(at), String(version), type, plain(actor.onBehalfOf ?? actor.subject), plain(tell?.(data) ?? '')];
}
