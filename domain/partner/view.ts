import type { PartnerView } from '../../contracts/partner';
import type { Partner } from './state';

/** The partner as everybody sees it. */
export function partnerViewOf(state: Partner): PartnerView {
  const {
    effects: _effects,
    utcOffset: _offset,
    openTasks,
    tasksOpened: _opened,
    deadlines: [next],
    withdrawn: _withdrawn,
    ...common
  } = state;
  return { ...common, ...(next && { nextDeadline: next }), tasks: openTasks };
}
