import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { BSON, MongoClient } from 'mongodb';
import { ApiFailure } from '../../client/cli/failures';
import { askForToken } from '../../client/cli/http';
import type { EngagementView } from '../../contracts/engagement';
import { engagementWorkflowId, partnerWorkflowId } from '../../contracts/names';
import { peopleOf, say, type Caller } from '../../dev/people';
import { samplePayloads, samplePlan } from '../../dev/sample/engagement';
import { samplePartners } from '../../dev/sample/partners';
import { urlOf } from '../../dev/settings';
import { startStack, type Stack } from '../../dev/stack';
import { freeStackPorts } from '../../dev/stackPorts';
import { dayOf } from '../../domain/days';
import { customerDigest } from '../../records/audit';
import { openRecords } from '../../records/connect';
import { eventually } from '../support/eventually';
import { mailServer, no, type MailServer } from '../support/mailServer';
import { mongoServer, temporalServer } from '../support/servers';
import { showPartner } from '../support/showPartner';
import { storedText } from '../support/storedText';

/** Starts compiled programs: `npm test` builds first. */
jest.setTimeout(120_000);

/** What a person or a customer would recognize as theirs: found nowhere but in MongoDB and in encrypted payloads. */
const CANARIES = {
  customer: 'Kanariefågel AB',
  licensingId: 'kanarie-licensing',
  administrator: 'kanarie.administrator@canary.example',
  manager: 'Kanarie Projektledare',
  managerMail: 'kanarie.manager@canary.example',
  summary: 'kanarie-summary of what was planned',
  note: 'kanarie-note about a person',
  wrong: 'kanarie.wrong@canary.example',
  search: 'kanarie-search',
  profile: 'kanarie.contact@canary.example',
};
const canariesIn = (text: string): string[] => Object.values(CANARIES).filter((canary) => text.includes(canary));

const temporal = temporalServer();
const mongo = mongoServer();
const today = dayOf(new Date().toISOString(), '+00:00');
const [partner] = samplePartners(today);
const NEW_PARTNER = 'northern-planning';

let folder: string;
let connection: Connection;
let mails: MailServer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-privacy-'));
  connection = await Connection.connect({ address: temporal().address });
  mails = await mailServer({
    onRcptTo: ({ address }, _session, done) => done(no(550, `<${address}> is unknown here`)),
  });
  const records = await openRecords({ uri: mongo().uri, timeoutMs: 5_000 });
  await records.migrate();
  await showPartner(records, partner);
  await records.close();
});
afterAll(async () => {
  await Promise.all([connection.close(), mails.close()]);
  await rm(folder, { recursive: true });
});

/** Worker, API and sandboxes as processes, on the servers of this file; everything they log is in `folder`. */
async function inStack(PAYLOAD_CODEC: 'on' | 'off', work: (stack: Stack) => Promise<void>): Promise<void> {
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: temporal().address,
    MONGODB_URI: mongo().uri,
    SMTP_URL: `smtp://127.0.0.1:${mails.port}`,
    SAVB_SANDBOX_PACE: '300ms',
    SAVB_POLL_INTERVAL: '200ms',
    PAYLOAD_CODEC,
  };
  const dataDir = path.join(folder, 'data');
  const stack = await startStack({ dataDir, ports: await freeStackPorts(), say: () => undefined, env });
  try {
    await work(stack);
    expect(canariesIn(await toldBy(stack))).toStrictEqual([]);
  } finally {
    await stack.stop();
  }
}

/** Logs and metrics of all processes. */
async function toldBy({ logs, ports }: Stack): Promise<string> {
  const files = (await readdir(logs)).map((file) => readFile(path.join(logs, file), 'utf8'));
  const metrics = [ports.workerAdmin, ports.apiAdmin].map(async (port) =>
    (await fetch(`${urlOf(port)}/metrics`)).text(),
  );
  const told = await Promise.all([...files, ...metrics]);
  expect(told.every((text) => text.length > 0)).toBe(true);
  return told.join('\n');
}

const handleOf = (workflowId: string): WorkflowHandle => new Client({ connection }).workflow.getHandle(workflowId);

const addressesOf = (ports: Stack['ports']) => ({ apiUrl: urlOf(ports.api), issuerUrl: urlOf(ports.issuer) });

/** An engagement whose every text is a canary. */
async function engagementIn({ ports }: Stack, engagementId: string) {
  const { start, assignVoucher, ...later } = samplePayloads(engagementId, today);
  const people = { ...addressesOf(ports), partnerId: partner.partnerId, consultantId: 'eva.lind' };
  const { operator, partnerAdmin, consultant } = await peopleOf(people);
  const route = `/engagements/${engagementId}`;
  const post = (to: string, payload: object, as: Caller = operator) =>
    say<EngagementView>(as, ['POST', to], route, payload);
  return {
    handle: handleOf(engagementWorkflowId(engagementId)),
    operator,
    post,
    view: async () => (await operator.api.call<EngagementView>('GET', route)).body,
    begin: async () => {
      await post('/engagements', {
        ...start,
        customer: { ...start.customer, name: CANARIES.customer, licensingId: CANARIES.licensingId },
      });
      await post(`${route}/voucher-assignment`, {
        ...assignVoucher,
        voucherAdministratorEmail: CANARIES.administrator,
        projectManager: { name: CANARIES.manager, email: CANARIES.managerMail },
      });
    },
    /** From the reservation to the payment, with a refusal, a note and a search on the way. */
    end: async () => {
      const reservation = { ...later.reserveVoucher, voucherAdministratorEmail: CANARIES.administrator };
      const wrong = { ...reservation, voucherAdministratorEmail: CANARIES.wrong };
      await expect(post(`${route}/reservation`, wrong, partnerAdmin)).rejects.toThrow(ApiFailure);
      await post(`${route}/reservation`, reservation, partnerAdmin);
      await consultant.api.call('PUT', `${route}/deliverables/${path.basename(samplePlan)}`, { file: samplePlan });
      await post(
        `${route}/completion-report`,
        { ...later.submitCompletionReport, summary: CANARIES.summary },
        consultant,
      );
      await post(`${route}/notes`, { text: CANARIES.note });
      await operator.api.call('GET', '/engagements', { query: { customer: CANARIES.search } });
      await post(`${route}/redemption`, later.redeemVoucher, partnerAdmin);
    },
  };
}

test('with the codec off, histories tell what was said, and nothing else does', async () => {
  await inStack('off', async (stack) => {
    const { begin, handle } = await engagementIn(stack, 'e-plain');
    await begin();
    const { customer, licensingId, administrator, manager, managerMail } = CANARIES;
    expect(canariesIn(await storedText(handle))).toStrictEqual([
      customer,
      licensingId,
      administrator,
      manager,
      managerMail,
    ]);
    const { typedSearchAttributes, workflowId } = await handle.describe();
    expect(canariesIn(JSON.stringify([workflowId, ...typedSearchAttributes.getAll()]))).toStrictEqual([]);
  });
});

test('with the codec on, nothing but MongoDB tells it: no history, no summary, no log, no metric', async () => {
  await inStack('on', async (stack) => {
    const plain = await engagementIn(stack, 'e-plain');
    const encrypted = await engagementIn(stack, 'e-encrypted');
    await encrypted.begin();
    // What began before the codec was on goes on with it.
    for (const { end } of [plain, encrypted]) await end();
    for (const { view } of [plain, encrypted])
      await eventually(view, ({ stage, tasks }) => stage === 'paid' && tasks.length === 0);
    await registerPartner(plain.operator);
    for (const { handle } of [encrypted, { handle: handleOf(partnerWorkflowId(NEW_PARTNER)) }]) {
      const stored = await storedText(handle);
      expect(stored).toContain('binary/encrypted');
      expect(canariesIn(stored)).toStrictEqual([]);
    }
    const { customer, summary, note } = CANARIES;
    const told = JSON.stringify([await encrypted.view(), await plain.view()]);
    for (const known of [customer, summary]) expect(told).toContain(known);
    expect(canariesIn(await storedText(plain.handle))).not.toContain(note);
    await expectSupportersToRead(stack, encrypted.handle);
    // The mail server says no in words that name the mailbox.
    await eventually(
      () => toldBy(stack),
      (log) => log.includes('<a mailbox> is unknown here'),
    );
  });
});

test('a customer that is forgotten is not in MongoDB either, and the audit has who asked for it', async () => {
  await inStack('on', async ({ ports }) => {
    const { operator } = await peopleOf({ ...addressesOf(ports), partnerId: partner.partnerId });
    const { profile: _partners, ...customers } = CANARIES;
    const isTold = (text: string) => Object.values(customers).filter((canary) => text.includes(canary));
    expect(isTold(await everythingInMongo())).not.toStrictEqual([]);
    const ended = ['e-plain', 'e-encrypted'].map((id) => handleOf(engagementWorkflowId(id)));
    for (const handle of ended)
      await eventually(
        () => handle.describe(),
        ({ status }) => status.name === 'COMPLETED',
      );
    const { body } = await operator.api.call('POST', '/customers/fabrikam/erasure', { key: 'forget-1' });
    expect(body).toStrictEqual({ customerId: 'fabrikam', engagements: ['e-encrypted', 'e-plain'] });
    const left = await everythingInMongo();
    expect(isTold(left)).toStrictEqual([]);
    expect(left).not.toContain('fabrikam');
    const audit = await operator.api.call('GET', '/audit', { query: { about: 'fabrikam' } });
    const about = [customerDigest('fabrikam')];
    expect(audit.body).toMatchObject({ items: [{ subject: 'olivia.operator', status: 200, about }] });
  });
});

async function everythingInMongo(): Promise<string> {
  const client = await new MongoClient(mongo().uri).connect();
  try {
    const collections = await client.db().collections();
    const rows = await Promise.all(collections.map((collection) => collection.find().toArray()));
    return Buffer.from(BSON.serialize({ rows })).toString('utf8');
  } finally {
    await client.close();
  }
}

/** A partner whose contact is a canary. */
async function registerPartner(operator: Caller): Promise<void> {
  const route = `/partners/${NEW_PARTNER}`;
  const membership = { name: 'Northern Planning', mpnId: '9990001', membershipRenewsOn: partner.membershipRenewsOn };
  await say(operator, ['PUT', route], route, membership);
  const profile = { ...partner.businessProfile, contactEmail: CANARIES.profile };
  await say(operator, ['PUT', `${route}/business-profile`], route, profile);
}

/** Staff read histories through the codec server, and what they type goes through it. */
async function expectSupportersToRead({ ports }: Stack, handle: WorkflowHandle): Promise<void> {
  const token = await askForToken(urlOf(ports.issuer), { role: 'support', subject: 'sven.support' });
  const { events } = await handle.fetchHistory();
  const [payload] = events![0]!.workflowExecutionStartedEventAttributes!.input!.payloads!;
  const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
  const metadata = Object.entries(payload!.metadata!).map(([name, value]) => [name, base64(value)]);
  const answer = await fetch(`${urlOf(ports.codec)}/decode`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-namespace': 'default' },
    body: JSON.stringify({
      payloads: [{ metadata: Object.fromEntries(metadata) as object, data: base64(payload!.data) }],
    }),
  });
  const { payloads } = (await answer.json()) as { payloads: { data: string }[] };
  expect(Buffer.from(payloads[0]!.data, 'base64').toString()).toContain(CANARIES.customer);
}
