import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Stage } from '../../contracts/names';
import { dayOf } from '../../domain/days';
import { bundleFile } from '../../worker/bundle';
import { samplePartners } from '../sample/partners';
import { urlOf } from '../settings';
import { startStack, type Stack } from '../stack';
import { freeStackPorts } from '../stackPorts';
import { stopOnRequest } from '../stopOnRequest';
import { runBare } from './bare';
import { codeBytesOf } from './bundle';
import { longestHistory } from './histories';
import { openLoad, type Load } from './load';
import { openMilestones, type Milestones } from './milestones';
import { readOptions, type BenchOptions } from './options';
import { idleShare, runPhase, runSlowly } from './phases';
import { SHOWN, visitFirstPage } from './portal';
import { timeToNextVerdict } from './recovery';
import { reportOf } from './report';
import { besideBareUpdate, steadily } from './verdicts';

const TIME_LIMIT_MS = 20 * 60_000;
const WARM_UP = 100;
const SLOW = { engagements: 30, everyMs: 500 };
const PAIRS = 200;
const STEADY = { perSecond: 20, seconds: 30 };
const KILLS = 3;
const HISTORIES = 5;
const IDLE_MS = 30_000;

interface Course {
  /** How far engagements go. */
  until: Stage;
  settings: NodeJS.ProcessEnv;
}

/** SAVB does not move: what comes after the invoice is accepted stays out of the measure. */
const ACCEPTED: Course = {
  until: 'paymentRequested',
  settings: { SAVB_SANDBOX_PACE: 'manual', SAVB_POLL_INTERVAL: '1h' },
};

/** Quick, and slow enough that `approved` and `paid` are each seen. */
const PAID: Course = { until: 'paid', settings: { SAVB_SANDBOX_PACE: '400ms', SAVB_POLL_INTERVAL: '200ms' } };

const signal = AbortSignal.any([stopOnRequest(), AbortSignal.timeout(TIME_LIMIT_MS)]);
const say = (line: string): void => console.error(line);

/** `npm run bench`: the real stack on free ports and passing data, measured, beside a bare workflow on the same servers. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const accepted = await onStack(options, ACCEPTED, measureUntilAccepted);
  const paid = await onStack(options, PAID, measureUntilPaid);
  const measured = { ...accepted, ...paid, bundleBytes: codeBytesOf(await readFile(bundleFile(), 'utf8')) };
  for (const line of reportOf(options, measured)) console.log(line);
}

interface Bench extends BenchOptions {
  until: Stage;
  stack: Stack;
  load: Load;
  milestones: Milestones;
  run: string;
  /** Share of a core that the stack takes before anything was said to it. */
  idleBefore: number;
}

/** Starts a stack, measures, and stops and removes everything; after a failure its files stay. */
async function onStack<T>(
  options: BenchOptions,
  { until, settings }: Course,
  measure: (bench: Bench) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'planning-services-bench-'));
  const told: string[] = [];
  say('Starting the stack');
  const env = { ...process.env, ...settings };
  const starting = startStack({ dataDir, ports: await freeStackPorts(), say: (line) => told.push(line), env, signal });
  const stack = await starting.catch((error: Error) => {
    throw new Error([...told, error.message].join('\n'));
  });
  try {
    const result = await Promise.race([measureOn(stack, { ...options, until }, measure), stopped()]);
    await stack.stop();
    await rm(dataDir, { recursive: true });
    return result;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

async function measureOn<T>(
  stack: Stack,
  options: BenchOptions & { until: Stage },
  measure: (bench: Bench) => Promise<T>,
): Promise<T> {
  const { ports, settings } = stack;
  const today = dayOf(new Date().toISOString(), '+00:00');
  const [partner] = samplePartners(today);
  const run = `bench-${randomUUID().slice(0, 8)}`;
  const [apiUrl, issuerUrl] = [urlOf(ports.api), urlOf(ports.issuer)];
  const load = await openLoad({ apiUrl, issuerUrl, partner, today, run, seed: options.seed });
  const milestones = await openMilestones(settings.MONGODB_URI);
  try {
    say('Listening to the silence');
    const bench = { ...options, stack, load, milestones, run, idleBefore: await idleShare(stack, IDLE_MS) };
    say('Warming up');
    await load.drive('first', 0);
    await load.registerWithSavb();
    await runPhase(bench, { ...bench, name: 'warm', engagements: Math.min(WARM_UP, options.engagements) });
    return await measure(bench);
  } finally {
    await milestones.close();
  }
}

async function measureUntilAccepted(bench: Bench) {
  const { stack, load, run, engagements, concurrency } = bench;
  const { settings, sources, logs, processes } = stack;
  say(`${engagements} engagements until the invoice is accepted`);
  const accepted = await runPhase(bench, { ...bench, name: 'accepted' });
  const ids = accepted.finished.slice(-HISTORIES).map(({ engagementId }) => engagementId);
  const acceptedHistory = await longestHistory(settings, ids, 'PaymentRequestSubmitted');
  say(`${engagements} engagements wait for their payment`);
  const idle = { before: bench.idleBefore, waiting: await idleShare(stack, IDLE_MS) };
  say(`${engagements} engagements of a bare workflow`);
  const log = path.join(logs, 'bare.log');
  const warmUp = Math.min(WARM_UP, engagements);
  const barePerSecond = await runBare({ settings, run, warmUp, engagements, concurrency, log });
  const slowOnes = Math.min(SLOW.engagements, engagements);
  say(`${slowOnes} engagements at 2 a second`);
  const slow = await runSlowly(load, slowOnes, SLOW.everyMs);
  say(`${PAIRS} messages through the API, and as many straight to the workflow`);
  const twoWays = await besideBareUpdate(settings, load, PAIRS);
  say(`${STEADY.perSecond} messages a second`);
  const steadyMs = await steadily(load, STEADY.perSecond, STEADY.seconds);
  say(`The worker is killed ${KILLS} times`);
  const nextVerdictMs = await timeToNextVerdict(processes.worker, load, KILLS);
  return { sources, accepted, acceptedHistory, idle, barePerSecond, slow, twoWays, steadyMs, nextVerdictMs };
}

async function measureUntilPaid(bench: Bench) {
  const engagements = bench.paid ? bench.engagements : HISTORIES;
  say(`${engagements} engagements until they are paid`);
  const paid = await runPhase(bench, { ...bench, name: 'paid', engagements });
  const ids = paid.finished.slice(-HISTORIES).map(({ engagementId }) => engagementId);
  const paidHistory = await longestHistory(bench.stack.settings, ids);
  say(`The portal's first page with ${SHOWN} engagements`);
  return { paid, paidHistory, firstPage: await visitFirstPage(bench.stack, { like: ids[0]!, seed: bench.seed }) };
}

function stopped(): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error(`stopped, or not done within ${TIME_LIMIT_MS / 60_000} minutes`));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
