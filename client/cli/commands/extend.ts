import type { Command } from 'commander';
import { payloadSchemas } from '../../../contracts/messages';
import { printPage } from '../answer';
import { examples, readDay, type Cli } from '../cli';
import { extend, findMeant, foresee, outcomeOf, type Extended, type Extension } from '../extension';
import { PartlyRefused, Unreachable } from '../failures';
import { checkPayload } from '../payload';
import type { Column } from '../table';

const columns: Column<Extended>[] = [
  { title: 'engagement', value: ({ engagementId }) => engagementId },
  { title: 'old expiry', value: ({ previousExpiresOn }) => previousExpiresOn },
  { title: 'new expiry', value: ({ expiresOn }) => expiresOn },
  { title: 'outcome', value: ({ outcome, reason }) => (reason === undefined ? outcome : `${outcome}: ${reason}`) },
];

interface ExtendOptions {
  assignedBefore: string;
  addDays: string;
  reason: string;
  dryRun?: true;
  json?: true;
}

const WHAT_MAKES_TWO = `
The same day and count extend no voucher twice; one that was replaced or corrected since, whose extension is gone, is
extended again. With another reason they are refused to vouchers that were extended before.
Another count is another extension, and so is another day with a reason of its own. Another day with the same count
and reason reaches only those that were not extended yet.
`;

/** `extend`: the same extension for many vouchers, as often as one likes. */
export function addExtend(program: Command, cli: Cli): void {
  program
    .command('extend')
    .description('extend all vouchers assigned before a day; run again, it extends none twice')
    .requiredOption('--assigned-before <day>', 'vouchers assigned before this day, and not redeemed yet', readDay)
    .requiredOption('--add-days <count>', 'by so many days')
    .requiredOption('--reason <text>', 'why, for the timelines')
    .option('--dry-run', 'only show what would be extended')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      WHAT_MAKES_TWO +
        examples(
          "engagements extend --assigned-before 2020-04-01 --add-days 90 --reason 'extension of spring 2020' --dry-run",
          "engagements extend --assigned-before 2020-04-01 --add-days 90 --reason 'extension of spring 2020'",
        ),
    )
    .action(async ({ assignedBefore, addDays, reason, ...how }: ExtendOptions) => {
      const payload = checkPayload(payloadSchemas.extendVoucher, { addDays: Number(addDays), reason });
      await extendAll(cli, { assignedBefore, addDays: Number(addDays), reason: payload.reason }, how);
    });
}

/** One after the other: what is refused to one does not stop the others, an API that is away does. */
async function extendAll(
  cli: Cli,
  extension: Extension,
  { dryRun, json }: Pick<ExtendOptions, 'dryRun' | 'json'>,
): Promise<void> {
  const meant = await findMeant(cli.api, extension);
  const act = dryRun ? foresee : extend;
  const items: Extended[] = [];
  try {
    for (const view of meant)
      items.push(await act(cli.api, extension, view).catch((error: unknown) => outcomeOf(error, view)));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (items.length > 0) printPage(cli, columns, { items }, json);
    cli.note(
      `${items.length} of ${meant.length} engagements were looked after. Run it again: no voucher is extended twice.`,
    );
    throw new Unreachable(error.party, error.cause);
  }
  printPage(cli, columns, { items }, json);
  const failed = items.filter(({ outcome }) => outcome === 'refused' || outcome === 'failed').length;
  if (failed > 0) throw new PartlyRefused(`${failed} of ${items.length} engagements were not extended`);
}
