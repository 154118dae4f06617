import type {
  CompletionReport,
  Customer,
  Deadline,
  PaymentRequest,
  Redemption,
  Reservation,
  RulebookReference,
  Voucher,
} from '../../contracts/engagement';
import type { Actor, Payloads } from '../../contracts/messages';
import type { EventType, PaymentStatus, TaskKind } from '../../contracts/names';
import type { Task } from '../../contracts/tasks';
import type { Refusal } from '../refusals';

/** What each fact says. Every date a rule computed is in here, so a changed rule never changes the past. */
export interface EventData {
  EngagementStarted: {
    partnerId: string;
    engagementType: string;
    serviceLevelDays?: number;
    customer: Customer;
    rulebook: RulebookReference;
    utcOffset: string;
  };
  VoucherAssigned: { voucher: Voucher };
  VoucherReplaced: { voucher: Voucher; replacedVoucherId: string; reason: string; note?: string };
  VoucherReserved: { reservation: Reservation };
  ReservationCancelled: { reason: string; withdrawnReport?: CompletionReport };
  EngagementRescheduled: { scheduledStart: string; scheduledEnd: string; consultantIds: string[] };
  CompletionReportSubmitted: { report: CompletionReport; corrects?: true };
  VoucherRedeemed: { redemption: Redemption };
  PaymentRequestPrepared: Pick<
    PaymentRequest,
    'reference' | 'gateway' | 'offering' | 'country' | 'locationId' | 'vouchers' | 'amount' | 'invoice'
  > & { seq: number };
  PaymentRequestSubmitted: { reference: string; microsoftReferenceNumber: string; submittedAt: string; note?: string };
  PaymentStatusChanged: {
    reference: string;
    status: PaymentStatus;
    reportedAt: string;
    rejection?: PaymentRequest['rejection'];
    invoiceDocument?: PaymentRequest['invoiceDocument'];
    note?: string;
  };
  PaymentDenied: { reference?: string; reportedAt: string; note?: string };
  VoucherExtended: { expiresOn: string; previousExpiresOn: string; reason: string };
  VoucherExpired: { expiredOn: string };
  PaymentWindowLapsed: { note?: string };
  EngagementCancelled: { reason: string; reasonCode?: Payloads['cancelEngagement']['reasonCode'] };
  NoteAdded: { text: string };
  DeadlineReminded: Deadline & { about: string };
  TaskOpened: { task: Task };
  TaskClaimed: { taskId: string; claimedBy: string; note?: string };
  TaskReleased: { taskId: string; note?: string };
  TaskResolved: { taskId: string; kind: TaskKind; resolution: string; note?: string; acceptedRisks?: string[] };
  MessageRefused: { message: string; refusal: Refusal };
}

/** `deadlines`, where present, replaces everything that was due before. */
type WithDeadlines<Data> = Data & { deadlines?: Deadline[] };

/** A fact as `decide` proposes it. */
export type NewEvent = { [Type in EventType]: { type: Type; data: WithDeadlines<EventData[Type]> } }[EventType];

/** A fact as it is recorded. */
export type EngagementEvent = NewEvent & {
  engagementId: string;
  /** Position among all events of the engagement: 1, 2, 3 … */
  version: number;
  /** Instant of the decision. */
  at: string;
  messageId: string;
  actor: Actor;
};

/**
 * What one message led to, recorded in one insert. `fromVersion` is the version it was decided on, so its events have
 * the versions `fromVersion + 1 …`; the first document for a `fromVersion` wins.
 */
export interface RecordedMessage {
  engagementId: string;
  fromVersion: number;
  messageId: string;
  /** SHA-256 of message name and canonical payload. */
  fingerprint: string;
  message: string;
  events: EngagementEvent[];
}

/** The refusal a message led to, if it was refused. */
export function refusalIn({ events }: RecordedMessage): Refusal | undefined {
  for (const event of events) if (event.type === 'MessageRefused') return event.data.refusal;
  return undefined;
}
