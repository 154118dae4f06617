import { Client } from '@temporalio/client';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, type LogEntry } from '@temporalio/worker';
import { createActivities } from '../activities';
import type { Dependencies } from '../activities/dependencies';
import { createSmtpGateway } from '../activities/notices/smtpGateway';
import { createHttpGateway } from '../activities/savb/httpGateway';
import { createManualGateway } from '../activities/savb/manualGateway';
import type { PaymentTool } from '../activities/savb/paymentTool';
import { createWebhookDelivery } from '../activities/webhooks/deliverWebhooks';
import { createWebhookGateway } from '../activities/webhooks/httpGateway';
import { clientConverter } from '../codec/dataConverter';
import { readPayloadConfig } from '../config/payloads';
import { requireEdition } from '../config/programme';
import { ConfigError, readConfig } from '../config/read';
import { readTemporalConfig } from '../config/temporal';
import { workerConfigSchema, type WorkerConfig } from '../config/worker';
import { openRecords } from '../records/connect';
import { InvalidDataFile, loadRates, loadRulebooks } from '../records/rulebooks';
import { createAdminServer, freePort } from './admin';
import { ensureSearchAttributes } from './searchAttributes';
import { createMail } from './mail';
import { ensureReconciliationSchedule } from './reconciliationSchedule';
import { createWorkers } from './worker';
import { createWorkflowWatch } from './workflowWatch';

/** Shorter than an activity's timeout, so that a MongoDB that is away is an error and not a hanging activity. */
const MONGODB_TIMEOUT_MS = 1_800;

/** Runs workflows and activities until SIGTERM or SIGINT, then lets what is under way finish. */
async function main(): Promise<void> {
  const config = readConfig(workerConfigSchema);
  const rulebooks = loadRulebooks();
  const rates = loadRates(config.RATES_FILE);
  requireEdition(config.RULEBOOK, rulebooks.ids());
  const { namespace, connection: target } = readTemporalConfig();
  const payloads = readPayloadConfig();
  const metricsPort = await freePort();
  installRuntime(config, metricsPort);
  const records = await openRecords({ uri: config.MONGODB_URI, timeoutMs: MONGODB_TIMEOUT_MS });
  await records.migrate();
  const connection = await NativeConnection.connect(target);
  await ensureSearchAttributes(connection, namespace);
  const client = new Client({ connection, namespace, dataConverter: clientConverter(payloads) });
  const paymentTool = paymentToolOf(config);
  const dependencies: Dependencies = {
    records,
    rulebooks,
    rates,
    paymentTool,
    ...settlementOf(config),
    programme: { edition: config.RULEBOOK, utcOffset: config.PROGRAMME_UTC_OFFSET },
    ...createMail(client),
    notices: noticeOutletOf(config),
    webhooks: createWebhookGateway({ allowLocal: config.WEBHOOKS_ALLOW_LOCAL === '1' }),
    workflows: createWorkflowWatch(client),
    pace: {
      quarantineMs: config.SAVB_QUARANTINE,
      pollIntervalMs: config.SAVB_POLL_INTERVAL,
      longestRetryMs: config.SAVB_LONGEST_RETRY,
    },
  };
  const workers = await createWorkers({
    connection,
    namespace,
    payloads,
    shutdownGraceMs: config.SHUTDOWN_GRACE,
    activities: createActivities(dependencies),
    webhookActivities: createWebhookDelivery(dependencies),
  });
  await scheduleReconciliation(connection, namespace, config);
  const admin = createAdminServer(workers, records, metricsPort).listen(config.ADMIN_PORT, '127.0.0.1');
  try {
    await workers.run();
  } finally {
    admin.close();
    await Promise.allSettled([paymentTool.close(), records.close(), connection.close()]);
  }
}

async function scheduleReconciliation(
  connection: NativeConnection,
  namespace: string,
  { RECONCILE_AT, PROGRAMME_UTC_OFFSET }: WorkerConfig,
): Promise<void> {
  const daily = { at: RECONCILE_AT, utcOffset: PROGRAMME_UTC_OFFSET };
  if (!(await ensureReconciliationSchedule(connection, namespace, daily)))
    Runtime.instance().logger.warn('this Temporal knows no Schedules: reconciliation runs only when it is asked for');
}

/** Logs as JSON lines on stderr, Temporal's core's among them; Prometheus metrics on loopback. */
function installRuntime({ LOG_LEVEL }: WorkerConfig, metricsPort: number): void {
  Runtime.install({
    shutdownSignals: ['SIGTERM', 'SIGINT'],
    logger: new DefaultLogger(LOG_LEVEL, writeLine),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      metrics: { prometheus: { bindAddress: `127.0.0.1:${metricsPort}` } },
    },
  });
}

function writeLine({ level, message, timestampNanos, meta }: LogEntry): void {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const error: unknown = meta?.['error'];
  const line = { level, time, message, ...meta, ...(error instanceof Error && { error: error.stack }) };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

function paymentToolOf({ SAVB_MODE, SAVB_URL, SAVB_TOKEN }: WorkerConfig): PaymentTool {
  if (SAVB_MODE === 'manual' || SAVB_URL === undefined || SAVB_TOKEN === undefined) return createManualGateway();
  return createHttpGateway({ url: SAVB_URL, token: SAVB_TOKEN });
}

/** Batches that are under way when batching is given up are settled all the same. */
function settlementOf({ SAVB_MODE, SETTLEMENT, ...batch }: WorkerConfig): Pick<Dependencies, 'gateway' | 'batches'> {
  const { BATCH_DAY: dayOfMonth, BATCH_SIZE: size, BATCH_DAYS_BEFORE_DUE: daysBeforeDue } = batch;
  return {
    gateway: SETTLEMENT === 'batched' ? 'batch' : SAVB_MODE,
    batches: { gateway: SAVB_MODE, policy: { dayOfMonth, size, daysBeforeDue } },
  };
}

function noticeOutletOf({ SMTP_URL, NOTICE_FROM, NOTICE_OPERATORS }: WorkerConfig): Dependencies['notices'] {
  if (SMTP_URL === undefined) return undefined;
  return {
    gateway: createSmtpGateway({ url: SMTP_URL, from: NOTICE_FROM }),
    audience: { operators: NOTICE_OPERATORS },
  };
}

/** What a person can mend is told in one line; everything else with its stack. */
function tell(error: unknown): void {
  const isPlain = error instanceof ConfigError || error instanceof InvalidDataFile;
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    tell(error);
    process.exit(1);
  },
);
