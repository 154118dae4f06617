import type { PartnerDeadlineKind } from '../../contracts/names';
import type { PartnerDeadline } from '../../contracts/partner';
import type { Rulebook } from '../../contracts/rulebook';
import { accepted } from '../decision';
import { addDays, dayOf, endOfDay, lastDayUntil, startOfDay } from '../days';
import type { PartnerDecision, PartnerDecisionFacts } from './decision';
import type { NewPartnerEvent } from './events';
import type { PartnerMessageOf } from './message';
import { membership } from './requirements';
import { deadlineId, type Partner } from './state';
import { competenciesDue, openTasksFor } from './tasks';

/**
 * Everything that is due from now on, earliest first; instants are UTC. A last day counts to its end, a reminder comes with
 * the beginning of its day. What was over before it was set is not set, so nothing has to be remembered of what has passed.
 * Deadlines of a kind at the same instant are one, about all it concerns.
 */
export function partnerScheduleOf(state: Partner, rulebook: Rulebook, now: string): PartnerDeadline[] {
  const set = state.deadlines.map(deadlineId);
  const due = new Map<string, PartnerDeadline>();
  for (const deadline of dueIn(state, rulebook, dayOf(now, state.utcOffset))) {
    const id = deadlineId(deadline);
    if (deadline.at <= now && !set.includes(id)) continue;
    due.set(id, { ...deadline, about: [...(due.get(id)?.about ?? []), ...deadline.about] });
  }
  return [...due.values()].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

function dueIn(state: Partner, rulebook: Rulebook, today: string): PartnerDeadline[] {
  return [
    ...state.enrollments.flatMap((row) => untilRenewed(row, state, rulebook)),
    ...state.competencies.flatMap((row) => untilExpired(row, state, rulebook)),
    ...untilMembershipEnds(state, rulebook, today),
  ];
}

/**
 * A year of enrollment ends unless it is renewed (source: BASE, step 2; reminders are this service's choice). Nobody is
 * reminded of what was given up.
 */
function untilRenewed(
  { offering, enrolledUntil }: Partner['enrollments'][number],
  { utcOffset, withdrawn }: Partner,
  { enrollment: { renewalOpensDaysBefore, remindDaysBefore } }: Rulebook,
): PartnerDeadline[] {
  const about = [offering];
  const days = withdrawn.includes(offering) ? [] : [...new Set([renewalOpensDaysBefore, ...remindDaysBefore])];
  return [
    ...days.map((before): PartnerDeadline => ({
      kind: 'enrollmentReminder',
      at: startOfDay(addDays(enrolledUntil, -before), utcOffset),
      about,
    })),
    { kind: 'enrollmentEnd', at: endOfDay(enrolledUntil, utcOffset), about },
  ];
}

/** A competency must be maintained (source: PS-POL; E7; the reminder is this service's choice). */
function untilExpired(
  { competency, tier, expiresOn }: Partner['competencies'][number],
  { utcOffset }: Partner,
  { competencyExpiry }: Rulebook,
): PartnerDeadline[] {
  const about = [`${tier} ${competency}`];
  return [
    {
      kind: 'competencyReminder',
      at: startOfDay(addDays(expiresOn, -competencyExpiry.taskDaysBefore), utcOffset),
      about,
    },
    { kind: 'competencyExpiry', at: endOfDay(expiresOn, utcOffset), about },
  ];
}

/**
 * In its last 90 days and after its end, enrolling waits for the new membership (source: PS-QSG; E21). Who is enrolled is
 * reminded of the end of that year instead, which is the same day unless the membership has moved since.
 */
function untilMembershipEnds(
  { enrollments, membershipRenewsOn, utcOffset }: Partner,
  { membership: { renewBeforeDays } }: Rulebook,
  today: string,
): PartnerDeadline[] {
  if (enrollments.some(({ enrolledUntil }) => today <= enrolledUntil)) return [];
  const closesAt = startOfDay(addDays(membershipRenewsOn, -renewBeforeDays), utcOffset);
  return [closesAt, endOfDay(membershipRenewsOn, utcOffset)].map((at) => ({
    kind: 'membershipReminder',
    at,
    about: ['membership'],
  }));
}

export const samePartnerSchedule = (one: readonly PartnerDeadline[], other: readonly PartnerDeadline[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** What is due in words, with the last day of everything it is about. */
const REMINDS: Record<
  Exclude<PartnerDeadlineKind, 'enrollmentEnd' | 'competencyExpiry'>,
  (state: Partner, about: readonly string[]) => string
> = {
  membershipReminder: ({ membershipRenewsOn }) =>
    `Enrolling waits for the new membership: the last day of the present one is ${membershipRenewsOn}.`,
  enrollmentReminder: ({ enrollments }, about) =>
    `Not renewed yet: the enrollment in ${enrollments
      .filter(({ offering }) => about.includes(offering))
      .map(({ offering, enrolledUntil }) => `${offering}, which ends on ${enrolledUntil}`)
      .join('; in ')}.`,
  competencyReminder: ({ competencies }, about) =>
    `To be maintained: ${competencies
      .filter(({ competency, tier }) => about.includes(`${tier} ${competency}`))
      .map(({ competency, tier, expiresOn }) => `${tier} ${competency}, which runs out on ${expiresOn}`)
      .join('; ')}.`,
};

/** A deadline passed. One that is no longer set says nothing. */
export function decidePartnerDeadline(
  state: Partner,
  { payload, at }: PartnerMessageOf<'passDeadline'>,
  { rulebook }: PartnerDecisionFacts,
): PartnerDecision {
  const deadline = state.deadlines.find((set) => deadlineId(set) === deadlineId(payload));
  if (!deadline) return { kind: 'repeated' };
  const { kind, about } = deadline;
  if (kind === 'enrollmentEnd') return accepted(...lapsed(state, deadline, rulebook, dayOf(at, state.utcOffset)));
  if (kind === 'competencyExpiry') return accepted(...expired(state, deadline));
  const reminded: NewPartnerEvent = {
    type: 'DeadlineReminded',
    data: { ...deadline, text: REMINDS[kind](state, about) },
  };
  if (kind !== 'competencyReminder') return accepted(reminded);
  const remindedOn = dayOf(deadline.at, state.utcOffset);
  const expiresAt = endOfDay(addDays(remindedOn, rulebook.competencyExpiry.taskDaysBefore), state.utcOffset);
  return accepted(reminded, ...openTasksFor(state, competenciesDue(state, expiresAt), at));
}

/** The year is over (source: BASE, step 2): nobody renewed in time, or it was given up. What is under way stays; E7. */
function lapsed(state: Partner, { at, about }: PartnerDeadline, rulebook: Rulebook, today: string): NewPartnerEvent[] {
  const { membershipRenewsOn, utcOffset, withdrawn } = state;
  const enrolledUntil = lastDayUntil(at, utcOffset);
  const lapse = (offerings: string[], why: { withdrawn?: true; membershipEndsOn?: string }): NewPartnerEvent[] =>
    offerings.length > 0 ? [{ type: 'EnrollmentLapsed', data: { offerings, enrolledUntil, ...why } }] : [];
  const mayEnroll = membership(rulebook, state, false, today).met;
  const givenUp = about.filter((offering) => withdrawn.includes(offering));
  return [
    ...lapse(
      about.filter((offering) => !givenUp.includes(offering)),
      mayEnroll ? {} : { membershipEndsOn: membershipRenewsOn },
    ),
    ...lapse(givenUp, { withdrawn: true }),
  ];
}

/** Its last day is over (source: PS-POL). */
const expired = ({ competencies, utcOffset }: Partner, { at }: PartnerDeadline): NewPartnerEvent[] =>
  competencies
    .filter(({ expiresOn }) => endOfDay(expiresOn, utcOffset) === at)
    .map(({ competency, tier, expiresOn }) => ({ type: 'CompetencyExpired', data: { competency, tier, expiresOn } }));
