import { existsSync } from 'node:fs';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { TemporalConfig } from '../config/temporal';
import { TASK_QUEUE } from '../contracts/names';
import type { Activities } from '../activities';
import { BUNDLE_FILE } from './bundle';

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

/** A worker for all our workflows and activities; `shutdownGraceMs` lets activities finish when it is stopped. */
export async function createWorker(options: {
  connection: NativeConnection;
  namespace: TemporalConfig['namespace'];
  activities: Activities;
  shutdownGraceMs: number;
  /** Workflow code to run instead of the built bundle. */
  code?: string;
}): Promise<Worker> {
  const { connection, namespace, activities, shutdownGraceMs, code } = options;
  const workflowBundle = code === undefined ? bundleOnDisk() : { code };
  return Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle,
    activities,
    shutdownGraceTime: shutdownGraceMs,
    ...TUNING,
  });
}

function bundleOnDisk() {
  if (!existsSync(BUNDLE_FILE)) throw new Error('the workflow bundle is not built: run npm run build');
  return { codePath: BUNDLE_FILE };
}
