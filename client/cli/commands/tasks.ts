import { Option, type Command } from 'commander';
import { ROLES, TASK_KINDS } from '../../../contracts/names';
import type { Task } from '../../../contracts/tasks';
import { printList, type Page } from '../answer';
import { examples, readInstant, withFormOptions, type Cli } from '../cli';
import { UsageError } from '../failures';
import type { Column } from '../table';
import { facts, minute, span } from '../../wording/text';

/** `now` is an instant. Whoever looks down a column of days sees at once which are over. */
const columnsAt = (now: string): Column<Task>[] => [
  { title: 'task', value: ({ taskId }) => taskId },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'partner', value: ({ partnerId }) => partnerId },
  { title: 'for', value: ({ role }) => role },
  { title: 'owner', value: ({ claimedBy }) => claimedBy },
  { title: 'age', value: ({ openedAt }) => span(openedAt, now) },
  {
    title: 'due',
    value: ({ status, dueAt }) =>
      dueAt && facts(minute(dueAt), status === 'open' && dueAt < now ? `OVERDUE ${span(dueAt, now)}` : undefined),
  },
  { title: 'resolutions', value: ({ resolutions }) => resolutions.join(' | ') || 'by a message' },
  { title: 'title', value: ({ title }) => title },
];

interface TasksOptions {
  json?: true;
  csv?: true;
  partner?: string;
  owner?: string;
  overdue?: true;
  dueBefore?: string;
  [filter: string]: string | true | undefined;
}

/** `tasks`: what only a person can do. */
export function addTasks(program: Command, cli: Cli): void {
  withFormOptions(program.command('tasks'), 'instructions included')
    .description(
      'list what only a person can do, over engagements, partners, batches and reconciliation, due soonest first',
    )
    .addOption(new Option('--kind <kind>', 'of this kind').choices(TASK_KINDS))
    .option('--partner <partnerId>', 'of this partner')
    .addOption(new Option('--role <role>', 'for this role').choices(ROLES))
    .option('--owner <subject>', 'claimed by this person')
    .option('--overdue', 'that should have been done by now')
    .option('--due-before <day>', 'that are due before this day (UTC) or instant', readInstant)
    .addOption(new Option('--status <status>', 'open or resolved').choices(['open', 'resolved']).default('open'))
    .option('--limit <count>', 'at most so many, up to 100')
    .option('--after <cursor>', 'the page after this one')
    .addHelpText(
      'after',
      examples(
        'engagements tasks --overdue',
        'engagements tasks --partner contoso --role globalAdmin',
        'engagements tasks --kind paymentHeld --status resolved --json',
      ),
    )
    .action(async ({ json, csv, partner, owner, overdue, dueBefore, ...same }: TasksOptions) => {
      if (overdue && dueBefore !== undefined) throw new UsageError('give either --overdue or --due-before');
      const now = new Date().toISOString();
      const query = {
        ...(same as Record<string, string>),
        partnerId: partner,
        claimedBy: owner,
        dueBefore: overdue ? now : dueBefore,
        order: 'due',
      };
      await printList(cli, columnsAt(now), { json, csv }, async (after) => {
        const { body } = await cli.api.call<Page<Task>>('GET', '/tasks', {
          query: { ...query, ...(after !== undefined && { after }) },
        });
        return body;
      });
    });
}
