import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from '../../../dev/servers/process';
import type { Strike } from './schedule';

/** A process that is kept up as a supervisor would: whatever ends it, it is started again. */
export interface Part {
  /** Has it struck, once what it suffers now is over. */
  suffer(strike: Strike): void;
  /** Resolves when it is up and nothing is under way. */
  settled(): Promise<void>;
  /** Times it was killed, was paused, and ended by itself. */
  readonly counts: { kill: number; pause: number; ownEnd: number };
}

const BETWEEN_STARTS_MS = 200;

/** `stopping`: it is not started again after that. */
export function keepUp(running: Running, stopping: AbortSignal): Part {
  const counts = { kill: 0, pause: 0, ownEnd: 0 };
  let underWay = Promise.resolve();
  let isDown = false;
  const inTurn = (work: () => Promise<void>) => void (underWay = underWay.then(work));

  /** What it needs may be away at the moment: then it ends, and is started again. */
  async function start(): Promise<void> {
    while (isDown && !stopping.aborted)
      try {
        await running.restart();
        isDown = false;
      } catch {
        await pause(BETWEEN_STARTS_MS);
      }
  }

  running.onUnexpectedEnd(() => {
    counts.ownEnd += 1;
    isDown = true;
    inTurn(start);
  });

  return {
    counts,
    suffer: ({ kind, forMs }) =>
      inTurn(async () => {
        if (stopping.aborted) return;
        counts[kind] += 1;
        isDown ||= kind === 'kill';
        await running.kill(kind === 'kill' ? 'SIGKILL' : 'SIGSTOP');
        await pause(forMs);
        await running.kill('SIGCONT');
        await start();
      }),
    async settled() {
      for (let last; last !== underWay;) await (last = underWay);
    },
  };
}
