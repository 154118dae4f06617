import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchVerdict, BatchView } from '../contracts/batch';
import { batchWorkflowId } from '../contracts/names';
import { cardOf } from '../domain/batch/card';
import { nextDeadline } from '../domain/batch/deadlines';
import { pendingEffect } from '../domain/batch/effect';
import type { RecordedBatchMessage } from '../domain/batch/events';
import { take } from '../domain/batch/evolve';
import { outcomesOf, type BatchOutcome } from '../domain/batch/outcomes';
import { searchAttributesOf } from '../domain/batch/searchAttributes';
import { refuseOutOfTurn } from '../domain/batch/stages';
import { isClosed, type Batch } from '../domain/batch/state';
import { viewOf } from '../domain/batch/view';
import { batchMessages, batchRecordedQuery, batchTimelineQuery, batchViewQuery } from './batchMessages';
import { noteCancellation } from './cancellation';
import { Chronicle, RECORDED } from './chronicle';
import { show } from './display';
import type { Answer, Letter } from './letter';
import { listen } from './listen';
import { Mailbox } from './mailbox';
import { Notifier } from './notifier';
import { record } from './record';
import { savbAnswered, Settlement } from './settlement';
import { Teller } from './teller';
import { deadlinePassed, DeadlineTimer, isDue, NONE } from './timer';

/** A batch begins with the first voucher that is added; a start that only wakes up one on record needs none. */
export interface BatchInput {
  batchId?: string;
}

/**
 * Several vouchers in one payment request, from the first that is collected until they are paid for or all have left, and
 * every engagement knows. It takes messages one at a time, has each decided and recorded, and waits for whatever comes
 * next. Fails when there is neither a record nor a message that begins one. `written` counts messages typed by hand before
 * this run continued an earlier one.
 */
export async function paymentBatch(input?: BatchInput, written = 0): Promise<BatchView> {
  const { firstExecutionRunId, workflowId } = workflowInfo();
  const batchId = input?.batchId ?? workflowId.slice(batchWorkflowId('').length);
  if (workflowId !== batchWorkflowId(batchId))
    throw ApplicationFailure.nonRetryable(`${workflowId} is not the workflow of batch ${batchId}`, 'NothingCollected');
  const mailbox = new Mailbox<BatchVerdict>(firstExecutionRunId, written);
  const notifier = new Notifier();
  const news: BatchOutcome[] = [];
  const chronicle = new Chronicle<Batch, RecordedBatchMessage, BatchVerdict>({
    async record(state, letter, at) {
      const handled = await record('handleBatchMessage', state, { ...letter, batchId }, at);
      notifier.tell(handled.notices);
      return handled;
    },
    take(state, document) {
      const after = take(state, document);
      if (after) news.push(...outcomesOf([document], after));
      return after;
    },
  });
  const teller = new Teller(batchId);
  const timer = new DeadlineTimer();
  const settlement = new Settlement(
    (effect, answer) => void mailbox.post(savbAnswered(effect, answer, chronicle.state?.paymentRequest)),
  );

  listen(batchMessages, mailbox, chronicle, refuseOutOfTurn);
  setHandler(batchViewQuery, () => chronicle.state && viewOf(chronicle.state), {
    description: 'The batch as everybody sees it',
  });
  setHandler(batchTimelineQuery, () => chronicle.events, { description: 'Everything that was recorded' });
  setHandler(batchRecordedQuery, (version) => chronicle.recordedSince(version), { description: RECORDED });
  void noteCancellation(mailbox, 'engagements leave a batch by splitBatch');

  return CancellationScope.nonCancellable(async () => {
    // A lost or continued run takes up what is on record; nobody need say anything.
    if (mailbox.isEmpty) await handle(deadlinePassed(NONE));
    for (;;) {
      const next = mailbox.take();
      const { state } = chronicle;
      const deadline = state && nextDeadline(state);
      if (next) next.answer(await handle(next.letter));
      else if (!state || isClosed(state)) {
        await condition(() => !mailbox.isEmpty || (allHandlersFinished() && notifier.isIdle && teller.isIdle));
        if (!mailbox.isEmpty) continue;
        if (state) return viewOf(state);
        throw ApplicationFailure.nonRetryable(`nothing was collected in ${batchId}`, 'NothingCollected');
      } else if (deadline && isDue(deadline)) await handle(deadlinePassed(deadline));
      else await untilSomethingHappens(state);
    }
  });

  async function handle(letter: Letter): Promise<Answer<BatchVerdict>> {
    const answer = await chronicle.handle(letter);
    if (chronicle.state) {
      const view = viewOf(chronicle.state);
      show(cardOf(view, chronicle.events), searchAttributesOf(view));
    }
    teller.tell(news.splice(0));
    return answer;
  }

  async function untilSomethingHappens(state: Batch): Promise<void> {
    settlement.follow(pendingEffect(state));
    timer.set(nextDeadline(state));
    // Whatever engagements are still to be told, the next run tells: it tells everything again.
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished() && notifier.isIdle)
      await continueAsNew<typeof paymentBatch>({ batchId }, mailbox.written);
    await condition(() => !mailbox.isEmpty || timer.rang);
    timer.rang = false;
  }
}
