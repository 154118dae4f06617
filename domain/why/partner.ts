import type { ChecklistItem, PartnerDeadline, PartnerView } from '../../contracts/partner';
import { moment, words } from '../wording';
import { waysOf } from './commands';
import { refusedLately, type TimelineEvent } from './refused';
import { explain } from './tasks';
import type { Why } from './why';

/**
 * Why a partner stands where it does, and what it can do for what is not met. `checklist` is that of today; `events` are its
 * last ones, in their order.
 */
export function whyPartner(
  view: PartnerView,
  checklist: readonly ChecklistItem[],
  events: readonly TimelineEvent[] = [],
): Why {
  const unmet = checklist.filter(({ status }) => status === 'inProgress' || status === 'lapsed');
  return {
    where: whereIs(view, checklist),
    waitsFor: awaited(wanted(view, unmet)),
    otherwise: otherwise(view.nextDeadline),
    ways: unmet.length > 0 ? waysOf(view, [{ does: 'checklist', leadsTo: 'every requirement, met or not' }]) : [],
    refused: refusedLately(events),
    atRisk: checklist
      .filter(({ status }) => status === 'lapsed')
      .map((item) => `${typeOf(item)} has lapsed: nothing new is reserved, engagements under way are held.`),
    tasks: view.tasks.map((task) => explain(task)),
  };
}

const typeOf = ({ offering, engagementType }: ChecklistItem): string => `${offering} · ${words(engagementType)}`;

function whereIs({ name, enrollments }: PartnerView, checklist: readonly ChecklistItem[]): string {
  const active = checklist.filter(({ status }) => status === 'active').length;
  const enrolled = enrollments.map(({ offering, enrolledUntil }) => `${offering} until ${enrolledUntil}`).join(', ');
  return `${name} is ${enrolled === '' ? 'not enrolled in any offering' : `enrolled in ${enrolled}`}; it may start engagements of ${active} of ${checklist.length} types.`;
}

/** An enrollment says what a partner is after; before the first one it may be anything. */
const wanted = ({ enrollments }: PartnerView, unmet: readonly ChecklistItem[]): readonly ChecklistItem[] =>
  enrollments.length === 0
    ? unmet
    : unmet.filter((item) => enrollments.some(({ offering }) => offering === item.offering));

function awaited(unmet: readonly ChecklistItem[]): string {
  if (unmet.length === 0) return 'It waits for nothing: whatever it has begun is met.';
  const steps = unmet.flatMap(({ requirements }) => requirements.flatMap(({ nextStep }) => nextStep ?? []));
  return `It waits for these steps: ${[...new Set(steps)].join('; ')}.`;
}

function otherwise(next: PartnerDeadline | undefined): string {
  if (!next) return 'Nothing happens by itself.';
  const [at, what] = [moment(next.at), next.about.join(', ')];
  switch (next.kind) {
    case 'membershipReminder':
      return `At ${at} it is reminded that its membership ends (${what}).`;
    case 'enrollmentReminder':
      return `At ${at} it is reminded that its enrollment ends (${what}).`;
    case 'enrollmentEnd':
      return `At ${at} its enrollment in ${what} lapses: nothing new is reserved, engagements under way are held.`;
    case 'competencyReminder':
      return `At ${at} it is reminded that a competency runs out (${what}).`;
    case 'competencyExpiry':
      return `At ${at} a competency runs out (${what}): engagements that need it are held.`;
  }
}
