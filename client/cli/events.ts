import type { EngagementEvent, EventData } from '../../domain/engagement/events';
import { moneyText, plain, second } from './text';

/** What each fact adds to its name. */
const TOLD: { [Type in keyof EventData]: (data: EventData[Type]) => string } = {
  EngagementStarted: ({ engagementType, customer }) => `${engagementType} for ${customer.name}, ${customer.country}`,
  VoucherAssigned: ({ voucher }) => `${voucher.voucherId}, to be redeemed by ${voucher.expiresOn}`,
  VoucherReplaced: ({ voucher, replacedVoucherId, reason }) =>
    `${voucher.voucherId} for ${replacedVoucherId}: ${reason}`,
  VoucherReserved: ({ reservation }) =>
    `${reservation.locationId}, ${reservation.scheduledStart} to ${reservation.scheduledEnd}`,
  ReservationCancelled: ({ reason }) => reason,
  EngagementRescheduled: ({ scheduledStart, scheduledEnd }) => `${scheduledStart} to ${scheduledEnd}`,
  CompletionReportSubmitted: ({ report, corrects }) =>
    `${report.daysDelivered} days delivered on ${report.deliveredToCustomerOn}${corrects ? ' (corrected)' : ''}`,
  VoucherRedeemed: ({ redemption }) =>
    `on ${redemption.redeemedOn}, payment request due ${redemption.paymentRequestDueOn}`,
  PaymentRequestPrepared: ({ reference, amount }) => `${reference}, ${moneyText(amount)}`,
  PaymentRequestSubmitted: ({ microsoftReferenceNumber }) => `Microsoft reference ${microsoftReferenceNumber}`,
  PaymentStatusChanged: ({ status, rejection }) => (rejection ? `${status}: ${rejection.message}` : status),
  PaymentDenied: ({ note = '' }) => note,
  VoucherExtended: ({ previousExpiresOn, expiresOn, reason }) => `${previousExpiresOn} to ${expiresOn}: ${reason}`,
  VoucherExpired: ({ expiredOn }) => `on ${expiredOn}`,
  PaymentWindowLapsed: ({ note = '' }) => note,
  EngagementCancelled: ({ reason }) => reason,
  NoteAdded: ({ text }) => text,
  DeadlineReminded: ({ about }) => about,
  TaskOpened: ({ task }) => `${task.taskId} (${task.role})`,
  TaskClaimed: ({ taskId, claimedBy }) => `${taskId} by ${claimedBy}`,
  TaskReleased: ({ taskId }) => taskId,
  TaskResolved: ({ taskId, resolution }) => `${taskId} as ${resolution}`,
  MessageRefused: ({ message, refusal }) => `${message}: ${refusal.detail}`,
};

/** One fact in the cells of a line: when, which version, what, from whom, and what it says. */
export function eventCells({
  at,
  version,
  type,
  actor,
  data,
}: EngagementEvent): [at: string, version: string, type: string, actor: string, told: string] {
  // A newer API may know facts this program does not.
  const tell = (TOLD as Partial<Record<string, (data: unknown) => string>>)[type];
  return [second(at), String(version), type, plain(actor.onBehalfOf ?? actor.subject), plain(tell?.(data) ?? '')];
}
