import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { durationSchema } from '../../../config/read';
import type { EngagementView } from '../../../contracts/engagement';
import { EVENT_TYPES, isFinalStage, STAGES } from '../../../contracts/names';
import type { EngagementEvent } from '../../../domain/engagement/events';
import { examples, readId, type Cli } from '../cli';
import { eventCells } from '../../wording/events';
import { ApiFailure, Unreachable } from '../failures';
import { awaitingText, facts } from '../../wording/text';

interface WatchOptions {
  /** Milliseconds between two looks. */
  every: number;
  json?: true;
}

/** `watch`: the timeline of an engagement, live, until its business is over. */
export function addWatch(program: Command, cli: Cli): void {
  program
    .command('watch')
    .description('follow the timeline of an engagement until its business is over')
    .argument('<engagementId>', 'the engagement', readId)
    .option('--every <duration>', 'how often to look, such as 500ms or 1min', readDuration, 2_000)
    .option('--json', 'one event per line in JSON')
    .addHelpText('after', examples('engagements watch E-1001', 'engagements watch E-1001 --json | jq -r .type'))
    .action((engagementId: string, options: WatchOptions) => watch(cli, `/engagements/${engagementId}`, options));
}

function readDuration(given: string): number {
  const { data, error } = durationSchema.safeParse(given);
  if (error) throw new InvalidArgumentError(error.issues.map(({ message }) => message).join('; '));
  return data;
}

async function watch({ api, print, note, progress }: Cli, path: string, { every, json }: WatchOptions): Promise<void> {
  let version = 0;
  let away = false;

  /** Prints what is new; true when the business is over. The view comes first, so the timeline is never behind it. */
  async function look(): Promise<boolean> {
    const { body: view } = await api.call<EngagementView>('GET', path);
    if (view.version > version) {
      const { body: timeline } = await api.call<{ items: EngagementEvent[] }>('GET', `${path}/timeline`);
      const fresh = timeline.items.filter((event) => event.version > version);
      print(...fresh.map((event) => (json ? JSON.stringify(event) : lineOf(event))));
      version = fresh.at(-1)?.version ?? version;
      progress(progressOf(view));
    }
    return isFinalStage(view.stage);
  }

  /** As `look`; once something was seen, a failure that passes is told once and waited out. */
  async function keepLooking(): Promise<boolean> {
    try {
      const over = await look();
      away = false;
      return over;
    } catch (error) {
      if (version === 0 || !passes(error)) throw error;
      if (!away) note(`${error.message}; still watching`);
      away = true;
      return false;
    }
  }

  while (!(await keepLooking())) await pause(every);
}

/** The stages of an engagement that goes well, in their order. */
const STEPS = STAGES.slice(0, STAGES.indexOf('paid') + 1);

/** How far it has come, and what it waits for; one that ended otherwise says how. */
function progressOf({ stage, awaiting, tasks }: EngagementView): string {
  const done = (STEPS as readonly string[]).indexOf(stage) + 1;
  if (done === 0) return `  it is over: ${stage}`;
  const bar = '■'.repeat(done) + '□'.repeat(STEPS.length - done);
  const open = tasks.length > 0 ? `${tasks.length} open ${tasks.length === 1 ? 'task' : 'tasks'}` : undefined;
  return `  ${bar} ${facts(stage, awaiting && `waiting for ${awaitingText(awaiting)}`, open)}`;
}

const longestType = Math.max(...EVENT_TYPES.map((type) => type.length));

/** Lines come one by one, so their columns are as wide as the widest there can be. */
function lineOf(event: EngagementEvent): string {
  const [at, version, type, ...rest] = eventCells(event);
  return [at, version.padStart(3), type.padEnd(longestType), ...rest].join('  ').trimEnd();
}

/** Failures that pass by themselves do not end a watch that has begun. */
const passes = (error: unknown): error is Unreachable | ApiFailure =>
  error instanceof Unreachable ||
  (error instanceof ApiFailure && (error.problem.status >= 500 || error.problem.status === 429));
