import type { Deadline } from '../../contracts/engagement';
import type { Rulebook } from '../../contracts/rulebook';
import { deadlineId } from '../deadlines';
import { accepted } from '../decision';
import { lastDayToRedeem } from '../rulebook/rulebook';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import { planningDaysAfter } from './license';
import type { MessageOf } from './message';
import { openTask, type Engagement } from './state';
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
  const reminded: NewEvent = {
    type: 'DeadlineReminded',
    data: { ...payload, about: `${ABOUT[payload.kind]}${daysLost(state, payload.kind, facts)}` },
  };
  return accepted(reminded, ...taskFor(state, payload.kind, at, facts));
}

/** Before a voucher runs out it is said whether its days would be lost (E11, E12). */
function daysLost({ voucher, licenseEndsOn }: Engagement, kind: Deadline['kind'], { rulebook }: Facts): string {
  if (kind !== 'expiryReminder' || !voucher) return '';
  const lastDay = lastDayToRedeem(rulebook, voucher.expiresOn);
  return planningDaysAfter(lastDay, licenseEndsOn, rulebook) === 'lost' ? ' Its days would be lost.' : '';
}

/** Which day was the last one, and whose: the voucher’s own, or the programme’s (E22). */
function lastDayText({ voucher }: Engagement, rulebook: Rulebook): string | undefined {
  if (!voucher) return undefined;
  const lastDay = lastDayToRedeem(rulebook, voucher.expiresOn);
  return lastDay === voucher.expiresOn
    ? `Its last day was ${lastDay}.`
    : `The programme’s last day to redeem was ${lastDay} (E22), the voucher’s own would be ${voucher.expiresOn}.`;
}

function taskFor(state: Engagement, kind: Deadline['kind'], at: string, { rulebook }: Facts): NewEvent[] {
  switch (kind) {
    case 'voucherMissing':
      return [taskOpened(state, 'voucherMissing', at)];
    case 'voucherExpiry': {
      const dueAt = state.deadlines.find((deadline) => deadline.kind === 'recordingGraceEnd')?.at;
      const detail = lastDayText(state, rulebook);
      return openTask(state, 'voucherExpired') ? [] : [taskOpened(state, 'voucherExpired', at, { dueAt, detail })];
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
