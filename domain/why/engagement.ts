import type { Awaiting, EngagementView } from '../../contracts/engagement';
import { isEngagementMessage } from '../../contracts/names';
import { MESSAGE_STAGES } from '../engagement/stages';
import { isFinal } from '../engagement/state';
import { awaitsSubmission } from '../settlement/request';
import { moment, words } from '../wording';
import { waysOf, type Doing } from './commands';
import { nextOf, standingOf } from './payment';
import { shown } from './paymentTasks';
import { refusedLately, type TimelineEvent } from './refused';
import { explain } from './tasks';
import { REPORT_FIELDS, VOUCHER_FIELDS } from './voucherTasks';
import { people, until, type Way, type Why } from './why';

const has = ({ tasks }: EngagementView, kind: string): boolean => tasks.some((task) => task.kind === kind);

/** True while the payment window runs: SAVB has not taken the request, or has given it back. */
const isUnsubmitted = ({ redemption, paymentRequest }: EngagementView): boolean =>
  redemption !== undefined && (paymentRequest === undefined || awaitsSubmission(paymentRequest));

/** True when nobody is asked to do anything before SAVB has the request. */
const goesOut = ({ paymentRequest, tasks }: EngagementView): boolean =>
  paymentRequest?.gateway === 'http' && tasks.length === 0;

/** Why an engagement is where it is, and what would move it. `events` are its last ones, in their order. */
export const whyEngagement = (view: EngagementView, events: readonly TimelineEvent[] = []): Why => ({
  where: whereIs(view),
  waitsFor: awaited(view),
  otherwise: otherwise(view),
  ways: waysOn(view),
  refused: refusedLately(events),
  atRisk: risks(view),
  tasks: view.tasks.map((task) => explain(task, (message) => isTimely(view, message))),
});

/** Whether a message can be said in this stage; one to somebody else always can. */
const isTimely = ({ stage }: EngagementView, message: string): boolean =>
  !isEngagementMessage(message) || (MESSAGE_STAGES[message]?.includes(stage) ?? true);

function whereIs(view: EngagementView): string {
  const { voucher, reservation, completionReport, redemption, paymentRequest } = view;
  switch (view.stage) {
    case 'awaitingVoucher':
      return `It began on ${view.startedAt.slice(0, 10)}, and no voucher is assigned yet.`;
    case 'voucherAssigned':
      return `Voucher ${voucher?.voucherId} (${voucher?.offering}, ${voucher?.serviceLevelDays} days) was assigned on ${voucher?.assignedOn} and is not reserved yet.`;
    case 'reserved':
      return `Voucher ${voucher?.voucherId} was reserved on ${reservation?.reservedOn}; the work is planned in ${reservation?.deliveryCountry} from ${reservation?.scheduledStart} to ${reservation?.scheduledEnd}.`;
    case 'completionReported':
      return `${completionReport?.daysDelivered} days of work were delivered by ${completionReport?.deliveredToCustomerOn} and reported; the voucher is not redeemed yet.`;
    case 'redeemed':
    case 'paymentRequested':
    case 'paymentApproved':
    case 'paid':
    case 'paymentDenied': {
      const request = paymentRequest ? standingOf(paymentRequest) : 'There is no payment request.';
      return `The voucher was redeemed on ${redemption?.redeemedOn}. ${request}`;
    }
    case 'expired':
      return `Voucher ${voucher?.voucherId} ran out on ${voucher?.expiresOn} at the latest without being redeemed; nothing is paid.`;
    case 'cancelled':
      return 'It was cancelled before the voucher was redeemed.';
    case 'paymentLapsed':
      return `The voucher was redeemed on ${redemption?.redeemedOn}, and the payment was given up after its window.`;
  }
}

function awaited(view: EngagementView): string {
  const { awaiting, tasks } = view;
  if (!awaiting)
    return tasks.length > 0
      ? 'Its business is over; only its open tasks are left.'
      : 'It waits for nothing: its business is over.';
  return `It waits for ${stepOf(view, awaiting)}${until(awaiting.until)}.`;
}

function stepOf({ tasks, paymentRequest }: EngagementView, { message, from }: Awaiting): string {
  const holding = tasks.find(({ taskId }) => message === `resolveTask ${taskId}`);
  if (holding) return `${people(from)} to resolve a task: ${holding.title}`;
  switch (message) {
    case 'assignVoucher':
      return `${people(from)} to assign a voucher`;
    case 'reserveVoucher':
      return `${people(from)} to reserve the voucher in Partner Center`;
    case 'submitCompletionReport':
      return `${people(from)} to deliver the work and report it`;
    case 'redeemVoucher':
      return `${people(from)} to redeem the voucher in Partner Center`;
    case 'correctPaymentRequest':
      return `${people(from)} to correct the payment request`;
    default:
      return nextOf(paymentRequest, from === 'operator');
  }
}

/** The consequence of waiting on (source: the deadlines of the rulebook; E3, E11, E17). */
function otherwise(view: EngagementView): string {
  const { awaiting, nextDeadline, redemption } = view;
  const at = awaiting?.until === undefined ? undefined : moment(awaiting.until);
  if (isFinal(view))
    return nextDeadline
      ? `What is still open at ${moment(nextDeadline.at)} is closed by itself.`
      : 'Nothing is left to do.';
  if (view.stage === 'awaitingVoucher')
    return at === undefined
      ? 'Nothing happens by itself any more: it goes on waiting.'
      : `The customer is reminded; at ${at} an operator is asked to look after it. Nothing expires.`;
  if (!redemption)
    return has(view, 'voucherExpired')
      ? `It ends as expired${at === undefined ? '' : ` at ${at}`}, and nothing is paid.`
      : `People are reminded; at ${at} the voucher has run out. A redemption made in time can be recorded for some days more; then it ends as expired, and nothing is paid.`;
  if (has(view, 'paymentWindowLapsed')) return 'Nothing more is sent by itself: the task decides.';
  if (isUnsubmitted(view))
    return `${goesOut(view) ? 'It goes out by itself, and again and again while SAVB does not answer. ' : ''}The payment window ends on ${redemption.paymentRequestDueOn}; after it nothing is sent by itself, and an operator decides.`;
  if (at !== undefined) return `At ${at} an operator is asked to chase the payment.`;
  return awaiting?.from === 'Microsoft' && view.tasks.length === 0
    ? 'SAVB is asked by itself until it answers; nobody has to act.'
    : 'Nothing happens by itself.';
}

const DOINGS: Partial<Record<string, readonly Doing[]>> = {
  assignVoucher: [
    { does: 'assignVoucher', fields: VOUCHER_FIELDS, leadsTo: 'the voucher has come' },
    {
      does: 'reportVoucherProblem',
      fields: ['problem=benefitNotActivated'],
      leadsTo: 'none comes: a task; likewise emailNotForwarded',
    },
  ],
  submitCompletionReport: [
    { does: 'upload', fields: ['FILE'], leadsTo: 'the customer’s plan is stored; the report names it' },
    { does: 'submitCompletionReport', fields: REPORT_FIELDS, leadsTo: 'the work is reported' },
  ],
  redeemVoucher: [
    { does: 'redeemVoucher', fields: ['confirmed=true', 'redeemedOn=DAY'], leadsTo: 'redeemed: this is final' },
  ],
};

const reserve = (voucherId: string): Doing => ({
  does: 'reserveVoucher',
  fields: [
    `voucherId=${voucherId}`,
    'voucherAdministratorEmail=MAIL',
    'locationId=ID',
    'scheduledStart=DAY',
    'scheduledEnd=DAY',
    'consultantIds=ID',
    'termsAccepted=true',
  ],
  leadsTo: 'the voucher is reserved and the work planned',
});

/** What moves it on beside its tasks, which have ways of their own. */
function waysOn(view: EngagementView): Way[] {
  const { awaiting, voucher, paymentRequest } = view;
  if (awaiting === undefined) return [];
  if (awaiting.message === 'reserveVoucher') return waysOf(view, [reserve(voucher?.voucherId ?? 'NUMBER')]);
  if (awaiting.message !== 'recordPaymentStatus') return waysOf(view, DOINGS[awaiting.message] ?? []);
  return isUnsubmitted(view) || paymentRequest?.gateway === 'batch' ? [] : waysOf(view, [shown]);
}

function risks(view: EngagementView): string[] {
  const { paymentAtRisk, eligibility = [], licenseEndsOn, redemption, reservation, customer } = view;
  const unmet = eligibility.filter(({ met }) => !met).map(({ requirement }) => words(requirement).toLowerCase());
  return [
    ...(paymentAtRisk?.reasons ?? []).map(
      (reason) => `Microsoft may deny the payment (${words(reason).toLowerCase()}); somebody decided to go on.`,
    ),
    ...(unmet.length > 0 && !redemption && !isFinal(view)
      ? [`The partner lacks ${unmet.join(', ')}: the redemption is held until that is put right.`]
      : []),
    ...(reservation && reservation.deliveryCountry !== customer.country && !redemption && !isFinal(view)
      ? [
          `It is reserved for delivery in ${reservation.deliveryCountry}, and the customer is in ${customer.country}: a wrong country can be put right until the voucher is redeemed.`,
        ]
      : []),
    ...(licenseEndsOn === undefined || redemption || isFinal(view)
      ? []
      : [
          `The customer’s licence enrollment ends on ${licenseEndsOn}: days of a voucher that runs out later are lost.`,
        ]),
  ];
}
