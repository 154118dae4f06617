import { accepted } from '../decision';
import type { Decision } from './decision';
import type { MessageOf } from './message';
import type { Engagement } from './state';
import { taskOpened } from './tasks';

/** Before redemption an engagement may end (source: PC-VVR; E3, E13). A reservation is cancelled by a person outside. */
export function decideCancellation(state: Engagement, { payload, at }: MessageOf<'cancelEngagement'>): Decision {
  const { reason, reasonCode } = payload;
  const wasReserved = state.stage === 'reserved' || state.stage === 'completionReported';
  return accepted(
    { type: 'EngagementCancelled', data: { reason, ...(reasonCode !== undefined && { reasonCode }) } },
    ...(wasReserved ? [taskOpened(state, 'cancelInPartnerCenter', at)] : []),
  );
}
