import type { EngagementTaskKind } from '../../contracts/names';
import { noLongerNeeded, PARTNER_CENTER, taskIdOf, type TaskRule } from '../tasks';
import type { NewEvent } from './events';
import { isFinal, openTask, type Engagement, type EngagementTask } from './state';

const SAVB = 'SAVB Online Payment Tool in CHIP (Microsoft account)';

/** Everything only a person can do, by kind. */
export const TASK_RULES = {
  voucherMissing: {
    role: 'operator',
    title: 'No voucher yet',
    instructions:
      'Ask the customer to activate the benefit in VLSC, create the voucher, assign it and forward the mail. Then send assignVoucher, or cancelEngagement.',
    resolutions: ['keepWaiting'],
  },
  voucherProblem: {
    role: 'operator',
    title: 'A problem with the voucher',
    instructions: 'Resolve as solved when it is.',
    resolutions: ['solved'],
  },
  voucherExpired: {
    role: 'partnerAdmin',
    accountKind: PARTNER_CENTER,
    title: 'The voucher has run out',
    instructions:
      'Was it redeemed in Partner Center by its last day? Then send redeemVoucher with that day. Otherwise resolve as notRedeemed.',
    resolutions: ['notRedeemed'],
  },
  cancelInPartnerCenter: {
    role: 'partnerAdmin',
    accountKind: PARTNER_CENTER,
    title: 'Cancel the reservation in Partner Center',
    instructions:
      'The engagement was cancelled after its voucher had been reserved. Cancel the reservation in Partner Center, so that the customer has its voucher back.',
    resolutions: ['cancelledInPartnerCenter'],
  },
  engagementStartedEarly: {
    role: 'operator',
    title: 'Work began before the reservation',
    instructions:
      'Microsoft may deny the payment (E6). Correct the report if the day is wrong, or resolve as proceedAtRisk.',
    resolutions: ['proceedAtRisk'],
  },
  eligibilityLapsed: {
    role: 'operator',
    title: 'The partner is no longer eligible',
    instructions:
      'Restore what is missing and resolve as restored, or resolve as proceedAtRisk; then redeem again (E7).',
    resolutions: ['restored', 'proceedAtRisk'],
  },
  rateMissing: {
    role: 'operator',
    title: 'No rate for this delivery',
    instructions:
      'Add the rate for this country, offering and service level to the rate table, then resolve as rateAdded.',
    resolutions: ['rateAdded'],
  },
  savbRegistrationMissing: {
    role: 'globalAdmin',
    accountKind: SAVB,
    title: 'Not registered with SAVB for this offering',
    instructions:
      'Register the organisation for the offering in SAVB and map a bank account to the location, then resolve as registered (E16). The payment window is running.',
    resolutions: ['registered'],
  },
  invoiceDocumentRequired: {
    role: 'operator',
    accountKind: SAVB,
    title: 'SAVB asks for the invoice',
    instructions:
      'Upload the invoice in SAVB or send it by courier (E18), then record payment status awaitingInvoice with invoiceDocument, or resolve as provided.',
    resolutions: ['provided'],
  },
  manualSubmission: {
    role: 'operator',
    accountKind: SAVB,
    title: 'Submit the payment request by hand',
    instructions:
      'Type the payment request into SAVB, then record payment status submitted with the Microsoft reference number.',
    resolutions: [],
  },
  submissionUnknown: {
    role: 'operator',
    accountKind: SAVB,
    title: 'It is unknown whether SAVB has the payment request',
    instructions:
      'Look for our reference in SAVB. If it is there, record payment status submitted with the Microsoft reference number; if it is certainly not, resolve as notReceived and it is sent again.',
    resolutions: ['notReceived'],
  },
  paymentRejected: {
    role: 'operator',
    accountKind: SAVB,
    title: 'SAVB rejected the payment request',
    instructions:
      'Read the reason and correct the request inside the payment window, or record payment status denied (E20).',
    resolutions: [],
  },
  paymentHeld: {
    role: 'globalAdmin',
    accountKind: SAVB,
    title: 'Microsoft holds the payment',
    instructions:
      'Usually the bank account of the location is missing or wrong (E19). Correct it in SAVB, then resolve as bankDetailsCorrected.',
    resolutions: ['bankDetailsCorrected'],
  },
  paymentOverdue: {
    role: 'operator',
    title: 'The payment is overdue',
    instructions:
      'Microsoft pays within 30 days of approval. Ask for it, then resolve as chased; or record payment status paid.',
    resolutions: ['chased'],
  },
  paymentWindowClosing: {
    role: 'operator',
    title: 'The payment window closes soon',
    instructions:
      'The payment request is not submitted yet. Clear what holds it (see the other tasks), then it goes out by itself (E17).',
    resolutions: ['noted'],
  },
  paymentWindowLapsed: {
    role: 'operator',
    accountKind: SAVB,
    title: 'The payment window is over',
    instructions:
      'Nothing more is sent by itself (E17). Choose: submitAnyway, recordSubmitted when it was submitted in time by hand, or giveUp.',
    resolutions: ['submitAnyway', 'recordSubmitted', 'giveUp'],
  },
  recordsDiffer: {
    role: 'support',
    title: 'Records and rules differ',
    instructions:
      'The edition of the rules on disk is not the one this engagement began with. Restore the released edition, then resolve as reconciled; before redemption it may adopt an edition instead (adoptRules).',
    resolutions: ['reconciled'],
  },
} as const satisfies Record<EngagementTaskKind, TaskRule>;

/** Where one task differs from others of its kind. `detail` goes before the instructions. */
type Particulars = Partial<
  Pick<EngagementTask, 'about' | 'dueAt'> & Omit<TaskRule, 'resolutions'> & { detail: string }
>;

/** Opens a task; `at` is the instant of the decision. */
export function taskOpened(
  state: Engagement,
  kind: EngagementTaskKind,
  at: string,
  { detail, dueAt, ...differing }: Particulars = {},
): NewEvent {
  const rule: TaskRule = TASK_RULES[kind];
  const task: EngagementTask = {
    taskId: taskIdOf(state.engagementId, kind, (state.tasksOpened[kind] ?? 0) + 1),
    kind,
    status: 'open',
    engagementId: state.engagementId,
    partnerId: state.partnerId,
    ...rule,
    ...differing,
    ...(dueAt !== undefined && { dueAt }),
    resolutions: [...rule.resolutions],
    openedAt: at,
  };
  const instructions = detail === undefined ? task.instructions : `${detail}\n${task.instructions}`;
  return { type: 'TaskOpened', data: { task: { ...task, instructions } } };
}

const unredeemed: readonly Engagement['stage'][] = [
  'awaitingVoucher',
  'voucherAssigned',
  'reserved',
  'completionReported',
];

/** True while the reason of an open task exists; otherwise the task closes by itself. */
function stillNeeded(state: Engagement, { kind }: EngagementTask, lastDay: string | undefined, today: string): boolean {
  if (kind === 'recordsDiffer' || kind === 'cancelInPartnerCenter') return true;
  if (isFinal(state)) return false;
  const { status, approvedAt } = state.paymentRequest ?? {};
  switch (kind) {
    case 'voucherMissing':
      return state.stage === 'awaitingVoucher';
    case 'voucherProblem':
      return state.stage === 'awaitingVoucher' || state.stage === 'voucherAssigned';
    case 'voucherExpired':
      return unredeemed.includes(state.stage) && lastDay !== undefined && lastDay < today;
    case 'engagementStartedEarly':
      return startedEarly(state) && state.stage === 'completionReported';
    case 'eligibilityLapsed':
      return state.stage === 'completionReported' || state.stage === 'reserved';
    case 'rateMissing':
    case 'savbRegistrationMissing':
      return state.stage === 'redeemed' && state.paymentRequest === undefined;
    case 'paymentWindowClosing':
      return state.stage === 'redeemed' && !openTask(state, 'paymentWindowLapsed');
    case 'paymentWindowLapsed':
      return state.stage === 'redeemed';
    case 'manualSubmission':
      return state.stage === 'redeemed' && status === 'prepared';
    case 'submissionUnknown':
      return status === 'unknown';
    case 'invoiceDocumentRequired':
      return status === 'awaitingInvoice' && state.paymentRequest?.invoiceDocument === undefined;
    case 'paymentRejected':
      return status === 'rejected' || status === 'cancelled';
    case 'paymentHeld':
      return status === 'held';
    case 'paymentOverdue':
      return approvedAt !== undefined;
  }
}

/** True when the report says that work began on a day before the reservation (source: PS-PROC; E6). */
export function startedEarly({ completionReport, reservation }: Engagement): boolean {
  return (
    completionReport !== undefined && reservation !== undefined && completionReport.startedOn < reservation.reservedOn
  );
}

/** Closes the open tasks that lost their reason. `lastDay` is the voucher's last day, if there is a voucher. */
export function obsoleteTasks(state: Engagement, lastDay: string | undefined, today: string): NewEvent[] {
  return state.openTasks.filter((task) => !stillNeeded(state, task, lastDay, today)).map(noLongerNeeded);
}
