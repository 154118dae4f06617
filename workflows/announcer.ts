import { log, proxyActivities, sleep } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { Announcement } from '../activities/announcements';
import type { Registration } from '../domain/partner/announcements';

const { tellEngagements } = proxyActivities<Activities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '5 minutes' },
});

/** Longer than a decision takes from reading the partner's record to being on record itself. */
const LONGEST_DECISION = '1 minute';

/**
 * Tells a partner's running engagements what became of it, one round at a time. What changes during a round is told in
 * the next; an engagement that hears the same twice hears it once.
 */
export class Announcer {
  private due?: Omit<Announcement, 'partnerId'>;
  private running = false;
  private again = 0;

  constructor(private readonly partnerId: string) {}

  get isIdle(): boolean {
    return !this.running && this.again === 0;
  }

  announce(version: number, today: string, registrations: readonly Registration[]): void {
    this.due = { version, today, registrations: [...(this.due?.registrations ?? []), ...registrations] };
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.due) {
      const news = { partnerId: this.partnerId, ...this.due };
      this.due = undefined;
      await this.tell(news);
      if (news.registrations.length > 0) void this.tellAgain(news);
    }
    this.running = false;
  }

  /** An engagement in the middle of a redemption had asked before the registration was on record, and heard nothing of it. */
  private async tellAgain(news: Announcement): Promise<void> {
    this.again += 1;
    await sleep(LONGEST_DECISION, { summary: 'Engagements in the middle of a decision are told again' });
    await this.tell(news);
    this.again -= 1;
  }

  private async tell(news: Announcement): Promise<void> {
    const summary = `Tell running engagements of version ${news.version}`;
    try {
      await tellEngagements.executeWithOptions({ summary }, [news]);
    } catch (error) {
      log.error('engagements could not be told', { error });
    }
  }
}
