import type { PartnerTaskKind } from '../../contracts/names';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays, endOfDay } from '../days';
import { noLongerNeeded, PARTNER_CENTER, taskIdOf, type TaskRule } from '../tasks';
import type { NewPartnerEvent } from './events';
import type { Partner, PartnerTask } from './state';

/** Everything only a person can do about a partner, by kind. All but one are resolved by the message they ask for. */
export const PARTNER_TASK_RULES: Record<PartnerTaskKind, TaskRule> = {
  membershipRenewalDue: {
    role: 'globalAdmin',
    accountKind: PARTNER_CENTER,
    title: 'Renew the MPN membership',
    instructions:
      'Renew the membership in Partner Center and have its new date recorded (updateMembership). Until then nobody can enroll or renew (E21).',
    resolutions: [],
  },
  enrollmentRenewalDue: {
    role: 'globalAdmin',
    accountKind: PARTNER_CENTER,
    title: 'Renew the enrollment',
    instructions:
      'Review requirements and policies, renew in Partner Center and record it (renewEnrollment), or withdraw from the offering (withdrawFromOffering). Otherwise the enrollment lapses.',
    resolutions: [],
  },
  competencyExpiring: {
    role: 'partnerAdmin',
    accountKind: PARTNER_CENTER,
    title: 'A competency runs out',
    instructions:
      'Attain it again and record it (recordCompetency); engagements under way need it until they are redeemed (E7). Resolve as noted to let it run out.',
    resolutions: ['noted'],
  },
  agreementChanged: {
    role: 'globalAdmin',
    accountKind: PARTNER_CENTER,
    title: 'The program agreement has a new version',
    instructions:
      'Review the policies, sign the new version in Partner Center and record it (signAgreement). Without it nobody can enroll or renew.',
    resolutions: [],
  },
};

/** What there is to do, and of which of its kind: `about` tells those of a kind apart. */
interface Due {
  kind: PartnerTaskKind;
  about: string;
  detail: string;
  dueAt?: string;
}

const isOpen = ({ openTasks }: Partner, { kind, about, dueAt }: Due): boolean =>
  openTasks.some((task) => task.kind === kind && task.about === about && task.dueAt === dueAt);

/** Whose task it is, as its id says: `partner:{partnerId}`. */
export const taskPrefixOf = (partnerId: string): string => `partner:${partnerId}`;

function taskOpened(state: Partner, { kind, about, detail, dueAt }: Due, number: number, at: string): NewPartnerEvent {
  const { instructions, resolutions, ...rule } = PARTNER_TASK_RULES[kind];
  const task: PartnerTask = {
    taskId: taskIdOf(taskPrefixOf(state.partnerId), kind, number),
    kind,
    status: 'open',
    partnerId: state.partnerId,
    ...rule,
    about,
    instructions: `${detail}\n${instructions}`,
    resolutions: [...resolutions],
    openedAt: at,
    ...(dueAt !== undefined && { dueAt }),
  };
  return { type: 'TaskOpened', data: { task } };
}

/** Opens a task for everything in the list that has none. */
export function openTasksFor(state: Partner, list: readonly Due[], at: string): NewPartnerEvent[] {
  const opened: Record<string, number> = { ...state.tasksOpened };
  return list
    .filter((due) => !isOpen(state, due))
    .map((due) => {
      const number = (opened[due.kind] ?? 0) + 1;
      opened[due.kind] = number;
      return taskOpened(state, due, number, at);
    });
}

/** Who is enrolled beyond today, and has not given up. */
const goingOn = ({ enrollments, withdrawn }: Partner, today: string) =>
  enrollments.filter(({ offering, enrolledUntil }) => today <= enrolledUntil && !withdrawn.includes(offering));

/**
 * Within the last 90 days of a year of enrollment the membership is renewed first, then the enrollment (source: BASE, step
 * 2; PS-QSG). Who is not enrolled is asked for the membership alone, which enrolling waits for (E21): until it has moved,
 * or is over and there never was an enrollment.
 */
function renewalsDue(state: Partner, rulebook: Rulebook, today: string): Due[] {
  const { enrollments, membershipRenewsOn, utcOffset } = state;
  const enrolled = goingOn(state, today);
  const closing = enrolled.filter(
    ({ enrolledUntil }) => addDays(enrolledUntil, -rulebook.enrollment.renewalOpensDaysBefore) <= today,
  );
  const membershipDue: Due = {
    kind: 'membershipRenewalDue',
    about: membershipRenewsOn,
    detail: `The membership ends on ${membershipRenewsOn}.`,
    dueAt: endOfDay(membershipRenewsOn, utcOffset),
  };
  if (enrolled.length === 0) {
    const isClosing = addDays(membershipRenewsOn, -rulebook.membership.renewBeforeDays) <= today;
    return isClosing && (enrollments.length > 0 || today <= membershipRenewsOn) ? [membershipDue] : [];
  }
  const years = [...new Set(closing.map(({ enrolledUntil }) => enrolledUntil))];
  const renewable = years.filter((enrolledUntil) => enrolledUntil < membershipRenewsOn);
  return [
    ...(renewable.length < years.length ? [membershipDue] : []),
    ...renewable.map((enrolledUntil): Due => {
      const offerings = closing.filter((row) => row.enrolledUntil === enrolledUntil).map(({ offering }) => offering);
      return {
        kind: 'enrollmentRenewalDue',
        about: enrolledUntil,
        detail: `The enrollment in ${offerings.join(', ')} ends on ${enrolledUntil}.`,
        dueAt: endOfDay(enrolledUntil, utcOffset),
      };
    }),
  ];
}

/** Whoever signed an older version is asked to sign the edition's (source: BASE, step 2). */
const agreementDue = ({ agreement }: Partner, { agreementVersion }: Rulebook): Due[] =>
  agreement === undefined || agreement.agreementVersion === agreementVersion
    ? []
    : [
        {
          kind: 'agreementChanged',
          about: agreementVersion,
          detail: `Version ${agreementVersion} replaces ${agreement.agreementVersion}.`,
        },
      ];

/**
 * What is to be done about competencies that run out on the same day (source: PS-POL; E7). Asked once: by a reminder, or at
 * once where it is recorded too late for that.
 */
export function competenciesDue({ competencies, utcOffset }: Partner, expiresAt: string): Due[] {
  return competencies
    .filter(({ expiresOn }) => endOfDay(expiresOn, utcOffset) === expiresAt)
    .map(({ competency, tier, expiresOn }) => ({
      kind: 'competencyExpiring',
      about: `${tier} ${competency}`,
      detail: `${tier} ${competency} runs out on ${expiresOn}.`,
      dueAt: expiresAt,
    }));
}

/** Opens the tasks that have a reason now and closes those that lost theirs. */
export function tasksAsOf(state: Partner, rulebook: Rulebook, today: string, at: string): NewPartnerEvent[] {
  const due = [...renewalsDue(state, rulebook, today), ...agreementDue(state, rulebook)];
  const obsolete = state.openTasks.filter((task) =>
    task.kind === 'competencyExpiring'
      ? !(
          task.dueAt !== undefined &&
          at < task.dueAt &&
          competenciesDue(state, task.dueAt).some(({ about }) => about === task.about)
        )
      : !due.some(({ kind, about }) => kind === task.kind && about === task.about),
  );
  return [...obsolete.map(noLongerNeeded), ...openTasksFor(state, due, at)];
}
