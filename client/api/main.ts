import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { readApiConfig, type ApiConfig } from '../../config/api';
import { requireEdition } from '../../config/programme';
import { ConfigError } from '../../config/read';
import { openRecords, type Records } from '../../records/connect';
import { isUnavailable } from '../../records/errors';
import { InvalidDataFile, loadRulebooks } from '../../records/rulebooks';
import { createBatchesClient } from '../batches/client';
import { createEngagementsClient } from '../engagements/client';
import { createMessenger } from '../messenger/messenger';
import { createPartnersClient } from '../partners/client';
import { createReconciliationsClient } from '../reconciliations/client';
import { connectTemporal } from '../engagements/temporal';
import { createAdmin, createApi } from './app';
import { publishedKeys } from './auth';
import type { ApiDependencies } from './dependencies';

/** Shorter than a caller's patience, long enough for a new primary. */
const MONGODB_TIMEOUT_MS = 2_000;
const DRAIN_MS = 10_000;
const LOOPBACK = '127.0.0.1';

/** Serves the thin API until SIGTERM or SIGINT, then finishes what it is answering. Temporal may come later than it, MongoDB may not. */
async function main(): Promise<void> {
  const config = readApiConfig();
  const rulebooks = loadRulebooks();
  requireEdition(config.edition, rulebooks.ids());
  const stop = Promise.race(['SIGTERM', 'SIGINT'].map((signal) => once(process, signal)));
  const records = await open(config.mongodbUri);
  const temporal = connectTemporal(config.temporal);
  const dependencies = { ...dependenciesOf(config, records, temporal), rulebooks };
  const logger = { level: 'info' };
  const api = await createApi(dependencies, logger);
  const admin = await createAdmin(dependencies, logger);
  await listen(api, config.host, config.port, 'API_PORT');
  await listen(admin, LOOPBACK, config.adminPort, 'ADMIN_PORT');
  await stop;
  await Promise.race([api.close(), pause(DRAIN_MS)]);
  await Promise.allSettled([admin.close(), temporal.connection.close(), records.close()]);
}

function dependenciesOf(
  { verdictTimeoutMs, oidc, edition, utcOffset, temporal: { namespace } }: ApiConfig,
  records: Records,
  client: ReturnType<typeof connectTemporal>,
): Omit<ApiDependencies, 'rulebooks'> {
  const messenger = createMessenger({ client, verdictTimeoutMs });
  return {
    records,
    engagements: createEngagementsClient({ messenger, records }),
    partners: createPartnersClient({ messenger, records }),
    batches: createBatchesClient({ messenger, records }),
    reconciliations: createReconciliationsClient({ client, verdictTimeoutMs }),
    pingTemporal: async () =>
      void (await client.withDeadline(Date.now() + 1_000, () =>
        client.workflowService.describeNamespace({ namespace }),
      )),
    tokens: { issuer: oidc.issuer, audience: oidc.audience, keys: publishedKeys(oidc.jwksUri) },
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
