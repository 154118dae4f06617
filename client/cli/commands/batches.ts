import { Option, type Command } from 'commander';
import type { BatchView } from '../../../contracts/batch';
import { BATCH_STAGES } from '../../../contracts/names';
import { printList, type Page } from '../answer';
import { examples, withFormOptions, type Cli } from '../cli';
import type { Column } from '../table';
import { minute, moneyText } from '../../wording/text';

const columns: Column<BatchView>[] = [
  { title: 'batch', value: ({ batchId }) => batchId },
  { title: 'stage', value: ({ stage }) => stage },
  { title: 'partner', value: ({ partnerId }) => partnerId },
  { title: 'location', value: ({ locationId, country }) => `${locationId}, ${country}` },
  { title: 'vouchers', value: ({ members }) => members.length },
  { title: 'total', value: ({ total }) => total && moneyText(total) },
  { title: 'payment request', value: ({ paymentRequest }) => paymentRequest?.status },
  { title: 'next deadline', value: ({ nextDeadline }) => nextDeadline && minute(nextDeadline.at) },
  { title: 'tasks', value: ({ tasks }) => tasks.length },
];

interface BatchesOptions {
  json?: true;
  csv?: true;
  partner?: string;
  [filter: string]: string | true | undefined;
}

/** `batches`: several vouchers in one payment request, a page at a time. */
export function addBatches(program: Command, cli: Cli): void {
  withFormOptions(program.command('batches'))
    .description('list batches: several vouchers in one payment request')
    .option('--partner <partnerId>', 'of this partner')
    .addOption(new Option('--stage <stage>', 'in this stage').choices(BATCH_STAGES))
    .option('--limit <count>', 'at most so many, up to 100')
    .option('--after <cursor>', 'the page after this one')
    .addHelpText(
      'after',
      examples('engagements batches --stage collecting', 'engagements batches --partner contoso --json'),
    )
    .action(async ({ json, csv, partner, ...same }: BatchesOptions) => {
      const query = { ...(same as Record<string, string>), partnerId: partner };
      await printList(cli, columns, { json, csv }, async (after) => {
        const { body } = await cli.api.call<Page<BatchView>>('GET', '/batches', {
          query: { ...query, ...(after !== undefined && { after }) },
        });
        return body;
      });
    });
}
