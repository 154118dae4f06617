import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { examples } from '../cli';

const NAME = 'completion';

/** `completion`: a script that teaches a shell the words of this program as they are now; so it is added last. */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: NAME });
  program.commands
    .find((command) => command.name() === NAME)
    ?.description('print a completion script for zsh, bash, fish or powershell')
    .addHelpText(
      'after',
      examples('source <(engagements completion bash)', 'engagements completion zsh > ~/.zsh/_engagements'),
    );
}
