import { Client } from '@temporalio/client';
import { makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { createActivities, createWebhookActivities } from '../activities';
import type { Dependencies } from '../activities/dependencies';
import { createSmtpGateway } from '../activities/notices/smtpGateway';
import { createHttpGateway } from '../activities/savb/httpGateway';
import { createManualGateway } from '../activities/savb/manualGateway';
import type { PaymentTool } from '../activities/savb/paymentTool';
import { createWebhookGateway } from '../activities/webhooks/httpGateway';
import { clientConverter } from '../codec/dataConverter';
import { readPayloadConfig } from '../config/payloads';
import { requireEdition } from '../config/programme';
import { ConfigError, readConfig } from '../config/read';
import { readTemporalConfig } from '../config/temporal';
import { readTraceEndpoint } from '../config/tracing';
import { workerConfigSchema, type WorkerConfig } from '../config/worker';
import { openRecords } from '../records/connect';
import { InvalidDataFile, loadRates, loadRulebooks } from '../records/rulebooks';
import type { Parts } from '../telemetry/parts';
import { startTracing } from '../telemetry/tracing';
import { createAdminServer, freePort, temporalMetrics } from './admin';
import { createLogger } from './log';
import { createMail } from './mail';
import { createWorkerMetrics, type WorkerMetrics } from './metrics';
import { ensureEscalationSchedule } from './escalationSchedule';
import { ensureReconciliationSchedule } from './reconciliationSchedule';
import { ensureSearchAttributes } from './searchAttributes';
import { watchDesks, watchGateway, watchPaymentTool } from './watch';
import { createWorkers, type Workers } from './worker';
import { createWorkflowWatch } from './workflowWatch';

/** Shorter than an activity's timeout, so that a MongoDB that is away is an error and not a hanging activity. */
const MONGODB_TIMEOUT_MS = 1_800;
const PING_MS = 1_000;

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
  const tracing = await startTracing('planning-services-worker', readTraceEndpoint());
  const records = await openRecords({ uri: config.MONGODB_URI, timeoutMs: MONGODB_TIMEOUT_MS });
  await records.migrate();
  const connection = await NativeConnection.connect(target);
  await ensureSearchAttributes(connection, namespace);
  const dataConverter = clientConverter(payloads);
  const client = new Client({ connection, namespace, dataConverter, interceptors: tracing?.client });
  const parts: Parts = { MongoDB: () => records.ping(), Temporal: () => pingTemporal(connection, namespace) };
  const metrics = createWorkerMetrics(parts);
  const paymentTool = watchPaymentTool(paymentToolOf(config), metrics);
  const dependencies: Dependencies = {
    records,
    rulebooks,
    rates,
    paymentTool,
    ...settlementOf(config),
    programme: { edition: config.RULEBOOK, utcOffset: config.PROGRAMME_UTC_OFFSET },
    ...createMail(client),
    notices: noticeOutletOf(config, metrics),
    webhooks: watchGateway(createWebhookGateway({ allowLocal: config.WEBHOOKS_ALLOW_LOCAL === '1' }), metrics.webhooks),
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
    tracing,
    shutdownGraceMs: config.SHUTDOWN_GRACE,
    activities: watchDesks(createActivities(dependencies), metrics),
    webhookActivities: createWebhookActivities(dependencies),
  });
  await schedule(connection, namespace, config);
  parts['polling'] = () => refuseUnlessPolling(workers);
  const texts = [() => metrics.registry.metrics(), temporalMetrics(metricsPort)];
  const admin = createAdminServer({ workers, parts, metrics: texts }).listen(config.ADMIN_PORT, '127.0.0.1');
  try {
    await workers.run();
  } finally {
    admin.close();
    await Promise.allSettled([paymentTool.close(), records.close(), connection.close(), tracing?.stop()]);
  }
}

/** What runs by the clock. */
async function schedule(
  connection: NativeConnection,
  namespace: string,
  { RECONCILE_AT, PROGRAMME_UTC_OFFSET, SMTP_URL }: WorkerConfig,
): Promise<void> {
  const { logger } = Runtime.instance();
  const daily = { at: RECONCILE_AT, utcOffset: PROGRAMME_UTC_OFFSET };
  if (!(await ensureReconciliationSchedule(connection, namespace, daily)))
    logger.warn('this Temporal knows no Schedules: reconciliation runs only when it is asked for');
  if (SMTP_URL !== undefined && !(await ensureEscalationSchedule(connection, namespace)))
    logger.warn('this Temporal knows no Schedules: nobody is told of overdue tasks');
}

/** @throws when Temporal does not answer */
async function pingTemporal(connection: NativeConnection, namespace: string): Promise<void> {
  const ask = () => connection.workflowService.describeNamespace({ namespace });
  await connection.withDeadline(Date.now() + PING_MS, ask);
}

async function refuseUnlessPolling(workers: Workers): Promise<void> {
  if (!workers.arePolling()) throw new Error('no work is asked for');
}

/** Logs as JSON lines on stderr, Temporal's core's among them; Prometheus metrics on loopback. */
function installRuntime({ LOG_LEVEL }: WorkerConfig, metricsPort: number): void {
  Runtime.install({
    shutdownSignals: ['SIGTERM', 'SIGINT'],
    logger: createLogger(LOG_LEVEL, (line) => process.stderr.write(line)),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      metrics: { prometheus: { bindAddress: `127.0.0.1:${metricsPort}` } },
    },
  });
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

function noticeOutletOf(
  { SMTP_URL, NOTICE_FROM, NOTICE_OPERATORS, NOTICE_ESCALATION }: WorkerConfig,
  { notices }: WorkerMetrics,
): Dependencies['notices'] {
  if (SMTP_URL === undefined) return undefined;
  return {
    gateway: watchGateway(createSmtpGateway({ url: SMTP_URL, from: NOTICE_FROM }), notices),
    audience: { operators: NOTICE_OPERATORS, escalation: NOTICE_ESCALATION },
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
