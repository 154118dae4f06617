import { Option, type Command } from 'commander';
import { TASK_KINDS } from '../../../contracts/names';
import type { Task } from '../../../contracts/tasks';
import { printPage, type Page } from '../answer';
import { examples, type Cli } from '../cli';
import type { Column } from '../table';
import { minute } from '../text';

const columns: Column<Task>[] = [
  { title: 'task', value: ({ taskId }) => taskId },
  { title: 'status', value: ({ status }) => status },
  { title: 'for', value: ({ role }) => role },
  { title: 'partner', value: ({ partnerId }) => partnerId },
  { title: 'due', value: ({ dueAt }) => dueAt && minute(dueAt) },
  { title: 'claimed by', value: ({ claimedBy }) => claimedBy },
  { title: 'resolutions', value: ({ resolutions }) => resolutions.join(' | ') || 'by a message' },
  { title: 'title', value: ({ title }) => title },
];

interface TasksOptions {
  json?: true;
  partner?: string;
  [filter: string]: string | true | undefined;
}

/** `tasks`: what only a person can do. */
export function addTasks(program: Command, cli: Cli): void {
  program
    .command('tasks')
    .description('list what only a person can do')
    .addOption(new Option('--kind <kind>', 'of this kind').choices(TASK_KINDS))
    .option('--partner <partnerId>', 'of this partner')
    .addOption(new Option('--status <status>', 'open or resolved').choices(['open', 'resolved']).default('open'))
    .option('--limit <count>', 'at most so many, up to 100')
    .option('--after <cursor>', 'the page after this one')
    .option('--json', 'answer in JSON, instructions included')
    .addHelpText(
      'after',
      examples('engagements tasks --partner contoso', 'engagements tasks --kind paymentHeld --status resolved --json'),
    )
    .action(async ({ json, partner, ...same }: TasksOptions) => {
      const query = { ...(same as Record<string, string>), partnerId: partner };
      const { body } = await cli.api.call<Page<Task>>('GET', '/tasks', { query });
      printPage(cli, columns, body, json);
    });
}
