import { ApplicationFailure, heartbeat } from '@temporalio/activity';
import { isFinalStage, SYSTEM } from '../contracts/names';
import type { BatchOutcome } from '../domain/batch/outcomes';
import type { Dependencies } from './dependencies';
import { NOBODY_ACTS } from './whoActs';

/** The activity that brings a batch's outcomes to its engagements. */
export function createBatchOutcomes({ records, mail }: Pick<Dependencies, 'records' | 'mail'>) {
  return {
    /**
     * Tells each engagement what became of what it asked for, to each in order. Every message has an id of its own, so
     * whatever is said again is heard once. One that cannot be told holds up no other. Throws the retryable failure
     * `MembersNotTold` in the end.
     */
    async tellMembers(batchId: string, outcomes: readonly BatchOutcome[]): Promise<void> {
      const deaf = new Set<string>();
      for (const outcome of outcomes) {
        heartbeat();
        const { engagementId } = outcome;
        if (!deaf.has(engagementId) && !(await isTold(outcome).catch(() => false))) deaf.add(engagementId);
      }
      if (deaf.size > 0)
        throw ApplicationFailure.retryable(
          `not told by ${batchId}: ${[...deaf].join(', ')}. ${NOBODY_ACTS}`,
          'MembersNotTold',
        );
    },
  };

  /** An engagement that is over needs to know nothing more; one whose workflow was lost has to have it back first. */
  async function isTold({ engagementId, messageId, payload }: BatchOutcome): Promise<boolean> {
    const envelope = { messageId, sentAt: new Date().toISOString(), actor: SYSTEM, payload };
    if (await mail(engagementId, 'recordPaymentStatus', envelope)) return true;
    const engagement = await records.engagements.view(engagementId);
    return engagement === undefined || isFinalStage(engagement.stage);
  }
}
