import { styleText } from 'node:util';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import type { CliConfig } from '../../config/cli';
import { daySchema, idSchema } from '../../contracts/common';
import { messageIdSchema } from '../../contracts/messages';
import { createApi, type Api } from './http';

/** The two streams and the environment of the process, or a test's. */
export interface Io {
  env: NodeJS.ProcessEnv;
  stdout: Output;
  stderr: Output;
}
interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** What every command works with. */
export interface Cli {
  config: CliConfig;
  api: Api;
  /** Writes lines to stdout. */
  print: (...lines: string[]) => void;
  /** Writes lines to stderr: for the person, not for the program that reads the output. */
  note: (...lines: string[]) => void;
  /** As `note`, where somebody looks on: on a terminal. */
  progress: (line: string) => void;
  /** Bold on a terminal. */
  strong: (text: string) => string;
}

export function createCli(config: CliConfig, { env, stdout, stderr }: Io): Cli {
  const writer =
    (output: Output) =>
    (...lines: string[]) =>
      void output.write(lines.map((line) => `${line}\n`).join(''));
  return {
    config,
    api: createApi(config),
    print: writer(stdout),
    note: writer(stderr),
    progress: (line) => stderr.isTTY && writer(stderr)(line),
    strong: (text) => styled('bold', text, stdout, env),
  };
}

/** Text in a style where there is a terminal that shows it and nobody asked for none (no-color.org). */
export const styled = (style: 'bold' | 'red', text: string, { isTTY }: Output, env: NodeJS.ProcessEnv): string =>
  isTTY && !env['NO_COLOR'] ? styleText(style, text, { validateStream: false }) : text;

/** The options by which a list is printed in another form than a table. */
export const withFormOptions = (command: Command, json = ''): Command =>
  command
    .option('--json', ['answer in JSON', json].filter((text) => text !== '').join(', '))
    .addOption(new Option('--csv', 'the whole list as CSV, for a spreadsheet').conflicts(['json', 'limit', 'after']));

/** The examples at the end of a command's help. */
export const examples = (...lines: string[]): string =>
  ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');

const checked =
  (schema: z.ZodType<string>) =>
  (given: string): string => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => message).join('; '));
  };

/** Readers of arguments that end up in an address or a header. @throws InvalidArgumentError */
export const readId = checked(idSchema);
export const readDay = checked(daySchema);
export const readKey = checked(messageIdSchema);
export const readPerson = checked(z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,199}$/, 'up to 200 ASCII characters'));
export const readVersion = checked(z.string().regex(/^\d+$/, 'a version as show --json prints it'));

export const readUtcOffset = checked(z.string().regex(/^[+-]\d{2}:\d{2}$/, 'an offset such as +01:00'));

/** A day stands for its first instant in UTC. */
export const readInstant = checked(
  z
    .string()
    .transform((given) => (daySchema.safeParse(given).success ? `${given}T00:00:00Z` : given))
    .pipe(z.iso.datetime({ offset: true, error: 'a day, YYYY-MM-DD, or an instant' })),
);

/** Collects a repeatable option. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];
