import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { EngagementInput, EngagementView, Verdict } from '../contracts/engagement';
import { startMessageId, UNKNOWN_OPERATOR } from '../contracts/names';
import { cardOf } from '../domain/engagement/card';
import { nextDeadline } from '../domain/engagement/deadlines';
import type { RecordedMessage } from '../domain/engagement/events';
import { take } from '../domain/engagement/evolve';
import { refuseOutOfTurn } from '../domain/engagement/stages';
import { searchAttributesOf } from '../domain/engagement/searchAttributes';
import { isClosed, type Engagement } from '../domain/engagement/state';
import { viewOf } from '../domain/engagement/view';
import { refusal } from '../domain/refusals';
import { pendingEffect } from '../domain/settlement/effect';
import { Chronicle, RECORDED } from './chronicle';
import { show } from './display';
import type { Answer, Letter } from './letter';
import { listen } from './listen';
import { Mailbox } from './mailbox';
import { messages, recordedQuery, timelineQuery, viewQuery } from './messages';
import { Notifier } from './notifier';
import { record } from './record';
import { savbAnswered, Settlement } from './settlement';
import { deadlinePassed, DeadlineTimer, isDue } from './timer';
import { WebhookSender } from './webhooks';

/**
 * One engagement, from its start until it is paid or has otherwise ended and nobody has anything left to do. It takes
 * messages one at a time, has each decided and recorded, and waits for whatever comes next. Fails when the start itself is
 * refused. `written` counts messages typed by hand before this run continued an earlier one.
 */
export async function engagement(input: EngagementInput, written = 0): Promise<EngagementView> {
  const { firstExecutionRunId } = workflowInfo();
  const mailbox = new Mailbox<Verdict>(firstExecutionRunId, written);
  const notifier = new Notifier();
  const webhooks = new WebhookSender();
  const chronicle = new Chronicle<Engagement, RecordedMessage, Verdict>({
    async record(...asked) {
      const handled = await record('handleMessage', ...asked);
      notifier.tell(handled.notices);
      webhooks.tell(handled.webhooks);
      return handled;
    },
    take,
  });
  const timer = new DeadlineTimer();
  const settlement = new Settlement(
    (effect, answer) => void mailbox.post(savbAnswered(effect, answer, chronicle.state?.paymentRequest)),
  );

  listen(messages, mailbox, chronicle, refuseOutOfTurn);
  setHandler(viewQuery, () => chronicle.state && viewOf(chronicle.state), {
    description: 'The engagement as everybody sees it',
  });
  setHandler(timelineQuery, () => chronicle.events, { description: 'Everything that was recorded' });
  setHandler(recordedQuery, (version) => chronicle.recordedSince(version), { description: RECORDED });
  void listenForCancellation(mailbox, firstExecutionRunId);

  return CancellationScope.nonCancellable(async () => {
    const started = await handle(startOf(input));
    const begun = chronicle.state;
    if (!begun) throw ApplicationFailure.nonRetryable(reasonOf(started), 'StartRefused', started);
    let state = begun;
    for (;;) {
      const next = mailbox.take();
      const deadline = nextDeadline(state);
      if (next) next.answer(await handle(next.letter));
      else if (isClosed(state)) {
        await condition(() => !mailbox.isEmpty || (allHandlersFinished() && notifier.isIdle && webhooks.isIdle));
        if (mailbox.isEmpty) break;
      } else if (deadline && isDue(deadline)) await handle(deadlinePassed(deadline));
      else await untilSomethingHappens(state);
      state = chronicle.state ?? state;
    }
    return viewOf(state);
  });

  async function handle(letter: Letter): Promise<Answer<Verdict>> {
    const answer = await chronicle.handle(letter);
    if (chronicle.state) {
      const view = viewOf(chronicle.state);
      show(cardOf(view, chronicle.events), searchAttributesOf(view));
    }
    return answer;
  }

  async function untilSomethingHappens(state: Engagement): Promise<void> {
    settlement.follow(pendingEffect(state));
    timer.set(nextDeadline(state));
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished() && notifier.isIdle && webhooks.isIdle)
      await continueAsNew<typeof engagement>(input, mailbox.written);
    await condition(() => !mailbox.isEmpty || timer.rang);
    timer.rang = false;
  }
}

/** The start as a message. Who starts a workflow in the Temporal UI may type anything, or nothing: that start is refused. */
function startOf(input: EngagementInput | undefined): Letter {
  const { engagementId = '', startedBy = UNKNOWN_OPERATOR } = input ?? {};
  return { name: 'startEngagement', messageId: startMessageId(engagementId), actor: startedBy, payload: input };
}

/** Temporal's Request Cancellation asks to cancel the engagement; where that is no longer possible a note keeps the request. */
async function listenForCancellation(mailbox: Mailbox<Verdict>, firstRunId: string): Promise<void> {
  await CancellationScope.current().cancelRequested.catch(() => undefined);
  const messageId = `cancellation:${firstRunId}`;
  const reason = 'Cancellation was requested in Temporal';
  const answer = await mailbox.post({
    name: 'cancelEngagement',
    messageId,
    actor: UNKNOWN_OPERATOR,
    payload: { reason },
  });
  if ('verdict' in answer) return;
  const text = `${reason} and refused: ${answer.refusal.detail}`;
  void mailbox.post({ name: 'addNote', messageId: `${messageId}:note`, actor: UNKNOWN_OPERATOR, payload: { text } });
}

const reasonOf = (answer: Answer<Verdict>): string =>
  'refusal' in answer ? answer.refusal.detail : refusal('wrong-stage', 'the record does not begin with a start').detail;
