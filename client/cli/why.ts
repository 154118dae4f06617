import { PLACEHOLDERS, type TaskExplained, type Way, type Why } from '../../domain/why/why';
import { aligned } from './table';
import { plain } from '../wording/text';

type Strong = (text: string) => string;

/** Why something is where it is, in lines for a person. `name` is what it is called, `engagement E-1001`. */
export function whyLines(name: string, why: Why, strong: Strong): string[] {
  const { where, waitsFor, otherwise, ways, refused, atRisk, tasks } = why;
  return [
    strong(plain(name)),
    `  ${plain(where)}`,
    '',
    strong('What it waits for'),
    `  ${plain(waitsFor)}`,
    `  If nobody does anything: ${plain(otherwise)}`,
    ...wayLines(ways, '  '),
    ...section('Refused', strong, ...refused.map((no) => `  ${plain(no)}`)),
    ...section('At risk', strong, ...atRisk.map((risk) => `  ${plain(risk)}`)),
    ...section('Open tasks', strong, ...tasks.flatMap((task) => taskLines(task, strong))),
    ...section('In these commands', strong, ...legend([...ways, ...tasks.flatMap((task) => task.ways)])),
  ];
}

const section = (title: string, strong: Strong, ...lines: string[]): string[] =>
  lines.length === 0 ? [] : ['', strong(title), ...lines];

const taskLines = ({ taskId, title, who, instructions, means, ways }: TaskExplained, strong: Strong): string[] => [
  `  ${strong(plain(title))} (${plain(who)})`,
  `    ${plain(taskId)}`,
  ...instructions.map((line) => `    ${plain(line)}`),
  `    ${plain(means)}`,
  ...wayLines(ways, '    '),
];

const wayLines = (ways: readonly Way[], indent: string): string[] =>
  ways.flatMap(({ leadsTo, command }) => [`${indent}- ${plain(leadsTo)}:`, `${indent}    ${plain(command)}`]);

/** The capital words that occur, and what each takes. */
function legend(ways: readonly Way[]): string[] {
  const used = new Set(ways.flatMap(({ command }) => command.match(/\b[A-Z]{2,}$|(?<==)[A-Z]{2,}\b/gm) ?? []));
  return aligned(Object.entries(PLACEHOLDERS).filter(([word]) => used.has(word))).map((line) => `  ${line}`);
}
