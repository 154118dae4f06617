import type { EngagementTaskKind } from '../../contracts/names';
import { isStillNeeded, PAYMENT_TASK_RULES, particularsOf } from '../settlement/tasks';
import { newTask, noLongerNeeded, PARTNER_CENTER, taskIdOf, type Particulars, type TaskRule } from '../tasks';
import type { NewEvent } from './events';
import { isFinal, isSubmissionDue, type Engagement, type EngagementTask } from './state';

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
  ...PAYMENT_TASK_RULES,
  recordsDiffer: {
    role: 'support',
    title: 'Records and rules differ',
    instructions:
      'The edition of the rules on disk is not the one this engagement began with. Restore the released edition, then resolve as reconciled; before redemption it may adopt an edition instead (adoptRules).',
    resolutions: ['reconciled'],
  },
} as const satisfies Record<EngagementTaskKind, TaskRule>;

/** Opens a task; `at` is the instant of the decision. */
export function taskOpened(state: Engagement, kind: EngagementTaskKind, at: string, differing?: Particulars): NewEvent {
  const { engagementId, partnerId, tasksOpened } = state;
  const taskId = taskIdOf(engagementId, kind, (tasksOpened[kind] ?? 0) + 1);
  const particulars = particularsOf(kind, { engagementId }, differing);
  const task: EngagementTask = newTask({ taskId, kind, engagementId, partnerId }, TASK_RULES[kind], at, particulars);
  return { type: 'TaskOpened', data: { task } };
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
      return state.stage === 'redeemed' && state.paymentRequest === undefined;
    default:
      return isStillNeeded(kind, state, isSubmissionDue(state));
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
