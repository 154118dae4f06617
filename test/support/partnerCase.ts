import { randomUUID } from 'node:crypto';
import { createMessenger } from '../../client/messenger/messenger';
import { createPartnersClient } from '../../client/partners/client';
import type { Actor } from '../../contracts/messages';
import { partnerWorkflowId, type PartnerMessageName } from '../../contracts/names';
import type { ChecklistItem, PartnerPayloads, PartnerView } from '../../contracts/partner';
import { addDays } from '../../domain/days';
import { fingerprintOf } from '../../records/fingerprint';
import { eventually } from './eventually';
import type { House } from './house';

interface Saying {
  actor?: Actor;
  messageId?: string;
  /** Stored as a Signal, without waiting for the verdict. */
  async?: boolean;
}

/** One partner as a test sees it, over the client that the API uses. */
export class PartnerCase {
  private readonly client: ReturnType<typeof createPartnersClient>;

  constructor(
    private readonly house: Pick<House, 'client' | 'records'>,
    readonly today: string,
    readonly partnerId = `p-${randomUUID()}`,
  ) {
    const messenger = createMessenger({ client: house.client, verdictTimeoutMs: 20_000 });
    this.client = createPartnersClient({ messenger, records: house.records });
  }

  get globalAdmin(): Actor {
    return { subject: 'mira', role: 'globalAdmin', partnerId: this.partnerId };
  }

  get handle() {
    return this.house.client.workflow.getHandle(partnerWorkflowId(this.partnerId));
  }

  day(days: number): string {
    return addDays(this.today, days);
  }

  /** Says something as an operator; answers with what became of it. */
  async send<Name extends PartnerMessageName>(
    name: Name,
    payload: PartnerPayloads[Name],
    {
      actor = { subject: 'olle', role: 'operator' },
      messageId = randomUUID(),
      async: respondAsync = false,
    }: Saying = {},
  ) {
    const envelope = { messageId, sentAt: new Date().toISOString(), actor, payload };
    return this.client.send(this.partnerId, name, envelope, {
      fingerprint: fingerprintOf(name, payload),
      respondAsync,
    });
  }

  /** Says something that is expected to be done. */
  async say<Name extends PartnerMessageName>(
    name: Name,
    payload: PartnerPayloads[Name],
    saying?: Saying,
  ): Promise<void> {
    const outcome = await this.send(name, payload, saying);
    if (outcome.kind !== 'verdict') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  }

  register(changes: Partial<PartnerPayloads['updateMembership']> = {}): Promise<void> {
    return this.say('updateMembership', {
      name: 'Contoso Services',
      mpnId: `mpn-${this.partnerId}`,
      membershipRenewsOn: this.day(365),
      ...changes,
    });
  }

  /** Everything before the enrollment in the offering DDPS. */
  async prepare({
    locationId = `se-${this.partnerId}`.slice(0, 64),
    competencyUntil = this.day(700),
    membershipRenewsOn = this.day(365),
  } = {}): Promise<void> {
    await this.register({ membershipRenewsOn });
    await this.say('recordComplianceTraining', { completedOn: this.day(-20), evidence: 'course record' });
    await this.say('recordCompetency', {
      competency: 'windowsAndDevices',
      tier: 'gold',
      attainedOn: this.day(-100),
      expiresOn: competencyUntil,
    });
    await this.say('recordConsultant', {
      consultantId: 'eva.lind',
      name: 'Eva Lind',
      assessments: [{ code: '70-354', competency: 'windowsAndDevices', passedOn: this.day(-90) }],
    });
    await this.say('addLocation', { locationId, country: 'SE', name: 'Stockholm' });
    await this.sign();
  }

  /** Steps 1 and 2 of the programme for the offering DDPS. */
  async enroll(preparing: Parameters<PartnerCase['prepare']>[0] = {}): Promise<void> {
    await this.prepare(preparing);
    await this.say('enrollInOfferings', { offerings: ['DDPS'] }, { actor: this.globalAdmin });
  }

  sign(): Promise<void> {
    const agreement = {
      signedBy: 'Mira Holm',
      signedOn: this.day(-10),
      policiesReviewedOn: this.day(-11),
      agreementVersion: '2020-06',
    };
    return this.say('signAgreement', agreement, { actor: this.globalAdmin });
  }

  view(): Promise<PartnerView> {
    return this.handle.query<PartnerView>('view');
  }

  checklist(): Promise<ChecklistItem[]> {
    return this.handle.query<ChecklistItem[]>('checklist');
  }

  until(holds: (view: PartnerView) => boolean): Promise<PartnerView> {
    return eventually(() => this.view(), holds);
  }

  /** The whole record. */
  timeline() {
    return this.house.records.partners.timeline(this.partnerId);
  }
}
