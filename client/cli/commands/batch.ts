import type { Command } from 'commander';
import { BATCH_ROUTES, batchPayloadSchemas, type BatchView } from '../../../contracts/batch';
import { BATCH_MESSAGE_ROLES } from '../../../contracts/names';
import type { BatchEvent } from '../../../domain/batch/events';
import { batchCardLines } from '../batchCard';
import { batchEventCells } from '../../wording/batchEvents';
import { BATCH_MESSAGE_HELP, type RoutedBatchMessage } from '../../wording/batchMessages';
import { examples, readId, type Cli } from '../cli';
import { addMessage } from '../sending';
import { aligned } from '../table';
import { addInvoice, addSheet, type Owner } from './paymentRequest';
import { addWhy, WHY_BATCH } from './why';

const BATCH = { noun: 'batch', exampleId: 'DDPS-SE-0b5d2c9f1e-3' } as const;

/** `batch`: several vouchers in one payment request, and one subcommand per message to it. */
export function addBatch(program: Command, cli: Cli): void {
  const batch = program
    .command('batch')
    .description('show a batch, or send it a message')
    .addHelpText(
      'after',
      examples(
        `engagements batch show ${BATCH.exampleId}`,
        `engagements batch sendBatch ${BATCH.exampleId}`,
        `engagements batch splitBatch ${BATCH.exampleId} --set engagementIds=E-1001 --set 'reason=amount of another level'`,
        'engagements batch recordPaymentStatus --help       lists the fields of that message',
      ),
    );
  addReading(batch, 'show', 'show a batch: its vouchers, its payment request, open tasks').action(
    async (batchId: string, { json }: { json?: true }) => {
      const { body: view } = await cli.api.call<BatchView>('GET', `/batches/${batchId}`);
      if (json) return cli.print(JSON.stringify(view, null, 2));
      const { body: timeline } = await timelineOf(cli, batchId);
      cli.print(...batchCardLines(view, timeline.items, cli.strong));
    },
  );
  addWhy(batch, cli, WHY_BATCH);
  addReading(batch, 'timeline', 'print everything that was recorded of a batch').action(
    async (batchId: string, { json }: { json?: true }) => {
      const { body } = await timelineOf(cli, batchId);
      cli.print(...(json ? [JSON.stringify(body, null, 2)] : aligned(body.items.map(batchEventCells))));
    },
  );
  const owner: Owner = { ...BATCH, path: '/batches', command: 'engagements batch' };
  addInvoice(batch, cli, owner);
  addSheet(batch, cli, owner);
  for (const name of Object.keys(BATCH_ROUTES) as RoutedBatchMessage[])
    addMessage(batch, cli, BATCH, {
      name,
      ...BATCH_MESSAGE_HELP[name],
      schema: batchPayloadSchemas[name],
      roles: BATCH_MESSAGE_ROLES[name],
      method: 'POST',
      route: BATCH_ROUTES[name],
    });
}

const timelineOf = (cli: Cli, batchId: string) =>
  cli.api.call<{ items: BatchEvent[] }>('GET', `/batches/${batchId}/timeline`);

const addReading = (batch: Command, name: string, description: string): Command =>
  batch
    .command(name)
    .description(description)
    .argument('<batchId>', 'the batch', readId)
    .option('--json', 'answer in JSON')
    .addHelpText('after', examples(`engagements batch ${name} ${BATCH.exampleId}`));
