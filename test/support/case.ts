import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { WorkflowHandle } from '@temporalio/client';
import type { EngagementInput, EngagementView, Verdict } from '../../contracts/engagement';
import type { Actor, Envelope, Payloads } from '../../contracts/messages';
import { engagementWorkflowId, invoiceReference, TASK_QUEUE, type EngagementMessageName } from '../../contracts/names';
import type { PaymentRequestReply } from '../../contracts/savb';
import { addDays } from '../../domain/days';
import type { EngagementEvent } from '../../domain/engagement/events';
import { fingerprintOf } from '../../records/fingerprint';
import { loadRulebooks } from '../../records/rulebooks';
import { eventually } from './eventually';
import { SAVB_TOKEN, tellSavb, type House } from './house';
import { refusalOf } from './refusalOf';

export const PARTNER_ADMIN: Actor = { subject: 'pia', role: 'partnerAdmin', partnerId: 'contoso-services' };
export const CONSULTANT: Actor = { subject: 'eva.lind', role: 'consultant', partnerId: 'contoso-services' };
export const OPERATOR: Actor = { subject: 'olle', role: 'operator' };

/** What one engagement needs around it: a house, or processes of their own. */
export type Surroundings = Pick<House, 'client' | 'records' | 'savbUrl' | 'today'>;

/** Some tests kill a worker in the middle of a task, and whoever comes next waits this long. */
const SHORT_TASK_TIMEOUT = '5s';

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
    readonly partnerId: string,
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
      workflowTaskTimeout: SHORT_TASK_TIMEOUT,
      args: [input],
    });
    return new Case(house, engagementId, input.partnerId, handle, await house.today());
  }

  /** One that was started before, maybe elsewhere; `today` is the day it was started on. */
  static existing(house: Surroundings, { engagementId, partnerId, today }: Case): Case {
    const handle = house.client.workflow.getHandle(engagementWorkflowId(engagementId));
    return new Case(house, engagementId, partnerId, handle, today);
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

  readonly refusalOf = refusalOf;

  /** Who speaks for the partner whose engagement this is. */
  get partnerAdmin(): Actor {
    return { ...PARTNER_ADMIN, partnerId: this.partnerId };
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
    await this.send('reserveVoucher', this.payloads().reserveVoucher, { actor: this.partnerAdmin });
  }

  async report(): Promise<void> {
    await this.upload();
    await this.send('submitCompletionReport', this.payloads().submitCompletionReport, {
      actor: { ...CONSULTANT, partnerId: this.partnerId },
    });
  }

  async redeem(): Promise<void> {
    await this.send('redeemVoucher', this.payloads().redeemVoucher, { actor: this.partnerAdmin });
  }

  async untilRedeemed(): Promise<void> {
    await this.assign();
    await this.reserve();
    await this.report();
    await this.redeem();
  }

  /** Lets SAVB's sandbox report another status. */
  async advance(status: string, more: { code?: string; message?: string } = {}, seq = 1): Promise<void> {
    const reference = invoiceReference(this.engagementId, seq);
    await tellSavb(this.house.savbUrl, 'advance', { reference, status, ...more });
  }

  /** What SAVB has booked for this engagement. */
  async booked(seq = 1): Promise<PaymentRequestReply[]> {
    const headers = { authorization: `Bearer ${SAVB_TOKEN}` };
    const response = await fetch(
      `${this.house.savbUrl}/payment-requests?reference=${invoiceReference(this.engagementId, seq)}`,
      { headers },
    );
    return ((await response.json()) as { items: PaymentRequestReply[] }).items;
  }

  /** Resolves with the view as soon as it fits. Real time; the jest timeout ends a wait in vain. */
  until(fits: (view: EngagementView) => boolean): Promise<EngagementView> {
    return eventually(
      () => this.view(),
      (view) => view !== undefined && fits(view),
    );
  }
}
