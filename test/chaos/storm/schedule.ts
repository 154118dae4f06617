import { seededRandom } from '../../../dev/bench/statistics';

export const WORKERS = ['worker 1', 'worker 2'] as const;
export const PARTS = [...WORKERS, 'API', 'MongoDB', 'Temporal', 'SAVB sandbox'] as const;
/** A process that can be struck. */
export type PartName = (typeof PARTS)[number];

/** What is done to a process: `kill` is -9 and a new start after `forMs`, `pause` is SIGSTOP, and SIGCONT after `forMs`. */
export interface Strike {
  /** Milliseconds since the storm began. */
  atMs: number;
  part: PartName;
  kind: 'kill' | 'pause';
  forMs: number;
}

type Range = readonly [least: number, most: number];

interface Plan {
  parts: readonly PartName[];
  kind: Strike['kind'];
  everyMs: Range;
  forMs: Range;
}

/** A paused worker is given up after its heartbeat timeout of 10 s: when it goes on, somebody else has its work. */
const WORKER_PAUSES: Plan = { parts: WORKERS, kind: 'pause', everyMs: [26_000, 40_000], forMs: [11_000, 14_000] };
const SANDBOX_PAUSES: Plan = { parts: ['SAVB sandbox'], kind: 'pause', everyMs: [12_000, 24_000], forMs: [500, 2_000] };

/** Pauses first: kills spare what is paused. */
const PLANS: readonly Plan[] = [
  WORKER_PAUSES,
  SANDBOX_PAUSES,
  { parts: WORKERS, kind: 'kill', everyMs: [5_000, 10_000], forMs: [0, 500] },
  { parts: ['MongoDB'], kind: 'kill', everyMs: [20_000, 34_000], forMs: [0, 1_500] },
  { parts: ['Temporal'], kind: 'kill', everyMs: [20_000, 34_000], forMs: [0, 1_500] },
  { parts: ['API'], kind: 'kill', everyMs: [16_000, 30_000], forMs: [0, 1_000] },
];

/** The longest that a call to SAVB may stand still on its way, in milliseconds. */
export const LONGEST_STANDSTILL_MS = WORKER_PAUSES.forMs[1] + SANDBOX_PAUSES.forMs[1];

/** Everything that is done to the processes in a storm of so many milliseconds, in order. The same seed is the same storm. */
export function scheduleOf(seed: number, durationMs: number): Strike[] {
  const strikes: Strike[] = [];
  for (const [index, { parts, kind, everyMs, forMs }] of PLANS.entries()) {
    const random = seededRandom(seed * PLANS.length + index);
    for (let atMs = within(everyMs, random()); atMs < durationMs; atMs += within(everyMs, random())) {
      const free = parts.filter((part) => !strikes.some((strike) => strike.part === part && isDuring(strike, atMs)));
      const part = free[Math.floor(random() * free.length)];
      const lengthMs = within(forMs, random());
      if (part !== undefined) strikes.push({ atMs, part, kind, forMs: lengthMs });
    }
  }
  return strikes.sort((one, other) => one.atMs - other.atMs);
}

const within = ([least, most]: Range, share: number): number => Math.round(least + share * (most - least));

const isDuring = ({ atMs, forMs, kind }: Strike, whenMs: number): boolean =>
  kind === 'pause' && atMs <= whenMs && whenMs <= atMs + forMs;
