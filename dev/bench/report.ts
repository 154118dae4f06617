import { table, type Column } from '../../client/cli/table';
import type { Stack } from '../stack';
import type { HistorySize } from './histories';
import { STEPS, VERDICTS, type Driven } from './load';
import type { BenchOptions } from './options';
import type { Phase } from './phases';
import { SHOWN, type FirstPage } from './portal';
import { percentile } from './statistics';
import type { TwoWays } from './verdicts';

/** Everything that was measured. */
export interface Measured {
  sources: Stack['sources'];
  accepted: Phase;
  acceptedHistory: HistorySize;
  /** Share of a core that everything together takes while nothing is said: without engagements, and with all of them waiting. */
  idle: { before: number; waiting: number };
  barePerSecond: number;
  slow: Driven[];
  twoWays: TwoWays;
  /** To the verdict, at 20 messages a second. */
  steadyMs: number[];
  nextVerdictMs: number[];
  paid: Phase;
  paidHistory: HistorySize;
  firstPage: FirstPage;
  bundleBytes: number;
}

/** The tables that `npm run bench` prints: what was measured, beside what is wanted. Nothing is judged here. */
export function reportOf(options: BenchOptions, measured: Measured): string[] {
  const { engagements, concurrency, seed } = options;
  const { temporal, mongo } = measured.sources;
  return [
    `${engagements} engagements, ${concurrency} at once, seed ${seed}`,
    `Temporal: ${temporal.source}. MongoDB: ${mongo.kind}, ${mongo.source}.`,
    '',
    ...table(FIGURE_COLUMNS, figuresOf(options, measured)),
    '',
    ...table(timeColumns(concurrency), timesOf(measured)),
    '',
    ...table(COST_COLUMNS, measured.accepted.costs),
  ];
}

interface Figure {
  name: string;
  measured: string;
  wanted: string;
}

const FIGURE_COLUMNS: readonly Column<Figure>[] = [
  { title: 'figure', value: ({ name }) => name },
  { title: 'measured', value: ({ measured }) => measured },
  { title: 'wanted', value: ({ wanted }) => wanted },
];

function figuresOf({ engagements, paid: allPaid }: BenchOptions, measured: Measured): Figure[] {
  const {
    accepted,
    acceptedHistory,
    idle,
    barePerSecond,
    slow,
    twoWays,
    steadyMs,
    nextVerdictMs,
    paid,
    paidHistory,
    firstPage,
    bundleBytes,
  } = measured;
  const verdictsMs = slow.flatMap(({ tookMs }) => VERDICTS.map((message) => tookMs[message]));
  const workerRss = accepted.costs.find(({ name }) => name === 'worker')?.rssBytes;
  const row = (name: string, figure: string, wanted = ''): Figure => ({ name, measured: figure, wanted });
  return [
    row('engagements/s to invoice accepted', number(accepted.perSecond), '≥ 12'),
    row('engagements/s, bare workflow', number(barePerSecond)),
    row('share of the bare workflow', number(accepted.perSecond / barePerSecond, 2), '≥ 0.50'),
    row('engagements/s to paid', allPaid ? number(paid.perSecond) : 'with --paid'),
    row('verdict p50 at 2 engagements/s', ms(percentile(verdictsMs, 0.5)), '≤ 30 ms'),
    row('the API over a bare Update, p50', ms(overheadOf(twoWays), 1), '≤ 4 ms'),
    row('verdict p99 at 20 messages/s', ms(percentile(steadyMs, 0.99)), '≤ 80 ms'),
    row('history events until PaymentRequestSubmitted', String(acceptedHistory.events), '≤ 45'),
    row('history until PaymentRequestSubmitted', kB(acceptedHistory.bytes), '≤ 40 kB'),
    row('history events until paid', String(paidHistory.events), '≤ 65'),
    row('history until paid', kB(paidHistory.bytes), '≤ 40 kB'),
    row(`worker RSS after ${engagements} engagements`, MB(workerRss), '≤ 350 MB after 1000'),
    row('cpu of all processes, nothing to do', percent(idle.before)),
    row(
      `more while ${accepted.finished.length} wait for payment`,
      percent(idle.waiting - idle.before),
      '≤ 2 % of a core with 1000',
    ),
    row('worker killed and restarted: next verdict, median', ms(percentile(nextVerdictMs, 0.5)), '≤ 3000 ms'),
    row('worker killed and restarted: next verdict, longest', ms(Math.max(...nextVerdictMs)), '≤ 3000 ms'),
    row(`the portal's first page with ${SHOWN} engagements, median`, ms(percentile(firstPage.tookMs, 0.5)), '≤ 150 ms'),
    row(`the portal's first page with ${SHOWN} engagements, p99`, ms(percentile(firstPage.tookMs, 0.99))),
    row("the portal's first page, without style and script", kB(firstPage.bytes)),
    row('workflow bundle, code', MB(bundleBytes, 2), '≤ 0.80 MB'),
    row(
      'messages answered 202',
      String(accepted.finished.reduce((sum, { withoutVerdict }) => sum + withoutVerdict, 0)),
    ),
  ];
}

/** What the API adds to a message, in milliseconds. */
const overheadOf = ({ apiMs, updateMs }: TwoWays): number | undefined => {
  const [api, update] = [percentile(apiMs, 0.5), percentile(updateMs, 0.5)];
  return api === undefined || update === undefined ? undefined : api - update;
};

interface Times {
  name: string;
  busyMs: number[];
  slowMs?: number[];
}

function timesOf({ accepted, slow }: Measured): Times[] {
  const steps = STEPS.map((step) => ({
    name: step,
    busyMs: accepted.finished.map(({ tookMs }) => tookMs[step]),
    slowMs: slow.map(({ tookMs }) => tookMs[step]),
  }));
  const acceptedMs = accepted.finished.map(
    ({ redemptionSentAt, paymentRequest }) => Date.parse(paymentRequest.submittedAt ?? '') - redemptionSentAt,
  );
  return [...steps, { name: 'redemption sent → invoice accepted', busyMs: acceptedMs }];
}

function timeColumns(concurrency: number): Column<Times>[] {
  const columns = (when: string, of: (times: Times) => number[] | undefined): Column<Times>[] =>
    [50, 95, 99].map((rank) => ({
      title: `p${rank} ${when}`,
      value: (times) => {
        const values = of(times);
        return values && ms(percentile(values, rank / 100));
      },
    }));
  return [
    { title: 'time', value: ({ name }) => name },
    ...columns(`at ${concurrency} at once`, ({ busyMs }) => busyMs),
    ...columns('at 2/s', ({ slowMs }) => slowMs),
  ];
}

const COST_COLUMNS: readonly Column<Phase['costs'][number]>[] = [
  { title: 'process', value: ({ name }) => name },
  { title: 'cpu-ms per engagement', value: ({ cpuMsPerEngagement }) => number(cpuMsPerEngagement) },
  { title: 'rss afterwards', value: ({ rssBytes }) => MB(rssBytes) },
];

const number = (value: number | undefined, decimals = 1): string => value?.toFixed(decimals) ?? '–';
const percent = (share: number): string => `${number(share * 100)} % of a core`;
const ms = (value: number | undefined, decimals = 0): string => `${number(value, decimals)} ms`;
const kB = (bytes: number): string => `${number(bytes / 1_000)} kB`;
const MB = (bytes: number | undefined, decimals = 0): string =>
  bytes === undefined ? '–' : `${number(bytes / 1_000_000, decimals)} MB`;
