import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Db } from 'mongodb';
import type { EngagementView } from '../../../contracts/engagement';
import { isFinalStage } from '../../../contracts/names';
import { isDone } from './checks/endings';
import type { Log } from './load';
import { resetBroken } from './workflows';

export interface Healing {
  isHealed: boolean;
  tookMs: number;
  /** Workflows that stood still because their code broke, and were reset. */
  reset: number;
}

export interface HealOptions {
  db: Db;
  temporal: Client;
  log: Log;
  /** Resolves when the load is through. */
  driven: Promise<void>;
  withinMs: number;
  signal: AbortSignal;
}

const LOOK_MS = 250;
const RESET_EVERY_MS = 10_000;

/**
 * Waits, once the faults are over, until the load is through and every engagement is at its end or with a person. Meanwhile
 * it does what support staff do: what Temporal says is stuck in its code is reset.
 */
export async function heal({ db, temporal, log, driven, withinMs, signal }: HealOptions): Promise<Healing> {
  const views = db.collection<EngagementView>('engagements');
  const beganAt = performance.now();
  const tookMs = () => performance.now() - beganAt;
  let isDriven = false;
  void driven.then(() => (isDriven = true));
  let reset = 0;
  let nextResetMs = RESET_EVERY_MS;
  while (tookMs() < withinMs) {
    const seen = await views.find({}, { projection: { engagementId: 1, stage: 1, tasks: 1 } }).toArray();
    const done = new Set(seen.filter(isDone).map(({ engagementId }) => engagementId));
    const given = new Set(log.unfinished.map(({ engagementId }) => engagementId));
    const open = log.begun.filter((engagementId) => !done.has(engagementId) && !given.has(engagementId));
    if (isDriven && open.length === 0) {
      const waiting = seen.filter(({ stage }) => !isFinalStage(stage)).map(({ engagementId }) => engagementId);
      const broken = await resetBroken(temporal, waiting);
      if (broken === 0) return { isHealed: true, tookMs: tookMs(), reset };
      reset += broken;
    } else if (tookMs() >= nextResetMs) {
      reset += await resetBroken(temporal, open);
      nextResetMs = tookMs() + RESET_EVERY_MS;
    }
    await pause(LOOK_MS, undefined, { signal });
  }
  return { isHealed: false, tookMs: tookMs(), reset };
}
