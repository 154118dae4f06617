import type { Actor } from '../../contracts/messages';
import { refusalIn } from '../record';
import { REFUSALS } from '../refusals';
import { moment } from '../wording';
import { people } from './why';

/** A recorded fact, whoever it is about. */
export interface TimelineEvent {
  type: string;
  at: string;
  actor: Actor;
  data: object;
}

const MOST_TOLD = 3;

/** Facts beside which a refusal still stands: nobody said it anew. */
const BESIDE: readonly string[] = [
  'MessageRefused',
  'NoteAdded',
  'TaskOpened',
  'TaskClaimed',
  'TaskReleased',
  'DeadlineReminded',
];

/**
 * What was refused since anything was last recorded, the latest first: what was said, by whom, why it was refused, and what to
 * do instead. Something accepted later makes it past. Instants in UTC.
 */
export function refusedLately(events: readonly TimelineEvent[]): string[] {
  const since = events.findLastIndex(({ type }) => !BESIDE.includes(type)) + 1;
  return events.slice(since).flatMap(sentencesOf).slice(-MOST_TOLD).reverse();
}

function sentencesOf(event: TimelineEvent): string[] {
  const refusal = refusalIn({ events: [event] });
  if (!refusal) return [];
  const { message } = event.data as { message: string };
  const { title, nextStep } = REFUSALS[refusal.code];
  return [
    `${message} from ${people(event.actor.role)} was refused at ${moment(event.at)}. ${title}: ${refusal.detail.replace(/\.$/, '')}. ${nextStep}`,
  ];
}
