import { existsSync } from 'node:fs';
import { Worker, type NativeConnection } from '@temporalio/worker';
import { workerConverter } from '../codec/dataConverter';
import type { PayloadProtection } from '../codec/payloadCodec';
import type { TemporalConfig } from '../config/temporal';
import { TASK_QUEUE, WEBHOOK_TASK_QUEUE } from '../contracts/names';
import type { Activities, WebhookActivities } from '../activities';
import type { Tracing } from '../telemetry/tracing';
import { bundleFile, type BundleKind } from './bundle';

/**
 * Settings measured on two cores: enough pollers and slots for many starts at once, a quick hand-over after a crash. A cached
 * workflow takes about 150 kB; one that is not cached is replayed from its history when its next message comes.
 */
export const TUNING = {
  maxConcurrentWorkflowTaskExecutions: 100,
  maxConcurrentActivityTaskExecutions: 100,
  maxConcurrentLocalActivityExecutions: 100,
  maxCachedWorkflows: 200,
  nonStickyToStickyPollRatio: 0.5,
  stickyQueueScheduleToStartTimeout: '2s',
} as const;

/** Partners' endpoints may keep all of these waiting; each slot is one that has ten seconds to answer. */
const WEBHOOK_TUNING = { maxConcurrentActivityTaskExecutions: 20, maxConcurrentActivityTaskPolls: 2 } as const;

/** The workers of a process, which start and stop together; their state is that of the one that does not run. */
export interface Workers extends Pick<Worker, 'run' | 'shutdown' | 'getState'> {
  /** Whether each of them asks Temporal for all the work that it can do. */
  arePolling(): boolean;
}

/**
 * Workers for all our workflows and activities, and beside them for webhooks, so that nobody else waits for a receiver;
 * `shutdownGraceMs` lets activities finish when they are stopped.
 */
export async function createWorkers(options: {
  connection: NativeConnection;
  namespace: TemporalConfig['namespace'];
  activities: Activities;
  webhookActivities: WebhookActivities;
  shutdownGraceMs: number;
  /** Keys for payloads, and whether they encrypt. */
  payloads?: PayloadProtection;
  /** Traces are told. */
  tracing?: Tracing | undefined;
  /** Workflow code to run instead of the built bundle. */
  code?: string;
}): Promise<Workers> {
  const { connection, namespace, activities, webhookActivities, shutdownGraceMs, payloads, tracing, code } = options;
  const common = {
    connection,
    namespace,
    dataConverter: workerConverter(payloads),
    shutdownGraceTime: shutdownGraceMs,
    ...tracing?.worker,
  };
  const workflowBundle =
    code === undefined ? bundleOnDisk({ encrypts: payloads?.encrypts, traces: tracing !== undefined }) : { code };
  const workers = await Promise.all([
    Worker.create({ ...common, taskQueue: TASK_QUEUE, workflowBundle, activities, ...TUNING }),
    Worker.create({
      ...common,
      taskQueue: WEBHOOK_TASK_QUEUE,
      activities: webhookActivities,
      ...WEBHOOK_TUNING,
    }),
  ]);
  return {
    run: async () => void (await Promise.all(workers.map((worker) => worker.run()))),
    shutdown: () => workers.forEach((worker) => worker.shutdown()),
    getState: () => workers.map((worker) => worker.getState()).find((state) => state !== 'RUNNING') ?? 'RUNNING',
    arePolling: () => workers.every((worker) => isPolling(worker, worker.options.taskQueue === TASK_QUEUE)),
  };
}

function isPolling(worker: Worker, hasWorkflows: boolean): boolean {
  const { runState, activityPollerState, workflowPollerState } = worker.getStatus();
  const polls = activityPollerState === 'POLLING' && (!hasWorkflows || workflowPollerState === 'POLLING');
  return runState === 'RUNNING' && polls;
}

/** The workflow code that the build made. Throws when there is none. */
export function bundleOnDisk(kind: BundleKind) {
  const codePath = bundleFile(kind);
  if (!existsSync(codePath)) throw new Error('the workflow bundle is not built: run npm run build');
  return { codePath };
}
