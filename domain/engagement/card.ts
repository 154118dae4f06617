import type { EngagementView } from '../../contracts/engagement';
import { taskLines, whyLines } from '../why/card';
import { whyEngagement } from '../why/engagement';
import { eventLines, moment, words } from '../wording';
import type { EngagementEvent } from './events';

/** The Markdown card of an engagement: what it waits for, from whom, until when, and what a person can do. Instants in UTC. */
export function cardOf(view: EngagementView, events: readonly EngagementEvent[]): string {
  const { stage, nextDeadline } = view;
  const why = whyEngagement(view, events);
  return [
    `### ${words(stage)}`,
    '',
    ...whyLines(
      why,
      ...(nextDeadline ? [`- **Next deadline:** ${moment(nextDeadline.at)} (${words(nextDeadline.kind)})`] : []),
    ),
    ...taskLines(why),
    '**Last events**',
    '',
    ...eventLines(events),
  ].join('\n');
}
