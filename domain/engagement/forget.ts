import type { CompletionReport, Customer, EngagementView, Voucher } from '../../contracts/engagement';
import type { EventType } from '../../contracts/names';
import { asItIs, FORGOTTEN, STAYS_IN_COMMON, without } from '../forget';
import type { EngagementEvent, EventData, NewEvent, RecordedMessage } from './events';

/** A mailbox that cannot exist (RFC 2606, section 2). */
const NOBODY = { name: FORGOTTEN, email: 'forgotten@example.invalid' };

/** True for what is left of a customer that was forgotten: it has a name and a country, and no id by which to find it. */
export const isForgotten = ({ name, customerId, licensingId }: Customer): boolean =>
  name === FORGOTTEN && customerId === undefined && licensingId === undefined;

/** What is left of a customer that is to be forgotten. */
export const leftOf = ({ country }: Customer): Customer => ({ name: FORGOTTEN, country });

const voucher = (known: Voucher): Voucher => ({
  ...known,
  voucherAdministratorEmail: NOBODY.email,
  projectManager: NOBODY,
});

const report = (known: CompletionReport): CompletionReport => ({
  ...without('summary', 'outcomes')(known),
  deliverables: known.deliverables.map((file) => ({ ...file, name: FORGOTTEN })),
});

type Forget = { [Type in EventType]: (data: EventData[Type]) => EventData[Type] };

/**
 * What stays of each fact when its customer is to be forgotten: what happened when, by whom, and every amount, number and
 * digest. Texts that somebody wrote go, for anything may stand in them.
 */
const STAYS: Forget = {
  EngagementStarted: (data) => ({ ...data, customer: leftOf(data.customer) }),
  VoucherAssigned: (data) => ({ ...data, voucher: voucher(data.voucher) }),
  VoucherReplaced: (data) => ({ ...without('note')(data), voucher: voucher(data.voucher) }),
  VoucherProblemReported: without('note'),
  VoucherReserved: (data) => ({ ...data, reservation: without('exemptionNote')(data.reservation) }),
  ReservationCancelled: ({ withdrawnReport, ...data }) => ({
    ...without('reason')(data),
    ...(withdrawnReport && { withdrawnReport: report(withdrawnReport) }),
  }),
  EngagementRescheduled: asItIs,
  CompletionReportSubmitted: (data) => ({ ...data, report: report(data.report) }),
  VoucherRedeemed: asItIs,
  VoucherExtended: without('reason'),
  VoucherExpired: asItIs,
  PaymentWindowLapsed: without('note'),
  EngagementCancelled: without('reason'),
  RulesAdopted: without('reason'),
  EligibilityChanged: asItIs,
  LicenseEndRecorded: asItIs,
  EngagementTransferred: without('reason'),
  CustomerUpdated: ({ licensingId: _licensingId, projectManager, ...data }) => ({
    ...without('name')(data),
    ...(projectManager && { projectManager: NOBODY }),
  }),
  ...STAYS_IN_COMMON,
};

/** A fact of an engagement whose customer is to be forgotten. */
export function forgetCustomer(event: EngagementEvent): EngagementEvent {
  const stays = STAYS[event.type] as (data: NewEvent['data']) => NewEvent['data'];
  return { ...event, data: stays(event.data) } as EngagementEvent;
}

/** A recorded message with all of its facts so; `fingerprint` stands for the one that was made of what was said. */
export const forgetMessage = (document: RecordedMessage, fingerprint: string): RecordedMessage => ({
  ...document,
  fingerprint,
  forgotten: true,
  events: document.events.map(forgetCustomer),
});

/** A view of an engagement whose customer is to be forgotten: what the view of its record is once that is so. */
export function forgetView(view: EngagementView): EngagementView {
  const { customer, voucher: known, reservation, completionReport, paymentRequest, tasks } = view;
  const { rejection } = paymentRequest ?? {};
  return {
    ...view,
    customer: leftOf(customer),
    ...(known && { voucher: voucher(known) }),
    ...(reservation && { reservation: without('exemptionNote')(reservation) }),
    ...(completionReport && { completionReport: report(completionReport) }),
    ...(paymentRequest &&
      rejection && { paymentRequest: { ...paymentRequest, rejection: without('message')(rejection) } }),
    tasks: tasks.map(without('instructions')),
  };
}
