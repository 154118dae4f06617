import type { Command } from 'commander';
import { dayOf } from '../../../domain/days';
import { savedViews } from '../../../domain/why/savedViews';
import { examples, readUtcOffset, type Cli } from '../cli';

/** `views`: the list filters that support staff keep in the Temporal UI. */
export function addViews(program: Command, cli: Cli): void {
  program
    .command('views')
    .description('print the saved views of the Temporal UI as list filters; those that ask for days hold for today')
    .option('--utc-offset <offset>', "the programme's days, such as +01:00", readUtcOffset, '+00:00')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      examples(
        'engagements views',
        `temporal workflow list --query "$(engagements views --json | jq -r '.items[4].query')"`,
      ),
    )
    .action(({ utcOffset, json }: { utcOffset: string; json?: true }) => {
      const items = savedViews(dayOf(new Date().toISOString(), utcOffset), utcOffset);
      if (json) return cli.print(JSON.stringify({ items }, null, 2));
      cli.print(...items.flatMap(({ name, shows, query }) => [cli.strong(`${name}: ${shows}`), `  ${query}`]));
    });
}
