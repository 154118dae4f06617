import type { Running } from '../servers/process';
import type { Load } from './load';

/**
 * Kills the worker again and again, each time with an engagement in its cache, starts it anew, and sends that engagement a
 * message at once. Answers with the milliseconds from the kill to each next verdict.
 */
export async function timeToNextVerdict(worker: Running, load: Load, rounds: number): Promise<number[]> {
  const engagementId = await load.begin('killed');
  const times: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await load.note(engagementId, `before kill ${round}`);
    const killedAt = performance.now();
    await worker.kill('SIGKILL');
    await Promise.all([
      worker.restart(),
      load.note(engagementId, `after kill ${round}`).then(() => times.push(performance.now() - killedAt)),
    ]);
  }
  return times;
}
