import type { EngagementView } from '../../contracts/engagement';
import type { PartnerView } from '../../contracts/partner';
import type { Cli } from './cli';
import type { Answer } from './http';
import { table, type Column } from './table';
import { awaitingText, enrollmentText } from './text';

type Accepted = { status: 'accepted'; messageId: string };

/** Prints what became of a message: what it was sent to as it is now, or that it is accepted and not decided yet. */
export function printVerdict(
  { print }: Cli,
  { status, body }: Answer<EngagementView | PartnerView | Accepted>,
  { json }: { json?: unknown },
): void {
  if (json !== undefined) return print(JSON.stringify(body, null, 2));
  if (status === 202) {
    const { messageId } = body as Accepted;
    return print(`Accepted, not decided yet: message ${messageId}. Its verdict will be in the timeline.`);
  }
  const view = body as EngagementView | PartnerView;
  const open = view.tasks.length === 0 ? [] : [`Open tasks: ${view.tasks.map(({ taskId }) => taskId).join(', ')}`];
  print(...('stage' in view ? standingOf(view) : partnerStandingOf(view)), ...open);
}

const standingOf = ({ engagementId, stage, awaiting }: EngagementView): string[] => [
  `${engagementId} is ${stage}`,
  ...(awaiting ? [`Awaiting ${awaitingText(awaiting)}`] : []),
];

const partnerStandingOf = ({ partnerId, version, enrollments }: PartnerView): string[] => [
  `${partnerId} is at version ${version}`,
  ...(enrollments.length > 0 ? [`Enrollments: ${enrollments.map(enrollmentText).join(', ')}`] : []),
];

export interface Page<Item> {
  items: Item[];
  next?: string;
}

/** Prints a page as a table, or as the API gave it; a person is told how to get the next one. */
export function printPage<Item>(
  { print, note, strong }: Cli,
  columns: readonly Column<Item>[],
  page: Page<Item>,
  json: true | undefined,
): void {
  if (json) return print(JSON.stringify(page, null, 2));
  if (page.items.length === 0) return note('Nothing found.');
  const [titles = '', ...rows] = table(columns, page.items);
  print(strong(titles), ...rows);
  if (page.next !== undefined) note(`There are more: --after ${page.next}`);
}
