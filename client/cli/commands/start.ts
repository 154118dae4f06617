import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { startRequestSchema, type EngagementView } from '../../../contracts/engagement';
import { printVerdict } from '../answer';
import { examples, type Cli } from '../cli';
import { START_EXAMPLE } from '../../wording/messages';
import { readPayload, type PayloadSource } from '../payload';
import { payloadHelp, withKeyOption, withPayloadOptions, withSetArguments } from '../payloadOptions';

/** `start`: a new engagement. */
export function addStart(program: Command, cli: Cli): void {
  withKeyOption(withPayloadOptions(program.command('start').description('start an engagement')))
    .addHelpText('after', () => payloadHelp(startRequestSchema))
    .addHelpText(
      'after',
      examples(withSetArguments('engagements start', START_EXAMPLE), 'engagements start --file engagement.json --json'),
    )
    .action(async ({ key = randomUUID(), ...source }: PayloadSource & { key?: string }) => {
      const json = await readPayload(startRequestSchema, source);
      printVerdict(cli, await cli.api.call<EngagementView>('POST', '/engagements', { json, key }), source);
    });
}
