import { log, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { Notice } from '../domain/notices';
import { words } from '../domain/wording';

/** A mail server may be away over a weekend; after that nobody is told of what is long past. */
const { sendNotices } = proxyActivities<Activities>({
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: '3 days',
  retry: { initialInterval: '10s', maximumInterval: '15 minutes' },
});

/** Has people told, beside everything else: nobody waits for a mail. */
export class Notifier {
  private sending = 0;

  get isIdle(): boolean {
    return this.sending === 0;
  }

  tell(notices: readonly Notice[] = []): void {
    if (notices.length > 0) void this.send([...notices]);
  }

  private async send(notices: Notice[]): Promise<void> {
    this.sending += 1;
    try {
      await sendNotices.executeWithOptions({ summary: `Mail to ${recipientsOf(notices)}` }, [notices]);
    } catch (error) {
      log.error('notices were not sent', { notices: notices.map(({ noticeId }) => noticeId), error });
    } finally {
      this.sending -= 1;
    }
  }
}

/** A notice's id ends with who is told. */
const recipientsOf = (notices: readonly Notice[]): string =>
  [...new Set(notices.map(({ noticeId }) => words(noticeId.split(':').at(-1)!).toLowerCase()))].join(', ');
