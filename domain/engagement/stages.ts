import type { Awaiting } from '../../contracts/engagement';
import { MESSAGE_ROLES, type EngagementMessageName, type Stage } from '../../contracts/names';
import type { Actor } from '../../contracts/messages';
import { refusal, type Refusal } from '../refusals';
import { refuseForeign } from '../tenancy';
import { HOLDING_PAYMENT, paymentAwaited } from '../settlement/tasks';
import { isFinal, type Engagement } from './state';

const untilRedemption: readonly Stage[] = ['awaitingVoucher', 'voucherAssigned', 'reserved', 'completionReported'];
const untilOver: readonly Stage[] = [...untilRedemption, 'redeemed', 'paymentRequested', 'paymentApproved'];

/** In which stages a message can mean anything; messages about tasks and notes always do. */
export const MESSAGE_STAGES: Partial<Record<EngagementMessageName, readonly Stage[]>> = {
  assignVoucher: ['awaitingVoucher'],
  replaceVoucher: ['voucherAssigned'],
  reserveVoucher: ['voucherAssigned'],
  cancelReservation: ['reserved', 'completionReported'],
  reschedule: ['reserved'],
  submitCompletionReport: ['reserved', 'completionReported'],
  redeemVoucher: ['completionReported'],
  extendVoucher: ['voucherAssigned', 'reserved', 'completionReported'],
  cancelEngagement: untilRedemption,
  recordPaymentStatus: ['redeemed', 'paymentRequested', 'paymentApproved'],
  correctPaymentRequest: ['redeemed', 'paymentRequested', 'paymentApproved'],
  reportVoucherProblem: ['awaitingVoucher', 'voucherAssigned'],
  adoptRules: untilRedemption,
  eligibilityChanged: untilRedemption,
  recordLicenseEnd: untilOver,
  transferEngagement: untilOver,
  updateCustomer: untilOver,
};

/** In which stages files may be uploaded: as long as its business is not over (source: service). */
export const UPLOAD_STAGES: readonly Stage[] = untilOver;

/** What would move the engagement on, who can bring it about, and until when. */
export function awaitingOf(state: Engagement): Awaiting | undefined {
  const until = state.deadlines.find(({ kind }) => DECISIVE.includes(kind))?.at;
  const awaiting = (message: string, from: string): Awaiting => ({
    message,
    from,
    ...(until !== undefined && { until }),
  });
  const holding = state.openTasks.find(({ kind }) => HOLDING.includes(kind));
  if (holding && !isFinal(state)) return awaiting(`resolveTask ${holding.taskId}`, holding.role);
  switch (state.stage) {
    case 'awaitingVoucher':
      return awaiting('assignVoucher', 'customer');
    case 'voucherAssigned':
      return awaiting('reserveVoucher', 'partnerAdmin');
    case 'reserved':
      return awaiting('submitCompletionReport', 'consultant');
    case 'completionReported':
      return awaiting('redeemVoucher', 'partnerAdmin');
    case 'redeemed':
    case 'paymentRequested':
    case 'paymentApproved':
      return awaiting(...paymentAwaited(state.paymentRequest, state.openTasks));
    default:
      return undefined;
  }
}

const DECISIVE: readonly string[] = [
  'voucherMissing',
  'voucherExpiry',
  'recordingGraceEnd',
  'paymentWindowEnd',
  'paymentOverdue',
];

/** Tasks without which the next step cannot be taken. */
const HOLDING: readonly string[] = ['engagementStartedEarly', 'eligibilityLapsed', 'rateMissing', ...HOLDING_PAYMENT];

/**
 * Who may say it, and whether it can be said now: what can be refused without knowing anything but the engagement.
 * Refuses by role and tenant (403) and by stage (409).
 */
export function refuseOutOfTurn(state: Engagement, message: EngagementMessageName, actor: Actor): Refusal | undefined {
  if (actor.role !== 'system' && !MESSAGE_ROLES[message].includes(actor.role))
    return refusal('role-not-allowed', `${message} is for ${MESSAGE_ROLES[message].join(', ')}, not for ${actor.role}`);
  const foreign = refuseForeign(actor, state.partnerId);
  if (foreign) return foreign;
  const stages = MESSAGE_STAGES[message];
  if (!stages || stages.includes(state.stage)) return undefined;
  return { ...outOfTurn(state, message, stages), ...withAwaiting(state) };
}

function outOfTurn(state: Engagement, message: EngagementMessageName, stages: readonly Stage[]): Refusal {
  if (isFinal(state))
    return refusal('engagement-closed', `the engagement is ${state.stage}; ${message} comes too late`);
  if (Object.values(state.effects).some((effect) => effect.message === message))
    return refusal(
      'already-done-differently',
      `${message} took effect before, with other content; the engagement is ${state.stage}`,
    );
  if (message === 'redeemVoucher' && untilRedemption.includes(state.stage))
    return refusal('report-missing', `before redemption: ${unmetBeforeRedemption(state).join(', ')}`);
  if (message === 'cancelEngagement')
    return refusal(
      'cancel-after-redemption',
      `the voucher was redeemed on ${state.redemption?.redeemedOn}: redemption is final`,
    );
  return refusal('wrong-stage', `${message} belongs to ${stages.join(' or ')}; the engagement is ${state.stage}`);
}

/** What still has to happen before the voucher may be redeemed (source: BASE, steps 4 to 7; E15). */
function unmetBeforeRedemption({ voucher, reservation, completionReport }: Engagement): string[] {
  return [
    ...(voucher ? [] : ['a voucher is assigned']),
    ...(reservation ? [] : ['it is reserved']),
    ...(completionReport ? [] : ['the completion report is submitted, with the deliverable uploaded']),
  ];
}

/** A conflict tells what the engagement is waiting for instead. */
export function withAwaiting(state: Engagement): { awaiting?: Awaiting } {
  const awaiting = awaitingOf(state);
  return awaiting ? { awaiting } : {};
}
