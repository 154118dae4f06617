import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { createActivities, type Activities, type Dependencies } from '../../activities';
import { createHttpGateway } from '../../activities/savb/httpGateway';
import { createManualGateway } from '../../activities/savb/manualGateway';
import type { EngagementInput, EngagementView, Verdict } from '../../contracts/engagement';
import type { Actor, Envelope, Payloads } from '../../contracts/messages';
import { engagementWorkflowId, TASK_QUEUE, type EngagementMessageName } from '../../contracts/names';
import { samplePartners } from '../../dev/sample/partners';
import { addDays, dayOf } from '../../domain/days';
import type { EngagementEvent } from '../../domain/engagement/events';
import { openRecords, type Records } from '../../records/connect';
import { loadRates, loadRulebooks } from '../../records/rulebooks';
import { createSavbSandbox } from '../../sandbox/savb/server';
import { buildWorkflowBundle } from '../../worker/bundle';
import { ensureSearchAttributes } from '../../worker/searchAttributes';
import { createWorker } from '../../worker/worker';

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** Workflow code is the same for every test of a file. */
let bundle: Promise<string> | undefined;
export const workflowCode = (): Promise<string> => (bundle ??= buildWorkflowBundle());

export interface House {
  client: Client;
  records: Records;
  savbUrl: string;
  activities: Activities;
  worker: Worker;
  /** Today by the clock of the Temporal server. */
  today(): Promise<string>;
  stop(): Promise<void>;
}

export interface HouseOptions {
  address: string;
  mongoUri: string;
  /** The instant the Temporal server believes in; the real one by default. */
  now?: () => Promise<number>;
  gateway?: 'http' | 'manual';
  /** Changes what activities depend on, to watch or to break it. */
  dependencies?: (usual: Dependencies) => Dependencies;
  rulebook?: string;
}

export const SAVB_TOKEN = 'test';

/** Everything but API and CLI in this process, on real servers: worker, records, SAVB's sandbox behind its socket. */
export async function openHouse({
  address,
  mongoUri,
  now = async () => Date.now(),
  gateway = 'http',
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
  await ensureSearchAttributes(connection, 'default');
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
  const running = worker.run();
  const client = new Client({ connection });
  return {
    client,
    records,
    savbUrl,
    activities,
    worker,
    today,
    async stop() {
      worker.shutdown();
      await running;
      await Promise.all([paymentTool.close(), records.close(), savb.close()]);
      await connection.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const PARTNER_ADMIN: Actor = { subject: 'pia', role: 'partnerAdmin', partnerId: 'contoso-services' };
export const CONSULTANT: Actor = { subject: 'eva.lind', role: 'consultant', partnerId: 'contoso-services' };
export const OPERATOR: Actor = { subject: 'olle', role: 'operator' };

/** One engagement as a test sees it. */
export class Case {
  private constructor(
    private readonly house: House,
    readonly engagementId: string,
    readonly handle: WorkflowHandle,
    readonly today: string,
  ) {}

  static async start(
    house: House,
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
    { actor = OPERATOR, messageId = randomUUID() as string } = {},
  ): Promise<Verdict> {
    return this.handle.executeUpdate<Verdict, [Envelope]>(name, {
      args: [this.envelope(payload, actor, messageId)],
      updateId: messageId,
    });
  }

  signal<Name extends EngagementMessageName>(
    name: Name,
    payload: Payloads[Name],
    { actor = OPERATOR, messageId = randomUUID() as string } = {},
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
    const body = JSON.stringify({ reference: `${this.engagementId}:invoice:1`, status, ...more });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.house.savbUrl}/control/advance`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }

  /** Resolves with the view as soon as it fits. Real time; the jest timeout ends a wait in vain. */
  until(fits: (view: EngagementView) => boolean): Promise<EngagementView> {
    return eventually(() => this.view(), fits);
  }
}

/** Asks again and again until the answer fits. */
export async function eventually<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
