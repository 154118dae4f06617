import { table, type Column } from '../../../client/cli/table';
import type { EngagementView } from '../../../contracts/engagement';
import { groupBy, type Check } from './checks/check';
import type { StormOptions } from './options';
import { PARTS } from './schedule';
import type { StormResult } from './storm';

const MOST_TOLD = 20;

export const violationsOf = ({ checks }: Pick<StormResult, 'checks'>): number =>
  checks.reduce((sum, { violations }) => sum + violations.length, 0);

/** The command that repeats a storm. */
export const commandOf = ({ engagements, seed, savbDeduplicates }: StormOptions): string =>
  `npm run chaos -- --engagements ${engagements} --seed ${seed} --savb-deduplicates ${savbDeduplicates ? 'yes' : 'no'}`;

/** What `npm run chaos` prints: what was done to whom, what held, and how to do it again. */
export function reportOf(options: StormOptions, result: StormResult): string[] {
  const { engagements, seed, savbDeduplicates } = options;
  const { checks, parts, savb, evidence, healing, sources, tookMs } = result;
  const violations = violationsOf(result);
  return [
    `${engagements} engagements, seed ${seed}, SAVB ${savbDeduplicates ? 'de-duplicates' : 'does not de-duplicate'}`,
    `Temporal: ${sources.temporal.source}. MongoDB: ${sources.mongo.kind}, ${sources.mongo.source}.`,
    `storm ${seconds(tookMs.storm)}, healing ${seconds(healing.tookMs)}, with start and checks ${seconds(tookMs.all)}`,
    '',
    ...table(
      SUFFERED,
      PARTS.map((name) => ({ name, ...parts[name].counts })),
    ),
    '',
    ...table(COUNTED('counted'), countsOf(result)),
    '',
    ...table(COUNTED('fault at SAVB'), Object.entries(savb.byFault)),
    '',
    ...table(COUNTED('engagements in the end'), endingsOf(evidence.engagements)),
    '',
    ...table(CHECKED, checks),
    ...checks.flatMap(tellViolations),
    '',
    violations === 0 ? 'Everything held.' : `${violations} violations.`,
    `Again: ${commandOf(options)}`,
  ];
}

function countsOf({ savb, evidence: { log, workflows, reconciliation }, healing }: StormResult): Counted[] {
  const seen = [...workflows.values()];
  return [
    ['messages acknowledged', log.acknowledged.length],
    ['calls made again', log.retries],
    ['calls to SAVB in the storm', savb.calls],
    ['of these met a fault', `${savb.faults} (${percent(savb.faults, savb.calls)})`],
    ['workflow tasks that broke', seen.reduce((sum, { broken }) => sum + broken, 0)],
    ['workflows reset', healing.reset],
    [
      'workflows woken by the reconciliation',
      reconciliation.status === 'completed' ? reconciliation.counts.woken : '–',
    ],
    ['ended and cannot be asked any more', seen.filter(({ timeline, result }) => !timeline && result).length],
  ];
}

function endingsOf(views: readonly EngagementView[]): Counted[] {
  const endings = groupBy(views, ({ stage, tasks }) => {
    const open = tasks.filter(({ status }) => status === 'open').map(({ kind }) => kind);
    return open.length > 0 ? `${stage}, ${open.join(' and ')}` : stage;
  });
  return [...endings].map(([ending, those]) => [ending, those.length]);
}

function tellViolations({ invariant, rule, violations }: Check): string[] {
  if (violations.length === 0) return [];
  const more = violations.length - MOST_TOLD;
  return [
    '',
    `${invariant} does not hold: ${rule}`,
    ...violations.slice(0, MOST_TOLD).map((violation) => `  ${violation}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

type Suffered = StormResult['parts'][keyof StormResult['parts']]['counts'] & { name: string };
const SUFFERED: readonly Column<Suffered>[] = [
  { title: 'process', value: ({ name }) => name },
  { title: 'killed', value: ({ kill }) => kill },
  { title: 'paused', value: ({ pause }) => pause },
  { title: 'ended by itself', value: ({ ownEnd }) => ownEnd },
];

type Counted = [what: string, times: number | string];
const COUNTED = (title: string): Column<Counted>[] => [
  { title, value: ([what]) => what },
  { title: 'times', value: ([, times]) => times },
];

const CHECKED: readonly Column<Check>[] = [
  { title: '', value: ({ invariant }) => invariant },
  { title: 'invariant', value: ({ rule }) => rule },
  { title: 'checked', value: ({ checked }) => checked },
  { title: 'violations', value: ({ violations }) => violations.length },
];

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(0)} s`;
const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
