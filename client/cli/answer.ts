import type { BatchView } from '../../contracts/batch';
import type { EngagementView } from '../../contracts/engagement';
import type { PartnerView } from '../../contracts/partner';
import type { Task } from '../../contracts/tasks';
import type { Cli } from './cli';
import type { Answer } from './http';
import { csv } from './csv';
import { table, type Column } from './table';
import { awaitingText, enrollmentText, facts, minute, moneyText } from '../wording/text';

type Accepted = { status: 'accepted'; messageId: string };

/** Prints what became of a message: what it was sent to as it is now, or that it is accepted and not decided yet. */
export function printVerdict(
  { print }: Cli,
  { status, body }: Answer<EngagementView | PartnerView | BatchView | Task | Accepted>,
  { json }: { json?: unknown },
): void {
  if (json !== undefined) return print(JSON.stringify(body, null, 2));
  if (status === 202) {
    const { messageId } = body as Accepted;
    return print(`Accepted, not decided yet: message ${messageId}. Its verdict will be in the timeline.`);
  }
  if ('taskId' in body) return print(taskStanding(body));
  const view = body as EngagementView | PartnerView | BatchView;
  const open = view.tasks.length === 0 ? [] : [`Open tasks: ${view.tasks.map(({ taskId }) => taskId).join(', ')}`];
  print(...standingOf(view), ...open);
}

function standingOf(view: EngagementView | PartnerView | BatchView): string[] {
  if ('engagementId' in view) return engagementStandingOf(view);
  return 'batchId' in view ? batchStandingOf(view) : partnerStandingOf(view);
}

const engagementStandingOf = ({ engagementId, stage, awaiting }: EngagementView): string[] => [
  `${engagementId} is ${stage}`,
  ...(awaiting ? [`Awaiting ${awaitingText(awaiting)}`] : []),
];

const partnerStandingOf = ({ partnerId, version, enrollments }: PartnerView): string[] => [
  `${partnerId} is at version ${version}`,
  ...(enrollments.length > 0 ? [`Enrollments: ${enrollments.map(enrollmentText).join(', ')}`] : []),
];

const batchStandingOf = ({ batchId, stage, members, total, nextDeadline: next }: BatchView): string[] => [
  `${batchId} is ${stage}`,
  `Vouchers: ${facts(String(members.length), total && moneyText(total))}`,
  ...(next ? [`Next deadline: ${facts(minute(next.at), next.kind)}`] : []),
];

/** A task that no engagement and no partner keeps. */
const taskStanding = ({ taskId, status, claimedBy }: Task): string =>
  `${taskId} is ${status}${status === 'open' && claimedBy !== undefined ? `, claimed by ${claimedBy}` : ''}`;

export interface Page<Item> {
  items: Item[];
  next?: string;
}

/** How a list is to be printed: as a table for a person unless told otherwise. */
export interface ListForm {
  json?: true | undefined;
  /** The whole list, not a page. */
  csv?: true | undefined;
}

/** Prints a list in the form asked for. `read` gets the cursor of a page, none for the one that was asked for. */
export async function printList<Item>(
  cli: Cli,
  columns: readonly Column<Item>[],
  form: ListForm,
  read: (after?: string) => Promise<Page<Item>>,
): Promise<void> {
  if (form.csv) cli.print(csv(columns, await everyItem(read)));
  else printPage(cli, columns, await read(), form.json);
}

/** Every item of a list, page after page. `read` gets the cursor of a page, none for the first. */
async function everyItem<Item>(read: (after?: string) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | undefined; ;) {
    const page = await read(after);
    items.push(...page.items);
    if (page.next === undefined) return items;
    after = page.next;
  }
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
