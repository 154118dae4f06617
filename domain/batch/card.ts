import type { BatchView } from '../../contracts/batch';
import { taskLines, whyLines } from '../why/card';
import { whyBatch } from '../why/batch';
import { eventLines, moment, words } from '../wording';
import type { BatchEvent } from './events';

/** The Markdown card of a batch: what is asked for together, what it waits for, and what a person can do. Instants in UTC. */
export function cardOf(view: BatchView, events: readonly BatchEvent[]): string {
  const { stage, offering, country, locationId, nextDeadline } = view;
  const why = whyBatch(view, events);
  return [
    `### ${words(stage)}`,
    '',
    ...whyLines(
      why,
      `- **Group:** ${offering}, ${country}, ${locationId}`,
      ...(nextDeadline ? [`- **Next deadline:** ${moment(nextDeadline.at)} (${words(nextDeadline.kind)})`] : []),
    ),
    ...taskLines(why),
    '**Last events**',
    '',
    ...eventLines(events),
  ].join('\n');
}
