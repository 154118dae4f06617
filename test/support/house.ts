import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { createActivities, type Activities, type Dependencies } from '../../activities';
import { createHttpGateway } from '../../activities/savb/httpGateway';
import { createManualGateway } from '../../activities/savb/manualGateway';
import type { EngagementInput, EngagementView, Verdict } from '../../contracts/engagement';
import type { Actor, Envelope, Payloads } from '../../contracts/messages';
import {
  engagementWorkflowId,
  invoiceReference,
  TASK_QUEUE,
  WORKFLOW_TASK_TIMEOUT,
  type EngagementMessageName,
} from '../../contracts/names';
import { inRepository } from '../../dev/repository';
import { samplePartners } from '../../dev/sample/partners';
import { addDays, dayOf } from '../../domain/days';
import type { EngagementEvent } from '../../domain/engagement/events';
import type { PaymentRequestReply } from '../../contracts/savb';
import { openRecords, type Records } from '../../records/connect';
import { fingerprintOf } from '../../records/fingerprint';
import { loadRates, loadRulebooks } from '../../records/rulebooks';
import { createSavbSandbox } from '../../sandbox/savb/server';
import { buildWorkflowBundle } from '../../worker/bundle';
import { ensureSearchAttributes } from '../../worker/searchAttributes';
import { createWorker } from '../../worker/worker';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});

let bundle: Promise<string> | undefined;

/** Workflow code is the same for every test of a file, and for every file as long as the built bundle is newer than its sources. */
export const workflowCode = (): Promise<string> =>
  (bundle ??= isBuilt() ? readFile(BUILT_BUNDLE, 'utf8') : buildWorkflowBundle());

const BUILT_BUNDLE = inRepository('dist', 'workflow-bundle.js');

function isBuilt(): boolean {
  const sources = ['workflows', 'domain', 'contracts'].flatMap((room) =>
    readdirSync(inRepository(room), { recursive: true, encoding: 'utf8' }).map((file) => inRepository(room, file)),
  );
  const writtenAt = (file: string) => statSync(file).mtimeMs;
  return existsSync(BUILT_BUNDLE) && Math.max(...sources.map(writtenAt)) < writtenAt(BUILT_BUNDLE);
}

export interface House {
  client: Client;
  records: Records;
  savbUrl: string;
  activities: Activities;
  worker: Worker;
  /** Lets the worker of an idle house run. */
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
  /** The worker does not run yet. */
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
  for (const partner of samplePartners(await today())) await records.partners.put(partner);
  const connection = await NativeConnection.connect({ address });
  await registerSearchAttributes(connection, 'default');
  const paymentTool =
    gateway === 'http' ? createHttpGateway({ url: savbUrl, token: SAVB_TOKEN }) : createManualGateway();
  const pace = { quarantineMs: 300, pollIntervalMs: 50 };
  const activities = createActivities(
    dependencies({ records, rulebooks: loadRulebooks(), rates: loadRates(), paymentTool, gateway, pace }),
  );
  const worker = await createWorker({
    connection,
    namespace: 'default',
    activities,
    shutdownGraceMs: 5_000,
    code: await workflowCode(),
  });
  let running: Promise<void> | undefined;
  const work = () => void (running ??= worker.run());
  if (!idle) work();
  const client = new Client({ connection });
  return {
    client,
    records,
    savbUrl,
    activities,
    worker,
    work,
    today,
    async savbFaults(...faults) {
      await fetch(`${savbUrl}/control/faults`, { method: 'DELETE' });
      if (faults.length > 0) await tellSavb(savbUrl, 'faults', { faults });
    },
    async stop() {
      worker.shutdown();
      await running;
      await Promise.all([paymentTool.close(), records.close(), savb.close()]);
      await connection.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Uses a control route of SAVB's sandbox. */
async function tellSavb(savbUrl: string, what: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${savbUrl}/control/${what}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

export const PARTNER_ADMIN: Actor = { subject: 'pia', role: 'partnerAdmin', partnerId: 'contoso-services' };
export const CONSULTANT: Actor = { subject: 'eva.lind', role: 'consultant', partnerId: 'contoso-services' };
export const OPERATOR: Actor = { subject: 'olle', role: 'operator' };

/** What one engagement needs around it: a house, or processes of their own. */
export type Surroundings = Pick<House, 'client' | 'records' | 'savbUrl' | 'today'>;

/** Who says something, and under which id; an operator, under a new one, unless told otherwise. */
interface Saying {
  actor?: Actor;
  messageId?: string;
}

/** One engagement as a test sees it. */
export class Case {
  private constructor(
    private readonly house: Surroundings,
    readonly engagementId: string,
    readonly handle: WorkflowHandle,
    readonly today: string,
  ) {}

  static async start(
    house: Surroundings,
    { engagementId = `e-${randomUUID()}`, ...changes }: Partial<EngagementInput> = {},
  ): Promise<Case> {
    const input: EngagementInput = {
      engagementId,
      partnerId: 'contoso-services',
      engagementType: 'windowsOffice',
      serviceLevelDays: 5,
      customer: { name: 'Fabrikam AB', country: 'SE', customerId: `fabrikam-${engagementId}` },
      rulebook: loadRulebooks().reference('2020-06'),
      utcOffset: '+00:00',
      startedBy: OPERATOR,
      ...changes,
    };
    const workflowId = engagementWorkflowId(engagementId);
    const handle = await house.client.workflow.start('engagement', {
      workflowId,
      taskQueue: TASK_QUEUE,
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      args: [input],
    });
    return new Case(house, engagementId, handle, await house.today());
  }

  envelope<Name extends EngagementMessageName>(
    payload: Payloads[Name],
    actor: Actor,
    messageId: string,
  ): Envelope<Payloads[Name]> {
    return { messageId, sentAt: new Date().toISOString(), actor, payload };
  }

  /** Sends by Update and waits for the verdict; throws `WorkflowUpdateFailedError` when refused. */
  send<Name extends EngagementMessageName>(
    name: Name,
    payload: Payloads[Name],
    { actor = OPERATOR, messageId = randomUUID() }: Saying = {},
  ): Promise<Verdict> {
    return this.handle.executeUpdate<Verdict, [Envelope]>(name, {
      args: [this.envelope(payload, actor, messageId)],
      updateId: `${messageId}:${fingerprintOf(name, payload)}`,
    });
  }

  signal<Name extends EngagementMessageName>(
    name: Name,
    payload: Payloads[Name],
    { actor = OPERATOR, messageId = randomUUID() }: Saying = {},
  ): Promise<void> {
    return this.handle.signal<[Envelope]>(name, this.envelope(payload, actor, messageId));
  }

  /** The code of the refusal with which a message is answered. */
  async refusalOf(sending: Promise<Verdict>): Promise<string | undefined> {
    const error: unknown = await sending.then(
      (verdict) => new Error(`applied as version ${verdict.version}`),
      (failure: unknown) => failure,
    );
    const { cause } = error as { cause?: { type?: string } };
    if (cause?.type === undefined) throw error;
    return cause.type;
  }

  view(): Promise<EngagementView> {
    return this.handle.query<EngagementView>('view');
  }

  timeline(): Promise<EngagementEvent[]> {
    return this.handle.query<EngagementEvent[]>('timeline');
  }

  payloads() {
    const { today, engagementId } = this;
    const voucherId = `V-${engagementId}`;
    const voucherAdministratorEmail = 'vera@fabrikam.example';
    return {
      assignVoucher: {
        voucherId,
        voucherAdministratorEmail,
        projectManager: { name: 'Per Persson', email: 'per@fabrikam.example' },
        offering: 'DDPS',
        serviceLevelDays: 5,
        assignedOn: today,
      },
      reserveVoucher: {
        voucherId,
        voucherAdministratorEmail,
        locationId: 'contoso-se',
        scheduledStart: today,
        scheduledEnd: addDays(today, 4),
        consultantIds: ['eva.lind'],
        termsAccepted: true,
      },
      submitCompletionReport: {
        startedOn: today,
        completedOn: today,
        deliveredToCustomerOn: today,
        daysDelivered: 5,
        consultantIds: ['eva.lind'],
        deliverables: [{ name: 'plan.pdf', kind: 'customerPlan' }],
        summary: 'Windows rollout planned',
      },
      redeemVoucher: { confirmed: true },
    } satisfies Partial<Payloads>;
  }

  async upload(name = 'plan.pdf', content = 'the plan'): Promise<void> {
    const { engagementId } = this;
    const at = new Date().toISOString();
    await this.house.records.deliverables.upload({
      engagementId,
      name,
      stream: Readable.from([Buffer.from(content)]),
      maxBytes: 1_000_000,
      at,
      uploadedBy: 'eva.lind',
    });
  }

  async assign(): Promise<void> {
    await this.send('assignVoucher', this.payloads().assignVoucher);
  }

  async reserve(): Promise<void> {
    await this.send('reserveVoucher', this.payloads().reserveVoucher, { actor: PARTNER_ADMIN });
  }

  async report(): Promise<void> {
    await this.upload();
    await this.send('submitCompletionReport', this.payloads().submitCompletionReport, { actor: CONSULTANT });
  }

  async redeem(): Promise<void> {
    await this.send('redeemVoucher', this.payloads().redeemVoucher, { actor: PARTNER_ADMIN });
  }

  async untilRedeemed(): Promise<void> {
    await this.assign();
    await this.reserve();
    await this.report();
    await this.redeem();
  }

  /** Lets SAVB's sandbox report another status. */
  async advance(status: string, more: { code?: string; message?: string } = {}): Promise<void> {
    await tellSavb(this.house.savbUrl, 'advance', { reference: this.reference, status, ...more });
  }

  /** What SAVB has booked for this engagement. */
  async booked(): Promise<PaymentRequestReply[]> {
    const headers = { authorization: `Bearer ${SAVB_TOKEN}` };
    const response = await fetch(`${this.house.savbUrl}/payment-requests?reference=${this.reference}`, { headers });
    return ((await response.json()) as { items: PaymentRequestReply[] }).items;
  }

  private get reference(): string {
    return invoiceReference(this.engagementId, 1);
  }

  /** Resolves with the view as soon as it fits. Real time; the jest timeout ends a wait in vain. */
  until(fits: (view: EngagementView) => boolean): Promise<EngagementView> {
    return eventually(
      () => this.view(),
      (view) => view !== undefined && fits(view),
    );
  }
}

/** Asking without a pause would take the processor from whoever is to bring the answer about. */
const BETWEEN_QUESTIONS_MS = 20;

/** Asks again and again until the answer fits. */
export async function eventually<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await pause(BETWEEN_QUESTIONS_MS);
  }
}
