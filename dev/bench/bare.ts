import type { Client } from '@temporalio/client';
import { connectTemporal } from '../../client/engagements/temporal';
import { readTemporalConfig } from '../../config/temporal';
import { inRepository } from '../repository';
import { startProcess } from '../servers/process';
import { BARE_TASK_QUEUE } from './bareTaskQueue';
import { bareUpdates, type bareEngagement } from './bareWorkflow';
import { inPool } from './pool';

export interface BareOptions {
  /** The variables that name the servers. */
  settings: NodeJS.ProcessEnv;
  /** Begins the ids of this run's workflows. */
  run: string;
  /** Driven before the others, unmeasured. */
  warmUp: number;
  engagements: number;
  concurrency: number;
  log: string;
}

const WORKFLOW_TASK_QUEUE = 1;

/** Runs the bare workflow in a worker process of its own and answers with engagements per second. */
export async function runBare({ settings, run, warmUp, engagements, concurrency, log }: BareOptions): Promise<number> {
  const temporal = readTemporalConfig(settings);
  const client = connectTemporal(temporal);
  const worker = await startProcess({
    name: 'bare worker',
    command: process.execPath,
    args: [inRepository('dist', 'dev', 'bench', 'bareWorker.js')],
    env: settings,
    log,
    ready: () => isPolled(client, temporal.namespace),
  });
  try {
    const drive = (phase: string, count: number) =>
      inPool(count, concurrency, (index) => driveBare(client, `${run}-${phase}-${index}`));
    await drive('bare-warm', warmUp);
    const startedAt = performance.now();
    await drive('bare', engagements);
    return engagements / ((performance.now() - startedAt) / 1_000);
  } finally {
    await worker.stop();
    await client.connection.close();
  }
}

async function driveBare(client: Client, workflowId: string): Promise<void> {
  const handle = await client.workflow.start<typeof bareEngagement>('bareEngagement', {
    taskQueue: BARE_TASK_QUEUE,
    workflowId,
    args: [],
  });
  for (const update of bareUpdates) await handle.executeUpdate(update, { args: ['x'.repeat(100)] });
  await handle.result();
}

async function isPolled({ workflowService }: Client, namespace: string): Promise<boolean> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: BARE_TASK_QUEUE },
    taskQueueType: WORKFLOW_TASK_QUEUE,
  });
  return (pollers ?? []).length > 0;
}
