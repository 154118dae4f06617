import type { BatchView } from '../../contracts/batch';
import { sumMoney } from '../money';
import { publicPart } from '../settlement/request';
import { nextDeadline } from './deadlines';
import type { Batch } from './state';

/** The batch as everybody sees it. */
export function viewOf(state: Batch): BatchView {
  const {
    effects: _effects,
    left: _left,
    late: _late,
    utcOffset: _offset,
    openTasks,
    tasksOpened: _opened,
    deadlines: _deadlines,
    passed: _passed,
    paymentRequest,
    ...common
  } = state;
  const next = nextDeadline(state);
  return {
    ...common,
    ...(state.members.length > 0 && { total: sumMoney(state.members.map(({ amount }) => amount)) }),
    ...(paymentRequest && { paymentRequest: publicPart(paymentRequest) }),
    ...(next && { nextDeadline: next }),
    tasks: openTasks,
  };
}
