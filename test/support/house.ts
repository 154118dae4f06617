import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { createActivities, createWebhookActivities, type Activities, type Dependencies } from '../../activities';
import { clientConverter } from '../../codec/dataConverter';
import type { PayloadProtection } from '../../codec/payloadCodec';
import { createHttpGateway } from '../../activities/savb/httpGateway';
import { createManualGateway } from '../../activities/savb/manualGateway';
import { samplePartners } from '../../dev/sample/partners';
import type { BatchPolicy } from '../../domain/batch/decision';
import { dayOf } from '../../domain/days';
import { openRecords, type Records } from '../../records/connect';
import { loadRates, loadRulebooks } from '../../records/rulebooks';
import { createSavbSandbox } from '../../sandbox/savb/server';
import { createMail } from '../../worker/mail';
import { ensureSearchAttributes } from '../../worker/searchAttributes';
import { createWorkers, type Workers } from '../../worker/worker';
import { createWorkflowWatch } from '../../worker/workflowWatch';
import { workflowCode } from './workflowCode';
import { showPartner } from './showPartner';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});

export interface House {
  client: Client;
  records: Records;
  savbUrl: string;
  activities: Activities;
  workers: Workers;
  /** Lets the workers of an idle house run. */
  work(): void;
  /** Today by the clock of the Temporal server. */
  today(): Promise<string>;
  /** Scripts what goes wrong at SAVB from now on, as the sandbox's control route takes it; without faults all is well again. */
  savbFaults: (...faults: SavbFault[]) => Promise<void>;
  stop(): Promise<void>;
}

export interface SavbFault {
  fault: string;
  on?: string;
  times?: number;
  [option: string]: unknown;
}

export interface HouseOptions {
  address: string;
  mongoUri: string;
  /** The instant the Temporal server believes in; the real one by default. */
  now?: () => Promise<number>;
  gateway?: 'http' | 'manual';
  /** Engagements ask together, in batches that go out so; else each on its own. */
  batched?: Partial<BatchPolicy>;
  /** Keys for payloads, and whether they encrypt. */
  payloads?: PayloadProtection;
  /** The workers do not run yet. */
  idle?: true;
  /** Makes the server know our search attributes; the time-skipping one cannot be asked which it knows. */
  registerSearchAttributes?: (connection: NativeConnection, namespace: string) => Promise<void>;
  /** Changes what activities depend on, to watch or to break it. */
  dependencies?: (usual: Dependencies) => Dependencies;
}

export const SAVB_TOKEN = 'test';

/** Everything but API and CLI in this process, on real servers: worker, records, SAVB's sandbox behind its socket. */
export async function openHouse({
  address,
  mongoUri,
  now = async () => Date.now(),
  gateway = 'http',
  batched,
  payloads,
  idle,
  registerSearchAttributes = ensureSearchAttributes,
  dependencies = (usual) => usual,
}: HouseOptions): Promise<House> {
  const folder = await mkdtemp(path.join(tmpdir(), 'planning-services-savb-'));
  const savb = await createSavbSandbox({
    ledgerFile: path.join(folder, 'ledger.jsonl'),
    token: SAVB_TOKEN,
    pace: 'manual',
  });
  await savb.listen({ port: 0, host: '127.0.0.1' });
  const savbUrl = `http://127.0.0.1:${(savb.server.address() as AddressInfo).port}`;
  const records = await openRecords({ uri: mongoUri, timeoutMs: 1_800 });
  await records.migrate();
  const today = async () => dayOf(new Date(await now()).toISOString(), '+00:00');
  for (const partner of samplePartners(await today())) await showPartner(records, partner);
  const connection = await NativeConnection.connect({ address });
  await registerSearchAttributes(connection, 'default');
  const client = new Client({ connection, dataConverter: clientConverter(payloads) });
  const paymentTool =
    gateway === 'http' ? createHttpGateway({ url: savbUrl, token: SAVB_TOKEN }) : createManualGateway();
  const pace = { quarantineMs: 500, pollIntervalMs: 50, longestRetryMs: 1_000 };
  const needed = dependencies({
    records,
    rulebooks: loadRulebooks(),
    rates: loadRates(),
    paymentTool,
    gateway: batched ? 'batch' : gateway,
    batches: { gateway, policy: { dayOfMonth: 15, size: 50, daysBeforeDue: 7, ...batched } },
    programme: { edition: '2020-06', utcOffset: '+00:00' },
    ...createMail(client),
    workflows: createWorkflowWatch(client),
    pace,
  });
  const activities = createActivities(needed);
  const workers = await createWorkers({
    connection,
    namespace: 'default',
    activities,
    webhookActivities: createWebhookActivities(needed),
    shutdownGraceMs: 5_000,
    payloads,
    code: await workflowCode(payloads?.encrypts),
  });
  let running: Promise<void> | undefined;
  const work = () => void (running ??= workers.run());
  if (!idle) work();
  return {
    client,
    records,
    savbUrl,
    activities,
    workers,
    work,
    today,
    async savbFaults(...faults) {
      await fetch(`${savbUrl}/control/faults`, { method: 'DELETE' });
      if (faults.length > 0) await tellSavb(savbUrl, 'faults', { faults });
    },
    async stop() {
      if (workers.getState() === 'RUNNING') workers.shutdown();
      await running;
      await Promise.all([paymentTool.close(), records.close(), savb.close()]);
      await connection.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Uses a control route of SAVB's sandbox. */
export async function tellSavb(savbUrl: string, what: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${savbUrl}/control/${what}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}
