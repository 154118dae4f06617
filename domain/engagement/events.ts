import type {
  CompletionReport,
  Customer,
  Deadline,
  Eligibility,
  Redemption,
  Reservation,
  RulebookReference,
  Voucher,
} from '../../contracts/engagement';
import type { Payloads } from '../../contracts/messages';
import type { EngagementTaskKind, EventType } from '../../contracts/names';
import type { Recorded, Stamp } from '../record';
import type { Refusal } from '../refusals';
import type { PaymentEventData } from '../settlement/events';
import type { EngagementTask, PlanningDays } from './state';

/** What each fact says. Every date a rule computed is in here, so a changed rule never changes the past. */
export interface EventData extends PaymentEventData {
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
  VoucherProblemReported: Payloads['reportVoucherProblem'];
  VoucherReserved: { reservation: Reservation };
  ReservationCancelled: { reason: string; withdrawnReport?: CompletionReport };
  EngagementRescheduled: { scheduledStart: string; scheduledEnd: string; consultantIds: string[] };
  CompletionReportSubmitted: { report: CompletionReport; corrects?: true };
  VoucherRedeemed: { redemption: Redemption };
  VoucherExtended: { expiresOn: string; previousExpiresOn: string; reason: string };
  /** `unpaidDays`: days of work that was reported and will not be paid. */
  VoucherExpired: { expiredOn: string; planningDays: PlanningDays; unpaidDays?: number };
  PaymentWindowLapsed: { note?: string };
  EngagementCancelled: { reason: string; reasonCode?: Payloads['cancelEngagement']['reasonCode'] };
  RulesAdopted: { rulebook: RulebookReference; previousRulebook: RulebookReference; reason: string };
  EligibilityChanged: Eligibility;
  /** `planningDays`: what would become of the voucher's days if it ran out. */
  LicenseEndRecorded: { endsOn: string; planningDays?: PlanningDays };
  EngagementTransferred: { partnerId: string; previousPartnerId: string; reason: string };
  CustomerUpdated: Payloads['updateCustomer'];
  NoteAdded: { text: string };
  DeadlineReminded: Deadline & { about: string };
  TaskOpened: { task: EngagementTask };
  TaskClaimed: { taskId: string; claimedBy: string; note?: string };
  TaskReleased: { taskId: string; note?: string };
  TaskResolved: {
    taskId: string;
    kind: EngagementTaskKind;
    resolution: string;
    note?: string;
    acceptedRisks?: string[];
  };
  MessageRefused: { message: string; refusal: Refusal };
}

/** `deadlines`, where present, replaces everything that was due before. */
type WithDeadlines<Data> = Data & { deadlines?: Deadline[] };

/** A fact as `decide` proposes it. */
export type NewEvent = { [Type in EventType]: { type: Type; data: WithDeadlines<EventData[Type]> } }[EventType];

/** A fact as it is recorded. */
export type EngagementEvent = NewEvent & Stamp & { engagementId: string };

/** What one message led to. */
export type RecordedMessage = Recorded<EngagementEvent> & { engagementId: string };
