import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { readApiConfig, type ApiConfig } from '../../config/api';
import { requireEdition } from '../../config/programme';
import { ConfigError } from '../../config/read';
import { openRecords, type Records } from '../../records/connect';
import { isUnavailable } from '../../records/errors';
import { InvalidDataFile, loadRulebooks } from '../../records/rulebooks';
import { startTracing } from '../../telemetry/tracing';
import { createBatchesClient } from '../batches/client';
import { createEngagementsClient } from '../engagements/client';
import { createMessenger } from '../messenger/messenger';
import { createPartnersClient } from '../partners/client';
import { createReconciliationsClient } from '../reconciliations/client';
import { createWebhooksClient } from '../webhooks/client';
import { connectTemporal } from '../engagements/temporal';
import { createAdmin, createApi } from './app';
import { closeAudit } from './audit/audit';
import type { ApiDependencies } from './dependencies';
import { drain } from './limits/drain';
import { LIMITS, type Limits } from './limits/limits';
import { CONTRACT } from './routes/contract';
import { LOGGER } from './log';
import { ISSUER_AWAY, publishedKeys, type TokenRules } from './access/tokens';

/** Shorter than a caller's patience, long enough for a new primary. */
const MONGODB_TIMEOUT_MS = 2_000;
/** What an answer may take besides the verdict: reading, a Signal in its place, keeping. */
const BESIDES_VERDICT_MS = 6_000;
const LOOPBACK = '127.0.0.1';

/** Serves the thin API until SIGTERM or SIGINT, then finishes what it is answering. Temporal may come later than it, MongoDB may not. */
async function main(): Promise<void> {
  const config = readApiConfig();
  const rulebooks = loadRulebooks();
  requireEdition(config.edition, rulebooks.ids());
  const stop = Promise.race(['SIGTERM', 'SIGINT'].map((signal) => once(process, signal)));
  const records = await open(config.mongodbUri);
  const tracing = await startTracing('planning-services-api', config.traceEndpoint);
  const temporal = connectTemporal(config.temporal, config.payloads, tracing?.client);
  const keys = publishedKeys(config.oidc.jwksUri, (err) => api.log.error({ err }, ISSUER_AWAY));
  const dependencies = { ...dependenciesOf(config, records, temporal, keys), rulebooks };
  const limits = limitsOf(config);
  const api = await createApi(dependencies, LOGGER, limits, tracing !== undefined);
  const admin = await createAdmin(dependencies, LOGGER);
  // Made before anybody waits: while it is, nothing else is answered.
  await api.inject(CONTRACT);
  await listen(api, config.host, config.port, 'API_PORT');
  await listen(admin, LOOPBACK, config.adminPort, 'ADMIN_PORT');
  await stop;
  admin.isDraining = true;
  await drain(api, limits);
  await closeAudit(records.audit, api.log);
  await Promise.allSettled([admin.close(), temporal.connection.close(), records.close(), tracing?.stop()]);
}

function limitsOf({ rateLimit, addressRateLimit, trustedProxies, verdictTimeoutMs }: ApiConfig): Limits {
  return {
    ...LIMITS,
    tenantRate: rateLimit,
    addressRate: addressRateLimit,
    trustedProxies,
    answerMs: Math.max(LIMITS.answerMs, verdictTimeoutMs + BESIDES_VERDICT_MS),
  };
}

function dependenciesOf(
  {
    verdictTimeoutMs,
    oidc,
    portal,
    edition,
    utcOffset,
    payloads,
    allowLocalWebhooks,
    temporal: { namespace },
  }: ApiConfig,
  records: Records,
  client: ReturnType<typeof connectTemporal>,
  keys: TokenRules['keys'],
): Omit<ApiDependencies, 'rulebooks'> {
  const messenger = createMessenger({ client, verdictTimeoutMs });
  return {
    records,
    engagements: createEngagementsClient({ messenger, records, isDiscreet: payloads?.encrypts ?? false }),
    partners: createPartnersClient({ messenger, records }),
    batches: createBatchesClient({ messenger, records }),
    reconciliations: createReconciliationsClient({ client, verdictTimeoutMs }),
    webhooks: createWebhooksClient({ client, verdictTimeoutMs }),
    allowLocalWebhooks,
    pingTemporal: async () =>
      void (await client.withDeadline(Date.now() + 1_000, () =>
        client.workflowService.describeNamespace({ namespace }),
      )),
    tokens: { issuer: oidc.issuer, audience: oidc.audience, keys },
    portal,
    edition,
    utcOffset,
  };
}

/** @throws ConfigError when there is no MongoDB at the address */
async function open(uri: string): Promise<Records> {
  try {
    const records = await openRecords({ uri, timeoutMs: MONGODB_TIMEOUT_MS });
    await records.migrate();
    return records;
  } catch (error) {
    throw isUnavailable(error) ? new ConfigError('MONGODB_URI: nothing answers there', { cause: error }) : error;
  }
}

/** @throws ConfigError when somebody else uses the port */
async function listen(server: FastifyInstance, host: string, port: number, variable: string): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EADDRINUSE' ? new ConfigError(`${variable}: port ${port} is in use`, { cause: error }) : error;
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const expected = error instanceof ConfigError || error instanceof InvalidDataFile;
    process.stderr.write(`${expected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    process.exit(1);
  },
);
