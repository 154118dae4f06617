import { dayOf } from '../days';
import { eligibility } from '../partner/eligibility';
import type { Requirement } from '../partner/requirements';
import { refusal } from '../refusals';
import { accepted, refused } from '../decision';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import type { MessageOf } from './message';
import { openTask, type Engagement } from './state';
import { taskOpened } from './tasks';

/** By what the partner’s standing is judged: the engagement’s edition and the partner’s record of this moment. */
type Judging = Pick<Facts, 'rulebook' | 'partner'>;

/**
 * What is unmet now, judged for whoever did or will do the work, less what a person decided to risk; nothing before the
 * reservation, which judges for itself (source: PS-POL, must be maintained; E7).
 */
export function unmetNow(state: Engagement, { rulebook, partner }: Judging, today: string): Requirement[] {
  const { reservation, completionReport } = state;
  if (!partner || !reservation) return [];
  const consultantIds = completionReport?.consultantIds ?? reservation.consultantIds;
  return eligibility(rulebook, partner, state.engagementType, { ...reservation, consultantIds }, today).filter(
    ({ name, met }) => !met && !state.atRisk.includes(name),
  );
}

/** Names of what a task about lapsed eligibility is about, for the record of a risk taken. */
export function unmetNames(state: Engagement, facts: Judging, today: string): string[] {
  return unmetNow(state, facts, today).map(({ name }) => name);
}

export const unmetText = (unmet: readonly Requirement[]): string =>
  `Unmet: ${unmet.map(({ name, detail }) => `${name} (${detail})`).join('; ')}.`;

/** Somebody restores eligibility or decides to go on without; nothing is cancelled by itself (E7). */
export const lapsedTask = (state: Engagement, unmet: readonly Requirement[], at: string): NewEvent =>
  taskOpened(state, 'eligibilityLapsed', at, { detail: unmetText(unmet) });

/** Closes the task about lapsed eligibility, if it is open: everything is met again. */
export function restored(state: Engagement): NewEvent[] {
  const task = openTask(state, 'eligibilityLapsed');
  if (!task) return [];
  return [{ type: 'TaskResolved', data: { taskId: task.taskId, kind: task.kind, resolution: 'restored' } }];
}

/**
 * The partner’s record changed. The news is kept; what follows from it is judged by the record itself, so that news
 * which comes late or out of order does no harm (source: PS-POL; E7). What was told before is news again when something
 * follows from it: meanwhile a person or a reschedule may have ended the task.
 */
export function decideEligibilityChange(
  state: Engagement,
  { payload, at }: MessageOf<'eligibilityChanged'>,
  facts: Facts,
): Decision {
  const { requirement, met, until } = payload;
  if (!facts.partner) return refused(refusal('partner-unknown', `there is no partner ${state.partnerId}`));
  const unmet = unmetNow(state, facts, dayOf(at, state.utcOffset));
  const lapses = unmet.some(({ name }) => name === requirement) && !openTask(state, 'eligibilityLapsed');
  const follows = [...(lapses ? [lapsedTask(state, unmet, at)] : []), ...(unmet.length === 0 ? restored(state) : [])];
  const known = state.eligibility?.find((told) => told.requirement === requirement);
  if (follows.length === 0 && known && known.met === met && known.until === until) return { kind: 'repeated' };
  return accepted({ type: 'EligibilityChanged', data: payload }, ...follows);
}
