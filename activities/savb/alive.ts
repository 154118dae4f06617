import { heartbeat } from '@temporalio/activity';

const HEARTBEAT_MS = 3_000;

/** Shows that this worker still lives while SAVB takes its time; a dead one is replaced within the heartbeat timeout. */
export async function alive<T>(work: () => Promise<T>): Promise<T> {
  const beating = setInterval(heartbeat, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beating);
  }
}
