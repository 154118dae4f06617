import { ApplicationFailure, heartbeat } from '@temporalio/activity';
import type { EngagementView } from '../contracts/engagement';
import { SYSTEM, type EngagementMessageName, type Stage } from '../contracts/names';
import type { Registration } from '../domain/partner/announcements';
import { eligibility } from '../domain/partner/eligibility';
import type { PartnerFacts } from '../contracts/partner';
import type { Dependencies } from './dependencies';
import { NOBODY_ACTS } from './whoActs';

export interface Announcement {
  partnerId: string;
  /** Version of the partner's record that is told of. */
  version: number;
  /** Calendar day of the partner, by which eligibility is judged. */
  today: string;
  registrations: Registration[];
}

/** Where an engagement has something to lose, and where it may wait for a registration or an account. */
const RESERVED: readonly Stage[] = ['reserved', 'completionReported'];
const UNPAID: readonly Stage[] = ['redeemed', 'paymentRequested', 'paymentApproved'];

const PAGE = 100;

interface News {
  name: EngagementMessageName;
  about: string;
  payload: unknown;
}

/** The activity that brings a partner's news to its running engagements. */
export function createAnnouncements({ records, rulebooks, mail }: Dependencies) {
  return {
    /**
     * Says to each engagement what the partner's change means for it (E7, E16, E19). Every message has an id made from the
     * partner's version, so whatever is said again is heard once. One that cannot be told holds up no other. Throws when MongoDB does not
     * answer, and the retryable failure `EngagementsNotTold` in the end.
     */
    async tellEngagements({ partnerId, version, today, registrations }: Announcement): Promise<void> {
      const partner = await records.partners.view(partnerId);
      if (!partner) return;
      const deaf: string[] = [];
      for (const stage of [...RESERVED, ...(registrations.length > 0 ? UNPAID : [])])
        for await (const engagement of inStage(partnerId, stage)) {
          heartbeat();
          const news = newsFor(engagement, partner, today, registrations);
          await tell(engagement, `partner:${partnerId}:${version}`, news).catch(() =>
            deaf.push(engagement.engagementId),
          );
        }
      if (deaf.length > 0)
        throw ApplicationFailure.retryable(`not told: ${deaf.join(', ')}. ${NOBODY_ACTS}`, 'EngagementsNotTold');
    },
  };

  async function tell({ engagementId }: EngagementView, prefix: string, news: readonly News[]): Promise<void> {
    for (const { name, about, payload } of news)
      await mail(engagementId, name, {
        messageId: `${prefix}:${about}`,
        sentAt: new Date().toISOString(),
        actor: SYSTEM,
        payload,
      });
  }

  async function* inStage(partnerId: string, stage: Stage): AsyncGenerator<EngagementView> {
    for (let after: string | undefined; ;) {
      const { items, next } = await records.engagements.list({ partnerId, stage, limit: PAGE, after });
      yield* items;
      if (next === undefined) return;
      after = next;
    }
  }

  function newsFor(
    engagement: EngagementView,
    partner: PartnerFacts,
    today: string,
    registrations: readonly Registration[],
  ): News[] {
    return RESERVED.includes(engagement.stage)
      ? standing(engagement, partner, today)
      : engagement.tasks
          .filter((task) => registrations.some((registration) => helps(registration, task.kind, engagement)))
          .map(({ taskId }) => ({ name: 'resolveTask', about: taskId, payload: { taskId } }));
  }

  /** What is unmet; and what is met, where somebody waits for just that. */
  function standing(engagement: EngagementView, partner: PartnerFacts, today: string): News[] {
    const { reservation, completionReport, engagementType, rulebook, tasks } = engagement;
    if (!reservation) return [];
    const consultantIds = completionReport?.consultantIds ?? reservation.consultantIds;
    const isHeld = tasks.some(({ kind }) => kind === 'eligibilityLapsed');
    return eligibility(
      rulebooks.edition(rulebook.id),
      partner,
      engagementType,
      { ...reservation, consultantIds },
      today,
    )
      .filter(({ met }) => !met || isHeld)
      .map(({ name, met, until }) => ({
        name: 'eligibilityChanged',
        about: name,
        payload: { requirement: name, met, ...(until !== undefined && { until }) },
      }));
  }
}

/** Whether a registration or account is what the task waits for. */
function helps(
  { offering, locationId }: Registration,
  kind: string,
  { voucher, reservation }: EngagementView,
): boolean {
  if (kind === 'savbRegistrationMissing') return offering !== undefined && offering === voucher?.offering;
  return kind === 'paymentHeld' && offering === undefined && locationId === reservation?.locationId;
}
