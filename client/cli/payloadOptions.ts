import type { Command } from 'commander';
import { collect, readKey } from './cli';
import { fieldsOf, shapeOf } from '../wording/fields';
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

/** A command with the `--set` arguments that make its payload, quoted for a shell, one a line. */
export function withSetArguments(command: string, payload: object): string {
  const assignments = leaves(payload).map(([path, value]) => `--set ${quoted(`${path}=${value}`)}`);
  return [command, ...assignments].join(' \\\n    ');
}

function leaves(value: unknown, path = ''): [string, string][] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return [[path, value.join(',')]];
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([step, part]) => leaves(part, path === '' ? step : `${path}.${step}`));
}

const quoted = (text: string): string => (/^[\w.,:@=-]+$/.test(text) ? text : `'${text}'`);
