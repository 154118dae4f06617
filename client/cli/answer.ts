import type { EngagementView } from '../../contracts/engagement';
import type { Cli } from './cli';
import type { Answer } from './http';
import { table, type Column } from './table';
import { awaitingText } from './text';

type Accepted = { status: 'accepted'; messageId: string };

/** Prints what became of a message: the engagement as it is now, or that the message is accepted and not decided yet. */
export function printVerdict(
  { print }: Cli,
  { status, body }: Answer<EngagementView | Accepted>,
  { json }: { json?: unknown },
): void {
  if (json !== undefined) return print(JSON.stringify(body, null, 2));
  if (status === 202) {
    const { messageId } = body as Accepted;
    return print(`Accepted, not decided yet: message ${messageId}. Its verdict will be in the timeline.`);
  }
  const { engagementId, stage, awaiting, tasks } = body as EngagementView;
  const open = tasks.length === 0 ? [] : [`Open tasks: ${tasks.map(({ taskId }) => taskId).join(', ')}`];
  print(`${engagementId} is ${stage}`, ...(awaiting ? [`Awaiting ${awaitingText(awaiting)}`] : []), ...open);
}

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
