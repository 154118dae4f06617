import type { TaskExplained, Way, Why } from './why';

const wayLine = ({ leadsTo, command }: Way): string => `- ${leadsTo}: \`${command}\``;

/** Why something is where it is, as Markdown for a card; `facts` are further points of its list. */
export function whyLines({ where, waitsFor, otherwise, ways, refused, atRisk }: Why, ...facts: string[]): string[] {
  const points = [
    ...refused.map((no) => `- **Refused:** ${no}`),
    ...ways.map(wayLine),
    ...atRisk.map((risk) => `- **At risk:** ${risk}`),
    ...facts,
  ];
  return [where, '', `**${waitsFor}** ${otherwise}`, '', ...points, ...(points.length > 0 ? [''] : [])];
}

/**
 * The open tasks as Markdown, each with what it means and the command for each way out. Nothing is a list within a list: the
 * Temporal UI runs those together.
 */
export const taskLines = ({ tasks }: Why): string[] => tasks.flatMap(linesOf);

const linesOf = ({ title, who, instructions, means, ways }: TaskExplained): string[] => [
  `**Open task: ${title}** (${who})`,
  '',
  ...instructions.flatMap((line) => [line, '']),
  `_${means}_`,
  '',
  ...ways.map(wayLine),
  ...(ways.length > 0 ? [''] : []),
];
