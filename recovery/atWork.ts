import type { NativeConnection } from '@temporalio/worker';
import { TASK_QUEUE, WEBHOOK_TASK_QUEUE } from '../contracts/names';
import { isAnswering } from './answering';

/** Workers poll that have to be stopped first. */
export class StillAtWork extends Error {
  override readonly name = 'StillAtWork';
}

/** Workflow tasks and activity tasks, as Temporal numbers them. */
const TYPES = [1, 2] as const;

/** A worker asks again after a minute at most; the rest is for clocks that differ. */
const LONGEST_SILENCE_MS = 75_000;

/**
 * Sees to it that no worker has polled for work shortly before `nowMs`, of those Temporal knows of. One that only answers is
 * none; of an API, and of a worker that is too busy to poll, Temporal knows nothing.
 * @throws StillAtWork which names them
 */
export async function requireNobodyAtWork(
  connection: NativeConnection,
  namespace: string,
  nowMs: number,
): Promise<void> {
  const polled = new Map<string, number>();
  for (const name of [TASK_QUEUE, WEBHOOK_TASK_QUEUE])
    for (const taskQueueType of TYPES) {
      const described = { namespace, taskQueue: { name }, taskQueueType };
      const { pollers } = await connection.workflowService.describeTaskQueue(described);
      for (const { identity, lastAccessTime } of pollers) {
        const atMs = Number(lastAccessTime?.seconds ?? 0) * 1000;
        if (identity && !isAnswering(identity)) polled.set(identity, Math.max(atMs, polled.get(identity) ?? 0));
      }
    }
  const atWork = [...polled].filter(([, atMs]) => nowMs - atMs < LONGEST_SILENCE_MS).map(([identity]) => identity);
  if (atWork.length > 0)
    throw new StillAtWork(
      `workers polled within the last ${LONGEST_SILENCE_MS / 1000} s: ${atWork.sort().join(', ')}; stop every worker and API, wait that long, and repeat`,
    );
}
