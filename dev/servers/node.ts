import type { Running } from './process';
import { startProcess } from './process';

export interface NodeProcessOptions {
  name: string;
  /** Path of the compiled script. */
  script: string;
  env: NodeJS.ProcessEnv;
  /** Address that answers 200 once the process can do its work. */
  ready: string;
  log: string;
}

/** The API ends within its notice, its longest answer and what writing that down takes; whoever takes longer hangs. */
const GRACE_MS = 20_000;

/** Starts one of our own processes. */
export function startNodeProcess({ name, script, env, ready, log }: NodeProcessOptions): Promise<Running> {
  return startProcess({
    name,
    command: process.execPath,
    args: [script],
    env,
    log,
    ready: () => answersOk(ready),
    graceMs: GRACE_MS,
  });
}

async function answersOk(address: string): Promise<boolean> {
  try {
    const { ok, body } = await fetch(address, { signal: AbortSignal.timeout(2_000) });
    await body?.cancel();
    return ok;
  } catch {
    return false;
  }
}
