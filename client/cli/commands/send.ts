import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { EngagementView } from '../../../contracts/engagement';
import { MESSAGE_ROUTES, payloadSchemas } from '../../../contracts/messages';
import { MESSAGE_ROLES } from '../../../contracts/names';
import { printVerdict } from '../answer';
import { examples, readId, readPerson, readVersion, type Cli } from '../cli';
import { ApiFailure } from '../failures';
import { withSetArguments, MESSAGE_HELP, type RoutedMessage } from '../messages';
import { readPayload, type PayloadSource } from '../payload';
import { payloadHelp, withPayloadOptions } from '../payloadOptions';

interface SendOptions extends PayloadSource {
  key?: string;
  onBehalfOf?: string;
  async?: true;
  ifMatch?: string;
}

/** `send <message> <engagementId>`: one subcommand per message, its fields from the contract. */
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
  for (const message of Object.keys(MESSAGE_ROUTES) as RoutedMessage[]) addMessage(send, cli, message);
}

function addMessage(send: Command, cli: Cli, message: RoutedMessage): void {
  const { summary, example } = MESSAGE_HELP[message];
  const command = send
    .command(message)
    .summary(summary)
    .description(`${summary}; from ${MESSAGE_ROLES[message].join(', ')}`)
    .argument('<engagementId>', 'the engagement', readId);
  withPayloadOptions(command)
    .option('--on-behalf-of <person>', 'for whom an operator sends it', readPerson)
    .option('--async', 'do not wait for the verdict')
    .option('--if-match <version>', 'only if the engagement is still at this version', readVersion)
    .addHelpText('after', () => payloadHelp(payloadSchemas[message]))
    .addHelpText('after', examples(withSetArguments(`engagements send ${message} E-1001`, example)))
    .action((engagementId: string, options: SendOptions) => sendMessage(cli, message, engagementId, options));
}

async function sendMessage(
  cli: Cli,
  message: RoutedMessage,
  engagementId: string,
  { key = randomUUID(), onBehalfOf, async: asynchronous, ifMatch, ...source }: SendOptions,
): Promise<void> {
  const payload = await readPayload(payloadSchemas[message], source);
  const post = (etag: string | undefined) =>
    cli.api.call<EngagementView>('POST', `/engagements/${engagementId}/${MESSAGE_ROUTES[message]}`, {
      json: payload,
      key,
      headers: { 'on-behalf-of': onBehalfOf, prefer: asynchronous && 'respond-async', 'if-match': etag },
    });
  const answer = await post(ifMatch && `"${ifMatch}"`).catch(async (error: unknown) => {
    if (!(error instanceof ApiFailure) || error.problem.status !== 428) throw error;
    const { etag } = await cli.api.call<EngagementView>('GET', `/engagements/${engagementId}`);
    return post(etag);
  });
  printVerdict(cli, answer, source);
}
