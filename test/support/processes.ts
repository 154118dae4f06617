import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { inRepository } from '../../dev/repository';
import { samplePartners } from '../../dev/sample/partners';
import { startNodeProcess } from '../../dev/servers/node';
import { freePort } from '../../dev/servers/ports';
import type { Running } from '../../dev/servers/process';
import { dayOf } from '../../domain/days';
import { openRecords } from '../../records/connect';
import type { Surroundings } from './case';
import { SAVB_TOKEN } from './house';
import { openSavbProxy, type SavbProxy } from './savbProxy';
import { showPartner } from './showPartner';

/** The compiled worker and SAVB's sandbox, each a process of its own, so that they can be killed and stopped. */
export interface Processes extends Surroundings {
  savb: Running;
  /** What workers take for SAVB. */
  proxy: SavbProxy;
  /**
   * Starts a worker, of the build in this folder or the usual one, with settings of its own beside the others'; it is ended
   * with everything else. `admin` is the address of its admin port.
   */
  startWorker(dist?: string, own?: Record<string, string>): Promise<Running & { admin: string }>;
  /** Everything SAVB ever booked. */
  ledger(): Promise<LedgerEntry[]>;
  stop(): Promise<void>;
}

interface LedgerEntry {
  type: string;
  request?: { reference: string };
}

/** Starts the sandbox, with the sample partners on record, and no worker yet. `settings` are variables of the worker. */
export async function openProcesses(
  servers: { address: string; mongoUri: string },
  settings: Record<string, string> = {},
): Promise<Processes> {
  const folder = await mkdtemp(path.join(tmpdir(), 'planning-services-processes-'));
  const savbPort = await freePort();
  const savbUrl = `http://127.0.0.1:${savbPort}`;
  const start = (name: string, script: string, ready: string, env: Record<string, string>) =>
    startNodeProcess({ name, script, env: { ...process.env, ...env }, ready, log: path.join(folder, `${name}.log`) });
  const savb = await start('savb', inRepository('dist', 'sandbox', 'savb', 'main.js'), `${savbUrl}/healthz`, {
    SAVB_TOKEN,
    SAVB_PORT: String(savbPort),
    SAVB_LEDGER: path.join(folder, 'ledger.jsonl'),
    SAVB_SANDBOX_PACE: 'manual',
  });
  const proxy = await openSavbProxy(savbUrl);
  const records = await openRecords({ uri: servers.mongoUri, timeoutMs: 5_000 });
  await records.migrate();
  const today = dayOf(new Date().toISOString(), '+00:00');
  for (const partner of samplePartners(today)) await showPartner(records, partner);
  const connection = await Connection.connect({ address: servers.address });
  const workers: Running[] = [];
  return {
    client: new Client({ connection }),
    records,
    savbUrl,
    savb,
    proxy,
    today: async () => today,
    async startWorker(dist = inRepository('dist'), own = {}) {
      const adminPort = await freePort();
      const admin = `http://127.0.0.1:${adminPort}`;
      const ready = `${admin}/readyz`;
      const worker = await start(`worker-${workers.length + 1}`, path.join(dist, 'worker', 'main.js'), ready, {
        TEMPORAL_ADDRESS: servers.address,
        MONGODB_URI: servers.mongoUri,
        ALLOW_INSECURE_LOCAL: '1',
        SAVB_MODE: 'http',
        SAVB_URL: proxy.url,
        SAVB_TOKEN,
        SAVB_QUARANTINE: '2s',
        SAVB_LONGEST_RETRY: '1s',
        SAVB_POLL_INTERVAL: '100ms',
        ADMIN_PORT: String(adminPort),
        ...settings,
        ...own,
      });
      workers.push(worker);
      return Object.assign(worker, { admin });
    },
    async ledger() {
      const response = await fetch(`${savbUrl}/control/ledger`);
      return ((await response.json()) as { items: LedgerEntry[] }).items;
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all([connection.close(), records.close(), proxy.close(), savb.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}
