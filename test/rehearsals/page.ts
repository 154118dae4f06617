import { table } from '../../dev/docs/markdown';
import type { Evidence } from './rehearsal';
import { anchorOf } from './runbook';

/** `docs/rehearsals.md`: all rehearsals, and what each saw, in the order of their numbers. */
export function rehearsalsPage(evidence: readonly Evidence[]): string {
  const inOrder = [...evidence].sort((one, other) => numberOf(one) - numberOf(other));
  const passed = inOrder.filter((one) => one.passed).length;
  return [
    '# Rehearsals of the runbook',
    '',
    '`npm run rehearse` writes this page. It makes each exception happen on real servers, looks at what support staff sees, runs the commands of',
    'the [runbook](runbook.md) by the CLI as whoever they are for, and checks what is shown then. `npm test` does the same.',
    '',
    `**${passed} of ${inOrder.length} passed.**`,
    '',
    table(['#', 'what happens', 'passed', 'commands'], inOrder.map(rowOf)),
    '',
    ...inOrder.flatMap(sectionOf),
  ].join('\n');
}

const numberOf = ({ procedure }: Evidence): number => Number(procedure.exception.slice(1));

const headingOf = ({ procedure: { exception, title } }: Evidence): string => `${exception} ${title}`;

const rowOf = (evidence: Evidence): string[] => {
  const { exception, title, commands } = evidence.procedure;
  const link = `[${exception}](#${anchorOf(headingOf(evidence))})`;
  return [link, title, evidence.passed ? 'pass' : 'FAIL', String(commands.length)];
};

function sectionOf(evidence: Evidence): string[] {
  const { card, why, ran, whyAfter } = evidence;
  const procedure = `runbook.md#${anchorOf(headingOf(evidence))}`;
  return [
    `## ${headingOf(evidence)}`,
    '',
    `[What to do](${procedure}). The card in the Temporal UI:`,
    '',
    ...block('md', card),
    'What `why` says:',
    '',
    ...block('text', why),
    'The commands, with what they answered:',
    '',
    ...block('text', ran.map(({ command, answer }) => `$ ${command}\n${answer}`).join('\n')),
    'What `why` says now:',
    '',
    ...block('text', whyAfter),
  ];
}

const block = (language: string, text = 'nothing'): string[] => [`\`\`\`${language}`, text.trim(), '```', ''];
