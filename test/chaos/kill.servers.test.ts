import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startNodeProcess } from '../../dev/servers/node';
import { freePorts } from '../../dev/servers/ports';
import type { Running } from '../../dev/servers/process';
import { samplePartners } from '../../dev/sample/partners';
import { dayOf } from '../../domain/days';
import { openRecords, type Records } from '../../records/connect';
import { Case } from '../support/case';
import { eventually } from '../support/eventually';
import { SAVB_TOKEN } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { showPartner } from '../support/showPartner';

jest.setTimeout(240_000);

const temporal = temporalServer();
const mongo = mongoServer();

let folder: string;
let worker: Running;
let savb: Running;
let savbUrl: string;
let records: Records;
let connection: Connection;
const today = dayOf(new Date().toISOString(), '+00:00');

/** The compiled worker and sandbox, each a process of its own, so that they can be killed. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-kill-'));
  const [savbPort, adminPort] = await freePorts(2);
  savbUrl = `http://127.0.0.1:${savbPort}`;
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: temporal().address,
    MONGODB_URI: mongo().uri,
    SAVB_MODE: 'http',
    SAVB_URL: savbUrl,
    SAVB_TOKEN,
    SAVB_PORT: String(savbPort),
    SAVB_LEDGER: path.join(folder, 'ledger.jsonl'),
    SAVB_SANDBOX_PACE: 'manual',
    SAVB_QUARANTINE: '1s',
    SAVB_POLL_INTERVAL: '100ms',
    ADMIN_PORT: String(adminPort),
  };
  const start = (name: string, script: string, ready: string) =>
    startNodeProcess({ name, script: path.resolve('dist', script), env, ready, log: path.join(folder, `${name}.log`) });
  savb = await start('savb', 'sandbox/savb/main.js', `${savbUrl}/healthz`);
  worker = await start('worker', 'worker/main.js', `http://127.0.0.1:${adminPort}/readyz`);
  records = await openRecords({ uri: mongo().uri, timeoutMs: 5_000 });
  for (const partner of samplePartners(today)) await showPartner(records, partner);
  connection = await Connection.connect({ address: temporal().address });
}, 60_000);

afterAll(async () => {
  await connection.close();
  await records.close();
  await worker.stop();
  await savb.stop();
  await rm(folder, { recursive: true });
}, 60_000);

test('a worker killed between any two steps loses nothing, and the invoice goes out once', async () => {
  const house = { client: new Client({ connection }), records, savbUrl, today: async () => today };
  const engagement = await Case.start(house);
  await engagement.upload();
  const steps = [
    () => engagement.signal('assignVoucher', engagement.payloads().assignVoucher),
    () => engagement.signal('reserveVoucher', engagement.payloads().reserveVoucher),
    () => engagement.signal('submitCompletionReport', engagement.payloads().submitCompletionReport),
    () => engagement.signal('redeemVoucher', engagement.payloads().redeemVoucher),
    () => engagement.advance('approved'),
    () => engagement.advance('paid'),
  ];
  const stages = ['voucherAssigned', 'reserved', 'completionReported', 'paymentRequested', 'paymentApproved', 'paid'];
  for (const [index, step] of steps.entries()) {
    // Killed with the step under way: what it had done by then is on record or is done again.
    await step();
    await worker.kill('SIGKILL');
    await worker.restart();
    await eventually(
      () => records.engagements.view(engagement.engagementId),
      (view) => view?.stage === stages[index],
    );
  }
  await engagement.handle.result();
  const recorded = await records.engagements.timeline(engagement.engagementId);
  expect(await engagement.timeline()).toStrictEqual(recorded);
  expect(recorded.map(({ version }) => version)).toStrictEqual(recorded.map((_, index) => index + 1));
  expect(await invoices()).toHaveLength(1);
});

async function invoices(): Promise<unknown[]> {
  const response = await fetch(`${savbUrl}/payment-requests`, { headers: { authorization: `Bearer ${SAVB_TOKEN}` } });
  return ((await response.json()) as { items: unknown[] }).items;
}
