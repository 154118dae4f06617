import type { ChecklistItem, PartnerView } from '../../contracts/partner';
import { taskLines, whyLines } from '../why/card';
import { whyPartner } from '../why/partner';
import { eventLines, moment, words } from '../wording';
import type { PartnerEvent } from './events';

/**
 * The Markdown card of a partner: its standing, what is due next, what a person can do, and the list of check marks as the
 * programme shows it. Instants in UTC.
 */
export function partnerCardOf(
  view: PartnerView,
  checklist: readonly ChecklistItem[],
  events: readonly PartnerEvent[],
): string {
  const { name, mpnId, membershipRenewsOn, nextDeadline: next } = view;
  const why = whyPartner(view, checklist, events);
  return [
    `### ${name}`,
    '',
    ...whyLines(
      why,
      `- **MPN:** ${mpnId}, membership until ${membershipRenewsOn}`,
      ...(next ? [`- **Next deadline:** ${moment(next.at)} (${words(next.kind)}: ${next.about.join(', ')})`] : []),
    ),
    ...taskLines(why),
    ...checklist.flatMap(itemLines),
    '**Last events**',
    '',
    ...eventLines(events),
  ].join('\n');
}

/** One engagement type with its check marks; what is not met yet says what to do. */
const itemLines = ({ offering, engagementType, status, requirements }: ChecklistItem): string[] => [
  `**${offering} · ${words(engagementType)}** – ${words(status).toLowerCase()}`,
  '',
  ...requirements.map(({ name, met, expires, nextStep }) =>
    met
      ? `- ✅ ${words(name)}${expires === undefined ? '' : `, until ${expires}`}`
      : `- ⬜ ${words(name)}: ${nextStep ?? 'not met'}`,
  ),
  '',
];
