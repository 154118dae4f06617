import { Gauge } from 'prom-client';
import {
  BATCH_DEADLINE_KINDS,
  BATCH_STAGES,
  DEADLINE_KINDS,
  PARTNER_DEADLINE_KINDS,
  PAYMENT_STATUSES,
  STAGES,
  TASK_KINDS,
} from '../../contracts/names';
import type { Audit } from '../../records/audit';
import type { FigureReader, Figures } from '../../records/figures';
import { missingParts, type Parts } from '../../telemetry/parts';
import { registry, type Refresh } from './metrics';

/** How things stand, as gauges. They are read from MongoDB here and nowhere else: what reads them must not depend on the worker. */

const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
  new Gauge<Label>({ name, help, labelNames, registers: [registry] });

const engagements = gauge('planning_engagements', 'Engagements, by stage', ['stage']);
const oldest = gauge(
  'planning_engagement_oldest_seconds',
  'Time since what brought the oldest engagement of a stage there, after a cancelled reservation still the assignment; 0 where none is',
  ['stage'],
);
const requests = gauge(
  'planning_payment_requests',
  'Payment requests of engagements whose money is awaited, by status; `unknown` waits for a person',
  ['status'],
);
const deadlines = gauge(
  'planning_deadlines_overdue',
  'Deadlines of engagements, partners and open batches that have passed and were not acted upon, by kind',
  ['kind'],
);
const tasks = gauge('planning_tasks_open', 'Open tasks, by kind', ['kind']);
const unclaimed = gauge('planning_tasks_unclaimed', 'Open tasks that nobody has claimed, by kind', ['kind']);
const overdue = gauge('planning_tasks_overdue', 'Open tasks whose due date has passed, by kind', ['kind']);
const oldestTask = gauge(
  'planning_task_oldest_seconds',
  'Age of the oldest open task, by kind; 0 where there is none',
  ['kind'],
);
const batches = gauge('planning_batches', 'Batches of payment requests, by stage', ['stage']);
const isRead = gauge(
  'planning_figures_up',
  '1 while all planning_… figures are read from MongoDB, 0 while they are not',
  [],
);
const waiting = gauge('audit_entries_waiting', 'Entries of the audit that wait in memory because MongoDB is away', []);
const parts = gauge('api_part_up', '1 while a part that the API needs answers', ['part']);

const OF_FIGURES = [engagements, oldest, requests, deadlines, tasks, unclaimed, overdue, oldestTask, batches];

/** However often it is asked, and by however many, MongoDB counts no oftener than this. */
const FRESH_MS = 5_000;

interface Sources {
  records: { figures: FigureReader; audit: Pick<Audit, 'waits'> };
  needs: Parts;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Brings the gauges up to date. While MongoDB is away there are no figures, rather than old ones. */
export function createRefresh({ records, needs, now = Date.now }: Sources): Refresh {
  let readAtMs = -Infinity;
  let reading = Promise.resolve();

  const readFigures: Refresh = async (log) => {
    try {
      show(await records.figures.read(new Date(now()).toISOString()), now());
      isRead.set(1);
    } catch (err) {
      for (const figure of OF_FIGURES) figure.reset();
      isRead.set(0);
      log.warn({ err }, 'how things stand cannot be read');
    }
  };

  return async (log) => {
    waiting.set(records.audit.waits());
    if (now() - readAtMs >= FRESH_MS) {
      readAtMs = now();
      reading = readFigures(log);
    }
    const [missing] = await Promise.all([missingParts(needs), reading]);
    for (const part of Object.keys(needs)) parts.set({ part }, missing.includes(part) ? 0 : 1);
  };
}

function show(figures: Figures, nowMs: number): void {
  const ageOf = (since: string | undefined) =>
    since === undefined ? 0 : Math.max(0, nowMs - Date.parse(since)) / 1_000;
  zero(engagements, 'stage', STAGES);
  zero(oldest, 'stage', STAGES);
  for (const { stage, count, since } of figures.engagements) {
    engagements.set({ stage }, count);
    oldest.set({ stage }, ageOf(since));
  }
  zero(requests, 'status', PAYMENT_STATUSES);
  for (const { status, count } of figures.paymentRequests) requests.inc({ status }, count);
  for (const kinds of [DEADLINE_KINDS, PARTNER_DEADLINE_KINDS, BATCH_DEADLINE_KINDS]) zero(deadlines, 'kind', kinds);
  for (const { kind, count } of figures.deadlines) deadlines.inc({ kind }, count);
  for (const figure of [tasks, unclaimed, overdue, oldestTask]) zero(figure, 'kind', TASK_KINDS);
  for (const task of figures.tasks) {
    const { kind } = task;
    tasks.set({ kind }, task.count);
    unclaimed.set({ kind }, task.unclaimed);
    overdue.set({ kind }, task.overdue);
    oldestTask.set({ kind }, ageOf(task.since));
  }
  zero(batches, 'stage', BATCH_STAGES);
  for (const { stage, count } of figures.batches) batches.set({ stage }, count);
}

/** What there is none of is 0 and not absent, so that an alert can tell the two apart. */
function zero<Label extends string>(figure: Gauge<Label>, label: Label, values: readonly string[]): void {
  for (const value of values) figure.set({ [label]: value } as Record<Label, string>, 0);
}
