import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ErasureAnswer } from '../../../contracts/erasure';
import { examples, readId, type Cli } from '../cli';
import { PartlyRefused, UsageError } from '../failures';
import { withKeyOption } from '../payloadOptions';

const WHAT_IT_DOES = `
Names, people, texts and files of the customer's engagements go from MongoDB; payment requests, invoices, amounts, days
and who did what stay. All of them have to be over, and their workflows too. It cannot be undone; repeating it does no
harm. A customer is found by any id it has or had; the exit code is 1 when none of them is it. What Temporal keeps goes
when the retention of its namespace ends.
`;

interface Options {
  customer?: string;
  engagement?: string;
  key?: string;
  json?: true;
}

/** `forget`: a customer asks for erasure. */
export function addForget(program: Command, cli: Cli): void {
  withKeyOption(program.command('forget'))
    .description('forget a customer: what is personal goes, and the ledger stays')
    .option('--customer <customerId>', "the customer's id or licensing id, today's or an earlier one", readId)
    .option('--engagement <engagementId>', 'one engagement, whatever its customer is called', readId)
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      WHAT_IT_DOES + examples('engagements forget --customer fabrikam', 'engagements forget --engagement E-1001'),
    )
    .action(async ({ customer, engagement, key = randomUUID(), json }: Options) => {
      if ((customer === undefined) === (engagement === undefined))
        throw new UsageError('say whom to forget: --customer or --engagement');
      const of =
        customer === undefined
          ? `/engagements/${encodeURIComponent(engagement!)}`
          : `/customers/${encodeURIComponent(customer)}`;
      const { body } = await cli.api.call<Pick<ErasureAnswer, 'engagements'>>('POST', `${of}/erasure`, { key });
      const { engagements } = body;
      if (json) cli.print(JSON.stringify(body, null, 2));
      else if (engagements.length > 0)
        cli.print(`${customer ?? 'Its customer'} is forgotten in ${engagements.join(', ')}.`);
      if (engagements.length > 0) return;
      throw new PartlyRefused(
        customer === undefined
          ? `${engagement} has nothing on record to forget`
          : `${customer} was found by no current or earlier id`,
      );
    });
}
