import type { Command } from 'commander';
import { MESSAGE_ROUTES, payloadSchemas } from '../../../contracts/messages';
import { MESSAGE_ROLES } from '../../../contracts/names';
import { examples, type Cli } from '../cli';
import { MESSAGE_HELP, type RoutedMessage } from '../../wording/messages';
import { addMessage } from '../sending';

const ENGAGEMENT = { noun: 'engagement', exampleId: 'E-1001' } as const;

/** `send <message> <engagementId>`: one subcommand per message. */
export function addSend(program: Command, cli: Cli): void {
  const send = program
    .command('send')
    .description('send a message to an engagement')
    .addHelpText(
      'after',
      examples(
        'engagements send redeemVoucher E-1001 --set confirmed=true',
        `engagements send addNote E-1001 --json '{"text": "customer asked for October"}'`,
        'engagements send reserveVoucher E-1001 --file reservation.json --on-behalf-of anna@contoso.example',
        'engagements send reserveVoucher --help        lists the fields of that message',
      ),
    );
  for (const name of Object.keys(MESSAGE_ROUTES) as RoutedMessage[])
    addMessage(send, cli, ENGAGEMENT, {
      name,
      ...MESSAGE_HELP[name],
      schema: payloadSchemas[name],
      roles: MESSAGE_ROLES[name],
      method: 'POST',
      route: MESSAGE_ROUTES[name],
    });
}
