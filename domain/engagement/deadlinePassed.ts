import type { Deadline } from '../../contracts/engagement';
import { accepted, type Decision, type Facts } from './decision';
import type { NewEvent } from './events';
import type { MessageOf } from './message';
import { deadlineId, openTask, type Engagement } from './state';
import { taskOpened } from './tasks';
import { expired } from './voucher';

const ABOUT: Record<Exclude<Deadline['kind'], 'recordingGraceEnd' | 'closing'>, string> = {
  voucherReminder: 'The customer has not assigned a voucher yet.',
  voucherMissing: 'The customer has still not assigned a voucher.',
  expiryReminder: 'The voucher is not redeemed yet and will run out.',
  voucherExpiry: 'The last day of the voucher is over.',
  plannedEnd: 'The planned end has passed without a completion report.',
  paymentWindowReminder: 'The payment request is not submitted yet and its window is running.',
  paymentWindowClosing: 'The payment request is not submitted yet and its window closes soon.',
  paymentWindowEnd: 'The payment window is over without a submitted request.',
  paymentOverdue: 'The payment was expected by now.',
};

/** A deadline passed. One that is no longer set says nothing. */
export function decideDeadline(state: Engagement, { payload, at }: MessageOf<'passDeadline'>, facts: Facts): Decision {
  if (!state.deadlines.some((deadline) => deadlineId(deadline) === deadlineId(payload))) return { kind: 'repeated' };
  if (payload.kind === 'recordingGraceEnd') return accepted(...expired(state, facts));
  if (payload.kind === 'closing')
    return accepted(
      ...state.openTasks.map(({ taskId, kind }): NewEvent => ({
        type: 'TaskResolved',
        data: { taskId, kind, resolution: 'closedBySystem' },
      })),
    );
  const reminded: NewEvent = { type: 'DeadlineReminded', data: { ...payload, about: ABOUT[payload.kind] } };
  return accepted(reminded, ...taskFor(state, payload.kind, at));
}

function taskFor(state: Engagement, kind: Deadline['kind'], at: string): NewEvent[] {
  switch (kind) {
    case 'voucherMissing':
      return [taskOpened(state, 'voucherMissing', at)];
    case 'voucherExpiry': {
      const dueAt = state.deadlines.find((deadline) => deadline.kind === 'recordingGraceEnd')?.at;
      return openTask(state, 'voucherExpired') ? [] : [taskOpened(state, 'voucherExpired', at, { dueAt })];
    }
    case 'paymentWindowClosing': {
      const dueAt = state.deadlines.find((deadline) => deadline.kind === 'paymentWindowEnd')?.at;
      return openTask(state, 'paymentWindowClosing') ? [] : [taskOpened(state, 'paymentWindowClosing', at, { dueAt })];
    }
    case 'paymentWindowEnd':
      return [taskOpened(state, 'paymentWindowLapsed', at)];
    case 'paymentOverdue':
      return [taskOpened(state, 'paymentOverdue', at)];
    default:
      return [];
  }
}
