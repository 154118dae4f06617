import { DIFFERENCE_GROUPS, type Difference, type ReconciliationResult } from '../../contracts/reconciliation';
import { aligned, table, type Column } from './table';
import { facts, moneyText, plain } from '../wording/text';

/** Findings by which the exit code is not 0. A workflow that was behind is at work again and is none. */
export const differencesIn = ({ counts }: ReconciliationResult): number =>
  counts.missingThere + counts.missingHere + counts.amountDiffers + counts.terminated;

const MEANINGS: [count: keyof ReconciliationResult['counts'], title: string, meaning: string][] = [
  ['missingThere', 'Missing there', 'on record here, not at SAVB'],
  ['missingHere', 'Missing here', 'at SAVB, not on record here'],
  ['amountDiffers', 'Amount differs', 'over one amount here, over another at SAVB'],
];

type Row = Difference & { group: string };

const side = (given: Difference['here']): string | undefined =>
  given && facts(given.amount && moneyText(given.amount), given.microsoftReferenceNumber);

const differenceColumns: Column<Row>[] = [
  { title: 'difference', value: ({ group }) => group },
  { title: 'reference', value: ({ reference }) => reference },
  { title: 'partner', value: ({ partnerId }) => partnerId },
  { title: 'here', value: ({ here }) => side(here) },
  { title: 'SAVB', value: ({ there }) => side(there) },
  { title: 'why', value: ({ why }) => why },
];

const sumColumns: Column<ReconciliationResult['sums'][number]>[] = [
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'here', value: ({ currency, here }) => moneyText({ currency, minor: here }) },
  { title: 'SAVB', value: ({ currency, there }) => moneyText({ currency, minor: there }) },
];

const terminatedColumns: Column<ReconciliationResult['terminated'][number]>[] = [
  { title: 'not running', value: ({ workflowId }) => workflowId },
  { title: 'partner', value: ({ partnerId }) => partnerId },
  { title: 'stage', value: ({ stage }) => stage },
  { title: 'status', value: ({ workflow }) => workflow },
];

type Strong = (text: string) => string;

/** A reconciliation in lines for a person. */
export const reconciliationLines = (result: ReconciliationResult, strong: Strong): string[] => [
  ...(result.savb === 'byHand'
    ? ['SAVB has no API here (SAVB_MODE=manual): only a person can compare its list with ours.']
    : booksLines(result, strong)),
  ...workflowLines(result, strong),
];

function booksLines(result: ReconciliationResult, strong: Strong): string[] {
  const { matched, underWay, counts, sums, tasks } = result;
  const rows = DIFFERENCE_GROUPS.flatMap((group) => result[group].map((difference) => ({ ...difference, group })));
  return [
    ...aligned([
      ['Matched', String(matched), 'the same on both sides'],
      ['Under way', String(underWay), 'too young to be judged'],
      ...MEANINGS.map(([count, title, meaning]) => [title, String(counts[count]), meaning]),
    ]),
    ...section(differenceColumns, rows, counts.missingThere + counts.missingHere + counts.amountDiffers, strong),
    ...section(sumColumns, sums, sums.length, strong),
    ...(tasks.opened + tasks.closed > 0 ? ['', `Tasks: ${tasks.opened} opened, ${tasks.closed} closed`] : []),
  ];
}

function workflowLines({ terminated, woken, counts }: ReconciliationResult, strong: Strong): string[] {
  return [
    ...section(terminatedColumns, terminated, counts.terminated, strong),
    ...woken.flatMap(({ workflowId, version, workflowVersion }) => [
      '',
      `Woken: ${plain(workflowId)}, at version ${workflowVersion} while its record was at ${version}`,
    ]),
    ...(counts.woken > woken.length ? [`… and ${counts.woken - woken.length} more`] : []),
  ];
}

/** A table with a line before it, and how many rows are not shown; nothing when there are none. */
function section<Row>(columns: readonly Column<Row>[], rows: readonly Row[], count: number, strong: Strong): string[] {
  if (rows.length === 0) return [];
  const [titles = '', ...lines] = table(columns, rows);
  return ['', strong(titles), ...lines, ...(count > rows.length ? [`… and ${count - rows.length} more`] : [])];
}
