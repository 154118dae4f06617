import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ROLES, type Role } from '../../contracts/names';
import { inRepository } from '../../dev/repository';
import { people } from '../../domain/why/why';

/** The four parts of each procedure, in their order. */
export const PARTS = ['You see', 'It means', 'Do', 'Check'] as const;
type Part = (typeof PARTS)[number];

/** What docs/runbook.md says about one exception. */
export interface Procedure {
  /** `E2`. */
  exception: string;
  title: string;
  /** The text of each part that there is, in one line. */
  parts: Partial<Record<Part, string>>;
  /** Who runs the commands. */
  who: Role | undefined;
  /** Lines for a shell. */
  commands: string[];
}

export const page = (): string => readFileSync(inRepository('docs', 'runbook.md'), 'utf8');

/** The procedures of the exceptions, in the order of the page. */
export const procedures = (): Procedure[] =>
  [...page().matchAll(/^## (E\d+) (.+)\n([^]*?)(?=^#{1,2} |$(?![^]))/gm)].map(
    ([, exception = '', title = '', text = '']) => {
      const parts = partsOf(text);
      return { exception, title, parts, who: whoDoes(parts.Do ?? ''), commands: commandsIn(text) };
    },
  );

/** What the page says about an exception. */
export function procedureOf(exception: string): Procedure {
  const found = procedures().find((procedure) => procedure.exception === exception);
  if (!found) throw new Error(`docs/runbook.md has no section ${exception}`);
  return found;
}

/** The words a part says are shown, as they are shown. */
export const quotedIn = (text = ''): string[] => [...text.matchAll(/“([^”]+)”/g)].map(([, words = '']) => words);

export const partsOf = (text: string): Procedure['parts'] =>
  Object.fromEntries(
    text.split(new RegExp(`^(?=\\*\\*(?:${PARTS.join('|')})\\*\\*)`, 'm')).flatMap((part) => {
      const [, name, said = ''] = /^\*\*([^*]+)\*\*([^]*)$/.exec(part) ?? [];
      return name === undefined
        ? []
        : [
            [
              name,
              said
                .replace(/```sh\n[^]*?```/g, '')
                .replace(/\s+/g, ' ')
                .trim(),
            ],
          ];
    }),
  );

export const commandsIn = (text: string): string[] =>
  [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) =>
    block
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .filter((line) => line.trim() !== ''),
  );

const whoDoes = (doing: string): Role | undefined => ROLES.find((role) => doing.startsWith(`, as ${people(role)}`));

/** Puts in what stands for each word in `<…>`. */
export const filling =
  (words: Record<string, string>) =>
  (text: string): string =>
    text.replace(/<(\w+)>/g, (placeholder, name: string) => {
      const word = words[name];
      if (word === undefined) throw new Error(`nothing is known for ${placeholder}`);
      return word;
    });

/** The words of a command after `engagements`, as a shell reads them. */
export function wordsOf(command: string): string[] {
  const [, rest = ''] = /^engagements (.+)$/.exec(command) ?? [];
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${rest}`], { encoding: 'utf8' });
  return read.split('\0').slice(0, -1);
}

/** The anchor of a heading, as GitHub makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
