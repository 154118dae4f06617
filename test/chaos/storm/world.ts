import path from 'node:path';
import { startNodeProcess } from '../../../dev/servers/node';
import { freePort } from '../../../dev/servers/ports';
import type { Running } from '../../../dev/servers/process';
import { urlOf } from '../../../dev/settings';
import { startStack, type Stack, type StackOptions } from '../../../dev/stack';
import { freeStackPorts } from '../../../dev/stackPorts';
import { inRepository } from '../../../dev/repository';
import { keepUp, type Part } from './keepUp';
import { createSavbControl, type SavbControl } from './savb';
import { LONGEST_STANDSTILL_MS, type PartName } from './schedule';

/** The longest that SAVB's sandbox holds a call up or executes it late. */
export const LONGEST_DELAY_MS = 1_500;

/** Time for a busy machine to go on with what stood still. */
const MARGIN_MS = 6_000;

/** Longer than a request may be under way, for that is what the protocol rests on. */
export const QUARANTINE_MS = LONGEST_STANDSTILL_MS + LONGEST_DELAY_MS + MARGIN_MS;

/** Everything running: real processes, each kept up, two workers among them. */
export interface World {
  stack: Stack;
  parts: Record<PartName, Part>;
  apiUrl: string;
  issuerUrl: string;
  savb: SavbControl;
  stop(): Promise<void>;
}

/** Starts servers and programs of our own, wherever `TEMPORAL_ADDRESS` and `MONGODB_URI` point. */
export async function openWorld(dataDir: string, say: (line: string) => void, signal: AbortSignal): Promise<World> {
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: '',
    MONGODB_URI: '',
    SAVB_MODE: 'http',
    SAVB_QUARANTINE: `${QUARANTINE_MS}ms`,
    SAVB_POLL_INTERVAL: '2s',
    SAVB_LONGEST_RETRY: '5s',
    SAVB_SANDBOX_PACE: '1s',
    LOG_LEVEL: 'WARN',
  };
  const stack = await startOnFreePorts({ dataDir, say, env, signal });
  const { savb, api, worker, mongo, temporal } = stack.processes;
  try {
    if (!mongo || !temporal) throw new Error('a storm needs servers of its own');
    const second = await startSecondWorker(stack);
    const stopping = new AbortController();
    const kept = (running: Running) => keepUp(running, stopping.signal);
    const parts = {
      'worker 1': kept(worker),
      'worker 2': kept(second),
      API: kept(api),
      MongoDB: kept(mongo),
      Temporal: kept(temporal),
      'SAVB sandbox': kept(savb),
    };
    return {
      stack,
      parts,
      apiUrl: urlOf(stack.ports.api),
      issuerUrl: urlOf(stack.ports.issuer),
      savb: createSavbControl(urlOf(stack.ports.savb)),
      async stop() {
        stopping.abort();
        await Promise.all(Object.values(parts).map((part) => part.settled()));
        await second.stop();
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** A port that was free may be taken by the time it is wanted: then others are tried. */
async function startOnFreePorts(options: Omit<StackOptions, 'ports'>, tries = 3): Promise<Stack> {
  try {
    return await startStack({ ...options, ports: await freeStackPorts() });
  } catch (error) {
    if (tries === 1 || !(error as Error).message.includes('EADDRINUSE')) throw error;
    return startOnFreePorts(options, tries - 1);
  }
}

async function startSecondWorker({ settings, logs }: Stack): Promise<Running> {
  const adminPort = await freePort();
  return startNodeProcess({
    name: 'worker 2',
    script: inRepository('dist', 'worker', 'main.js'),
    env: { ...settings, ADMIN_PORT: String(adminPort) },
    ready: `${urlOf(adminPort)}/readyz`,
    log: path.join(logs, 'worker-2.log'),
  });
}
