import { setTimeout as pause } from 'node:timers/promises';
import type { PaymentRequest } from '../../contracts/engagement';
import type { Stage } from '../../contracts/names';
import type { Stack } from '../stack';
import type { Driven, Load } from './load';
import type { Milestones } from './milestones';
import { inPool } from './pool';
import { usageOf, type Usage } from './usage';

/** An engagement that was driven as far as the phase goes. */
export interface Finished extends Driven {
  paymentRequest: PaymentRequest;
}

/** What a process of the stack, or this driver, used in a phase. */
export interface Cost {
  name: string;
  cpuMsPerEngagement?: number;
  /** Afterwards. */
  rssBytes?: number;
}

export interface Phase {
  finished: Finished[];
  perSecond: number;
  costs: Cost[];
}

export interface PhaseOptions {
  name: string;
  /** How far an engagement is waited for. */
  until: Stage;
  engagements: number;
  concurrency: number;
}

/** Drives engagements, so many at once; each makes room for the next when it has come as far as the phase goes. */
export async function runPhase(
  { stack, load, milestones }: { stack: Stack; load: Load; milestones: Milestones },
  { name, until, engagements, concurrency }: PhaseOptions,
): Promise<Phase> {
  const before = await usages(stack);
  const startedAt = performance.now();
  const finished = await inPool(engagements, concurrency, async (index) => {
    const driven = await load.drive(name, index);
    return { ...driven, paymentRequest: await milestones.reached(driven.engagementId, until) };
  });
  const perSecond = engagements / ((performance.now() - startedAt) / 1_000);
  const after = await usages(stack);
  const costs = [...after].map(([process, used]) => ({
    name: process,
    ...costOf(before.get(process), used, engagements),
  }));
  return { finished, perSecond, costs };
}

/** Begins an engagement every `everyMs`, whatever became of the one before. */
export async function runSlowly(load: Load, engagements: number, everyMs: number): Promise<Driven[]> {
  const driven: Promise<Driven>[] = [];
  for (let index = 0; index < engagements; index += 1) {
    driven.push(load.drive('slow', index));
    await pause(everyMs);
  }
  return Promise.all(driven);
}

/** Processor time that everything of the stack takes while nothing is said to it, as a share of one core. */
export async function idleShare(stack: Stack, forMs: number): Promise<number> {
  const total = async () => {
    const used = [...(await usages(stack))].filter(([name]) => name !== DRIVER);
    return used.reduce((sum, [, usage]) => sum + (usage?.cpuMs ?? 0), 0);
  };
  const before = await total();
  await pause(forMs);
  return ((await total()) - before) / forMs;
}

const DRIVER = 'this driver';

async function usages({ processes }: Stack): Promise<Map<string, Usage | undefined>> {
  const pids = Object.values(processes).flatMap((running) => (running ? [[running.name, running.pid] as const] : []));
  const all = [...pids, [DRIVER, process.pid] as const];
  return new Map(await Promise.all(all.map(async ([name, pid]) => [name, await usageOf(pid)] as const)));
}

function costOf(before: Usage | undefined, after: Usage | undefined, engagements: number): Omit<Cost, 'name'> {
  if (!before || !after) return {};
  return { cpuMsPerEngagement: (after.cpuMs - before.cpuMs) / engagements, rssBytes: after.rssBytes };
}
