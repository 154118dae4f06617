import { Option, type Command } from 'commander';
import type { EngagementView } from '../../../contracts/engagement';
import { STAGES } from '../../../contracts/names';
import { printList, type Page } from '../answer';
import { examples, readInstant, withFormOptions, type Cli } from '../cli';
import type { Column } from '../table';
import { minute } from '../../wording/text';

const columns: Column<EngagementView>[] = [
  { title: 'engagement', value: ({ engagementId }) => engagementId },
  { title: 'stage', value: ({ stage }) => stage },
  { title: 'partner', value: ({ partnerId }) => partnerId },
  { title: 'type', value: ({ engagementType }) => engagementType },
  { title: 'customer', value: ({ customer }) => `${customer.name}, ${customer.country}` },
  { title: 'voucher', value: ({ voucher }) => voucher?.voucherId },
  { title: 'awaiting', value: ({ awaiting }) => awaiting && `${awaiting.message} from ${awaiting.from}` },
  { title: 'next deadline', value: ({ nextDeadline }) => nextDeadline && minute(nextDeadline.at) },
  { title: 'tasks', value: ({ tasks }) => tasks.length },
];

interface ListOptions {
  json?: true;
  csv?: true;
  partner?: string;
  voucher?: string;
  openTasks?: true;
  [filter: string]: string | true | undefined;
}

/** `list`: engagements, a page at a time. */
export function addList(program: Command, cli: Cli): void {
  withFormOptions(program.command('list'))
    .description('list engagements')
    .option('--partner <partnerId>', 'of this partner')
    .addOption(new Option('--stage <stage>', 'in this stage').choices(STAGES))
    .option('--voucher <voucherId>', 'with this voucher')
    .option('--customer <name>', 'for this customer')
    .option('--open-tasks', 'with a task that needs a person')
    .option('--due-before <day>', 'with a deadline before this day (UTC) or instant, the nearest first', readInstant)
    .option('--limit <count>', 'at most so many, up to 100')
    .option('--after <cursor>', 'the page after this one')
    .addHelpText(
      'after',
      examples(
        'engagements list --stage reserved --partner contoso',
        'engagements list --open-tasks --due-before 2020-12-31',
        'engagements list --stage redeemed --csv > redeemed.csv',
        "engagements list --limit 100 --json | jq -r '.items[].engagementId'",
      ),
    )
    .action(async ({ json, csv, partner, voucher, openTasks, ...same }: ListOptions) => {
      const query = {
        ...(same as Record<string, string>),
        partnerId: partner,
        voucherId: voucher,
        openTasks: openTasks && 'true',
        order: same.dueBefore === undefined ? undefined : 'deadline',
      };
      await printList(cli, columns, { json, csv }, async (after) => {
        const { body } = await cli.api.call<Page<EngagementView>>('GET', '/engagements', {
          query: { ...query, ...(after !== undefined && { after }) },
        });
        return body;
      });
    });
}
