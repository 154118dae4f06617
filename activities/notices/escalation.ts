import { overdueNotice } from '../../domain/escalation';
import type { Notice } from '../../domain/notices';
import type { Dependencies } from '../dependencies';
import { inChunks } from '../../records/inChunks';
import { createNotices } from './sendNotices';

const LOOKED_UP_AT_ONCE = 100;

/** The activity that tells somebody else of tasks that are overdue. */
export function createEscalation(dependencies: Pick<Dependencies, 'records' | 'notices'>) {
  const { records, notices: outlet } = dependencies;
  const mails = createNotices(dependencies);
  return {
    /**
     * Sends a notice of every task that is open and was due before the instant `at`, once of each; answers of how many. The
     * operators are told where there is no mailbox for escalation, and nobody where there is neither. Throws the
     * retryable failure `NoticesDeferred` when some could not go out now.
     */
    async escalateOverdueTasks(at: string): Promise<number> {
      const to = outlet?.audience.escalation ?? outlet?.audience.operators;
      if (to === undefined) return 0;
      const untold: Notice[] = [];
      for await (const tasks of inChunks(records.tasks.overdue(at), LOOKED_UP_AT_ONCE)) {
        const notices = tasks.map((task) => overdueNotice(task, to));
        const settled = await records.notices.settled(notices.map(({ noticeId }) => noticeId));
        untold.push(...notices.filter(({ noticeId }) => !settled.has(noticeId)));
      }
      await mails.sendNotices(untold);
      return untold.length;
    },
  };
}
