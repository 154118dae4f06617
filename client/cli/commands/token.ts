import { Option, type Command } from 'commander';
import { ROLES } from '../../../contracts/names';
import { examples, type Cli } from '../cli';
import { askForToken } from '../http';

/** `token`: prints just a token of the dev issuer. */
export function addToken(program: Command, cli: Cli): void {
  program
    .command('token')
    .description('print a token of the dev issuer (12 h)')
    .addOption(new Option('--role <role>', 'what the caller may do').choices(ROLES).makeOptionMandatory())
    .option('--partner <partnerId>', 'the partner the caller belongs to')
    .option('--subject <name>', 'who the caller is')
    .addHelpText(
      'after',
      examples(
        'export ENGAGEMENTS_TOKEN=$(engagements token --role operator)',
        'engagements token --role partnerAdmin --partner contoso --subject anna@contoso.example',
      ),
    )
    .action(async ({ role, partner, subject }: { role: string; partner?: string; subject?: string }) =>
      cli.print(await askForToken(cli.config.issuerUrl, { role, partnerId: partner, subject })),
    );
}
