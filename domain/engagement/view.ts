import type { EngagementView } from '../../contracts/engagement';
import { publicPart } from '../settlement/request';
import { nextDeadline } from './deadlines';
import { awaitingOf } from './stages';
import type { Engagement } from './state';

/** The engagement as everybody sees it. */
export function viewOf(state: Engagement): EngagementView {
  const {
    utcOffset: _offset,
    atRisk,
    openTasks,
    tasksOpened: _opened,
    deadlines: _deadlines,
    passed: _passed,
    effects: _effects,
    paymentRequest,
    ...common
  } = state;
  const awaiting = awaitingOf(state);
  const next = nextDeadline(state);
  return {
    ...common,
    ...(paymentRequest && { paymentRequest: publicPart(paymentRequest) }),
    ...(atRisk.length > 0 && { paymentAtRisk: { reasons: atRisk } }),
    ...(awaiting && { awaiting }),
    ...(next && { nextDeadline: next }),
    tasks: openTasks,
  };
}
