import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from './keepUp';
import type { PartName, Strike } from './schedule';

/** Strikes the parts when it is time for each, and resolves when the last has recovered. @throws AbortError */
export async function play(
  strikes: readonly Strike[],
  parts: Record<PartName, Part>,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  for (const strike of strikes) {
    await pause(Math.max(0, startedAt + strike.atMs - performance.now()), undefined, { signal });
    parts[strike.part].suffer(strike);
  }
  await Promise.all(Object.values(parts).map((part) => part.settled()));
}
