import { DefaultLogger, type LogEntry, type LogLevel } from '@temporalio/worker';
import { loggedError, withoutMailboxes } from '../telemetry/errors';

/** What a line may hold beside level, time and text: names, ids and figures of ours, never what somebody said. */
const FIELDS = [
  'workflowId',
  'runId',
  'workflowRunId',
  'workflowType',
  'activityId',
  'activityType',
  'attempt',
  'isLocal',
  'taskQueue',
  'message',
  'correlationId',
  'outcome',
  'code',
  'ms',
  'durationMs',
  'effect',
  'notices',
  'webhooks',
  'trace_id',
  'span_id',
] as const;

/** What a workflow id names: `engagement:E-1`. */
const NAMED = { engagement: 'engagementId', partner: 'partnerId', batch: 'batchId' } as const;

/** Logs as one JSON object a line; Temporal's core is heard through it, too. */
export const createLogger = (level: LogLevel, write: (line: string) => unknown): DefaultLogger =>
  new DefaultLogger(level, (entry) => write(`${JSON.stringify(lineOf(entry))}\n`));

function lineOf({ level, timestampNanos, message, meta = {} }: LogEntry): object {
  const { workflowId, error } = meta;
  return {
    level,
    time: new Date(Number(timestampNanos / 1_000_000n)).toISOString(),
    msg: withoutMailboxes(message),
    ...(typeof workflowId === 'string' && namedBy(workflowId)),
    ...Object.fromEntries(FIELDS.flatMap((field) => (meta[field] === undefined ? [] : [[field, meta[field]]]))),
    ...(error !== undefined && { err: loggedError(error) }),
  };
}

function namedBy(workflowId: string): object {
  const [type = '', ...rest] = workflowId.split(':');
  const field = Object.hasOwn(NAMED, type) ? NAMED[type as keyof typeof NAMED] : undefined;
  return field === undefined ? {} : { [field]: rest.join(':') };
}
