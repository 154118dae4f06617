import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { connectTemporal } from '../../../client/engagements/temporal';
import { readTemporalConfig } from '../../../config/temporal';
import { dayOf } from '../../../domain/days';
import { checkAll } from './checks';
import type { Check } from './checks/check';
import { collect } from './collect';
import type { Evidence } from './evidence';
import { heal, type Healing } from './heal';
import { openLoad, type Load } from './load';
import { play } from './nemesis';
import type { StormOptions } from './options';
import { planOf, stormPartners } from './plan';
import type { WeatherCounts } from './savb';
import { reconcile } from './reconcile';
import { scheduleOf } from './schedule';
import { LONGEST_DELAY_MS, openWorld, type World } from './world';

/** A storm in figures, and what it did to the system. */
export interface StormResult {
  parts: World['parts'];
  sources: World['stack']['sources'];
  savb: WeatherCounts;
  healing: Healing;
  evidence: Evidence;
  checks: Check[];
  /** Of the storm alone, and from the first process to the last check. */
  tookMs: { storm: number; all: number };
}

interface Surroundings {
  /** Takes everything the processes write. */
  dataDir: string;
  /** How long engagements may take to their end once the faults are over, in milliseconds. */
  healWithinMs: number;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** So long a storm for each engagement, and so long at least. They are begun in its first part, to reach SAVB in it. */
const STORM_MS_EACH = 375;
const SHORTEST_STORM_MS = 45_000;
const BEGUN_AFTER = 0.6;
/** A good part more than the 30 % of calls that are wanted. */
const FAULT_SHARE = 0.4;

/**
 * Starts everything, has partners' tools work through a storm of faults, lets it pass, waits until every engagement is at
 * its end or with a person, and checks what is there then.
 */
export async function runStorm(
  { engagements, seed, savbDeduplicates }: StormOptions,
  { dataDir, healWithinMs, say, signal }: Surroundings,
): Promise<StormResult> {
  const startedAt = performance.now();
  const sinceMs = (fromMs: number) => performance.now() - fromMs;
  const world = await openWorld(dataDir, say, signal);
  const { stack, parts, savb } = world;
  const givingUp = new AbortController();
  try {
    const today = dayOf(new Date().toISOString(), '+00:00');
    const partners = stormPartners(today);
    const plans = Array.from({ length: engagements }, (_, index) => planOf(seed, index, today));
    const load = await openLoad({ ...world, partners, today, signal: AbortSignal.any([signal, givingUp.signal]) });
    await savb.deduplicate(savbDeduplicates);
    await load.prepare(plans.slice(0, partners.length));

    const stormMs = Math.max(SHORTEST_STORM_MS, engagements * STORM_MS_EACH);
    say(`A storm of ${Math.round(stormMs / 1_000)} s over ${engagements} engagements`);
    const stormBegan = performance.now();
    await savb.begin({ seed, share: FAULT_SHARE, maxDelayMs: LONGEST_DELAY_MS });
    const driven = load.drive(plans.slice(partners.length), (BEGUN_AFTER * stormMs) / engagements);
    await play(scheduleOf(seed, stormMs), parts, signal);
    // On a slow machine most invoices come late: SAVB's weather lasts until then, within reason.
    await orAfter(stormMs, driven, signal);
    const counts = await savb.counts();
    await savb.end();
    const storm = sinceMs(stormBegan);

    say('The storm is over: healing');
    const end = { load, driven, healWithinMs, giveUp: () => givingUp.abort(), signal };
    const { healing, evidence } = await healAndLook(world, end);
    const tookMs = { storm, all: sinceMs(startedAt) };
    return { parts, sources: stack.sources, savb: counts, healing, evidence, checks: checkAll(evidence), tookMs };
  } finally {
    givingUp.abort();
    await world.stop();
  }
}

interface End {
  load: Load;
  /** Resolves when the load is through. */
  driven: Promise<void>;
  healWithinMs: number;
  /** Has the load leave what is not finished. */
  giveUp: () => void;
  signal: AbortSignal;
}

async function healAndLook(
  { stack: { settings }, ...addresses }: World,
  { load: { log }, driven, healWithinMs: withinMs, giveUp, signal }: End,
): Promise<{ healing: Healing; evidence: Evidence }> {
  const mongo = await new MongoClient(settings.MONGODB_URI).connect();
  const temporal = connectTemporal(readTemporalConfig(settings));
  try {
    const db = mongo.db();
    const healing = await heal({ db, temporal, log, driven, withinMs, signal });
    if (!healing.isHealed) giveUp();
    await driven;
    const reconciliation = await reconcile(addresses, signal);
    return { healing, evidence: { ...(await collect(db, temporal, settings.SAVB_LEDGER, log)), reconciliation } };
  } finally {
    await Promise.all([mongo.close(), temporal.connection.close()]);
  }
}

/** Resolves with `work`, or when the time is up. @throws AbortError */
async function orAfter(ms: number, work: Promise<void>, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const timeUp = pause(ms, undefined, { signal: AbortSignal.any([signal, done.signal]) });
  await Promise.race([work, timeUp]);
  done.abort();
}
