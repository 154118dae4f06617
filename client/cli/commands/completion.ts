import type { Command } from 'commander';
import { examples, type Cli } from '../cli';

/** `completion`: a script that teaches bash, or zsh by way of bash's rules, the words of this program. */
export function addCompletion(program: Command, cli: Cli): void {
  program
    .command('completion')
    .description('print a completion script for bash and zsh')
    .addHelpText(
      'after',
      examples(
        'source <(engagements completion)',
        'autoload -U bashcompinit && bashcompinit && source <(engagements completion)   in zsh',
      ),
    )
    .action(() => cli.print(...scriptFor(program)));
}

function scriptFor(program: Command): string[] {
  const commands = commandsBelow(program, '');
  return [
    '_engagements() {',
    '  local at="" word',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    `    case "$at/$word" in ${commands.flatMap(({ path }) => path || []).join(' | ')}) at="$at/$word" ;; esac`,
    '  done',
    '  case "$at" in',
    ...commands.map(({ path, words }) => `    "${path}") COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$2")) ;;`),
    '  esac',
    '}',
    'complete -o default -F _engagements engagements',
  ];
}

function commandsBelow(command: Command, path: string): { path: string; words: string[] }[] {
  const { commands, options } = command;
  const words = [...commands.map((below) => below.name()), ...options.flatMap(({ long }) => long ?? []), '--help'];
  return [{ path, words }, ...commands.flatMap((below) => commandsBelow(below, `${path}/${below.name()}`))];
}
