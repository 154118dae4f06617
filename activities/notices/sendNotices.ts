import { ApplicationFailure, log } from '@temporalio/activity';
import type { Notice } from '../../domain/notices';
import type { NoticeOutcome } from '../../records/notices';
import type { Dependencies } from '../dependencies';
import { NOBODY_ACTS } from '../whoActs';
import type { Delivery } from './gateway';

/** The activity that tells people what happened. */
export function createNotices({ records, notices: outlet }: Pick<Dependencies, 'records' | 'notices'>) {
  return {
    /**
     * Sends each notice that was not sent yet, at most once: one that may have gone out is not sent again. A notice that
     * is refused for good, or of unknown fate, is recorded and logged and holds nobody up. Throws the retryable failure
     * `NoticesDeferred` when some could not go out now; trying again sends just those. Without a gateway nobody is told.
     */
    async sendNotices(notices: readonly Notice[]): Promise<void> {
      if (!outlet) return;
      const deferred: string[] = [];
      for (const notice of notices) {
        const begun = await records.notices.begin(notice, now());
        if ('settled' in begun) {
          if (begun.settled === 'unknown') tell(notice, 'is of unknown fate and not sent again');
          continue;
        }
        const outcome = outcomeOf(await outlet.gateway.send(notice));
        await records.notices.finish(notice.noticeId, begun.attempt, outcome, now());
        if (outcome.status === 'deferred') deferred.push(`${notice.noticeId}: ${outcome.why}`);
        else if (outcome.status !== 'sent') tell(notice, `${outcome.status}: ${outcome.why}`);
      }
      if (deferred.length > 0)
        throw ApplicationFailure.retryable(`${deferred.join('; ')}. ${NOBODY_ACTS}`, 'NoticesDeferred');
    },
  };
}

const now = (): string => new Date().toISOString();

function tell({ noticeId }: Notice, what: string): void {
  log.warn(`notice ${noticeId} ${what}`);
}

function outcomeOf(delivery: Delivery): NoticeOutcome {
  switch (delivery.kind) {
    case 'sent':
      return { status: 'sent' };
    case 'refused':
      return { status: delivery.permanent ? 'failed' : 'deferred', why: delivery.why };
    case 'unknown':
      return { status: 'unknown', why: delivery.why };
  }
}
