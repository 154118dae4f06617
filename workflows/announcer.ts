import { log, proxyActivities, sleep } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { Announcement } from '../activities/announcements';
import type { Registration } from '../domain/partner/announcements';

const { tellEngagements } = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
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
  private due?: { version: number; today: string; registrations: Registration[] };
  private running = false;

  constructor(private readonly partnerId: string) {}

  get isIdle(): boolean {
    return !this.running;
  }

  announce(version: number, today: string, registrations: readonly Registration[]): void {
    this.due = { version, today, registrations: [...(this.due?.registrations ?? []), ...registrations] };
    if (!this.running) void this.run();
  }

  private async tell(news: Announcement): Promise<void> {
    const summary = `Tell running engagements of version ${news.version}`;
    await tellEngagements.executeWithOptions({ summary }, [news]);
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.due) {
        const news = { partnerId: this.partnerId, ...this.due };
        this.due = undefined;
        await this.tell(news);
        // An engagement may have been in the middle of a redemption, and asked before the registration was on record.
        if (news.registrations.length > 0) {
          await sleep(LONGEST_DECISION);
          await this.tell(news);
        }
      }
    } catch (error) {
      log.error('engagements could not be told', { error });
    } finally {
      this.running = false;
    }
  }
}
