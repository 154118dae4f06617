import { hostname } from 'node:os';
import { ApplicationFailure } from '@temporalio/common';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { workerConverter } from '../codec/dataConverter';
import type { PayloadProtection } from '../codec/payloadCodec';
import { TASK_QUEUE } from '../contracts/names';

export interface AnsweringOptions {
  connection: NativeConnection;
  namespace: string;
  payloads?: PayloadProtection | undefined;
  workflowBundle: NonNullable<WorkerOptions['workflowBundle']>;
}

const ANSWERING = 'recovery:';

/** Whether it is a worker of `whileAnswering` that Temporal calls by this identity. */
export const isAnswering = (identity: string): boolean => identity.startsWith(ANSWERING);

/** Every activity says so and is tried again later, by a worker that may do it. */
const notNow = (): never => {
  throw ApplicationFailure.retryable('the record is being completed: nothing is done meanwhile', 'RecordIncomplete');
};

/**
 * Runs `work` while workflows answer what they are asked and do nothing: whatever they want done fails and is tried again, as
 * while MongoDB is away.
 */
export async function whileAnswering<T>(options: AnsweringOptions, work: () => Promise<T>): Promise<T> {
  const { connection, namespace, payloads, workflowBundle } = options;
  const worker = await Worker.create({
    connection,
    namespace,
    identity: `${ANSWERING}${process.pid}@${hostname()}`,
    taskQueue: TASK_QUEUE,
    workflowBundle,
    dataConverter: workerConverter(payloads),
    activities: { default: notNow },
    shutdownGraceTime: '5s',
  });
  return worker.runUntil(work);
}
