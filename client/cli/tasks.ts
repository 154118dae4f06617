import type { Task } from '../../contracts/tasks';
import { facts, minute, plain } from '../wording/text';

/** The open tasks on a card, each with the commands that resolve it; nothing when there are none. */
export const openTaskLines = (tasks: readonly Task[], strong: (text: string) => string): string[] =>
  tasks.length === 0 ? [] : ['', strong('Open tasks'), ...tasks.flatMap(taskLines)];

function taskLines({ taskId, title, role, accountKind, dueAt, claimedBy, instructions, resolutions }: Task): string[] {
  const due = dueAt && `due ${minute(dueAt)}`;
  const who = [`for ${role}`, accountKind && `in ${accountKind}`, due, claimedBy && `claimed by ${claimedBy}`];
  return [
    `  ${plain(title)} (${plain(facts(...who))})`,
    ...instructions.split('\n').map((line) => `    ${plain(line)}`),
    ...resolutions.map((resolution) => `    engagements resolve ${plain(taskId)} ${plain(resolution)}`),
  ];
}
