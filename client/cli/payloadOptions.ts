import type { Command } from 'commander';
import { collect, readKey } from './cli';
import { fieldsOf, shapeOf } from './fields';
import { aligned } from './table';

/** The options by which a command takes a payload. */
export function withPayloadOptions(command: Command): Command {
  return command
    .option('--set <field=value>', 'one field, dotted for a field within another; repeatable', collect)
    .option('--file <file>', 'the payload in a JSON file')
    .option('--json [payload]', 'answer in JSON; the payload, too, may be given here');
}

/** The option by which the caller names a POST. */
export const withKeyOption = (command: Command): Command =>
  command.option('--key <key>', 'Idempotency-Key, to repeat a call (default: a new one)', readKey);

/** The fields of a payload for a command's help. */
export function payloadHelp(schema: Parameters<typeof shapeOf>[0]): string {
  const rows = fieldsOf(shapeOf(schema)).map(({ path, needed, rule }) => [path, needed, rule]);
  return ['', 'Fields:', ...aligned(rows).map((row) => `  ${row}`)].join('\n');
}
