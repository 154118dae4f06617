import type { EngagementView } from '../../contracts/engagement';
import { eventLines, moment, taskLines, words } from '../wording';
import type { EngagementEvent } from './events';

/** The Markdown card of an engagement: what it waits for, from whom, until when, and what a person can do. Instants in UTC. */
export function cardOf(view: EngagementView, events: readonly EngagementEvent[]): string {
  const { stage, awaiting, nextDeadline, paymentAtRisk, eligibility = [], licenseEndsOn, tasks } = view;
  const unmet = eligibility.filter(({ met }) => !met).map(({ requirement }) => words(requirement));
  return [
    `### ${words(stage)}`,
    '',
    `- **Waiting for:** ${awaiting ? `\`${awaiting.message}\` from ${awaiting.from}` : 'nothing, the business is over'}`,
    ...(awaiting?.until === undefined ? [] : [`- **Until:** ${moment(awaiting.until)}`]),
    ...(nextDeadline ? [`- **Next deadline:** ${moment(nextDeadline.at)} (${words(nextDeadline.kind)})`] : []),
    ...(paymentAtRisk ? [`- **Payment at risk:** ${paymentAtRisk.reasons.map(words).join(', ')}`] : []),
    ...(unmet.length > 0 ? [`- **The partner lacks:** ${unmet.join(', ')}`] : []),
    ...(licenseEndsOn === undefined ? [] : [`- **Customer’s licence enrollment ends:** ${licenseEndsOn}`]),
    '',
    ...(tasks.length > 0 ? ['**Open tasks**', '', ...tasks.flatMap(taskLines), ''] : []),
    '**Last events**',
    '',
    ...eventLines(events),
  ].join('\n');
}
