import { condition, log, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { BatchOutcome } from '../domain/batch/outcomes';

/** For about an hour, so that one engagement that hears nothing does not keep the others from what is new. */
const { tellMembers } = proxyActivities<Activities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '5 minutes', maximumAttempts: 20 },
});

const LATER = '6 hours';

/** What one activity is given stays far below what Temporal takes in one piece. */
const MOST_AT_ONCE = 200;

/**
 * Tells a batch's engagements what became of what they asked for, in order, one round at a time. Whoever could not be told
 * is told again in the next round; whoever hears something twice hears it once.
 */
export class Teller {
  private due: BatchOutcome[] = [];
  private running = false;

  constructor(private readonly batchId: string) {}

  get isIdle(): boolean {
    return !this.running;
  }

  tell(outcomes: readonly BatchOutcome[]): void {
    this.due.push(...outcomes);
    if (this.due.length > 0 && !this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.due.length > 0) {
      const round = this.due.splice(0, MOST_AT_ONCE);
      if (await this.told(round)) continue;
      const hasNews = this.due.length > 0;
      this.due = [...round, ...this.due];
      const { length } = this.due;
      if (!hasNews)
        await condition(() => this.due.length > length, LATER, { summary: 'Those who heard nothing are told again' });
    }
    this.running = false;
  }

  private async told(round: BatchOutcome[]): Promise<boolean> {
    try {
      await tellMembers.executeWithOptions({ summary: 'Tell engagements what became of their payment request' }, [
        this.batchId,
        round,
      ]);
      return true;
    } catch (error) {
      log.error('engagements could not be told', { error });
      return false;
    }
  }
}
