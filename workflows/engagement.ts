import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { EngagementInput, EngagementView, Verdict } from '../contracts/engagement';
import type { Actor } from '../contracts/messages';
import { isEngagementMessage, startMessageId, UNKNOWN_OPERATOR, type EngagementMessageName } from '../contracts/names';
import type { Started } from '../domain/engagement/decide';
import type { Answer } from '../domain/engagement/decision';
import { nextDeadline } from '../domain/engagement/deadlines';
import type { EngagementEvent } from '../domain/engagement/events';
import { take } from '../domain/engagement/evolve';
import type { Letter } from '../domain/engagement/message';
import { refuseOutOfTurn } from '../domain/engagement/stages';
import { isClosed } from '../domain/engagement/state';
import { viewOf } from '../domain/engagement/view';
import { refusal, type Refusal } from '../domain/refusals';
import { pendingEffect } from '../domain/settlement/effect';
import { show } from './display';
import { letterOf, Mailbox } from './mailbox';
import { DESCRIPTIONS, messages, timelineQuery, viewQuery } from './messages';
import { record } from './record';
import { Settlement } from './settlement';
import { DeadlineTimer } from './timer';

const SYSTEM: Actor = { subject: 'system', role: 'system' };

/**
 * One engagement, from its start until it is paid or has otherwise ended and nobody has anything left to do. It takes
 * messages one at a time, has each decided and recorded, and evolves what was recorded, never what it would have liked;
 * so a killed worker, a reset, a second start or a continuation all take up the same record. Fails when the start itself
 * is refused. `written` counts messages typed by hand before this run continued an earlier one.
 */
export async function engagement(input: EngagementInput, written = 0): Promise<EngagementView> {
  const { firstExecutionRunId } = workflowInfo();
  const mailbox = new Mailbox(firstExecutionRunId, written);
  const timer = new DeadlineTimer();
  const settlement = new Settlement((effect, answer) => {
    const reference = effect.kind === 'submit' ? effect.request.reference : effect.reference;
    const messageId = `savb:${reference}:${state?.paymentRequest?.statuses ?? 0}:${answer.status}`;
    void mailbox.post({ name: 'recordSavbAnswer', messageId, actor: SYSTEM, payload: { reference, answer } });
  });
  const events: EngagementEvent[] = [];
  const known = new Set<string>();
  let state: Started;
  let busy = true;

  // Signals that came before this line are taken in the order of their arrival: a handler of a name takes those of its name.
  setDefaultSignalHandler((name, envelope) => {
    if (isEngagementMessage(name)) void mailbox.receive(name, envelope);
    else log.warn('no message has this name', { signal: name });
  });
  for (const { name, signal, update } of messages) {
    const description = DESCRIPTIONS[name];
    setHandler(signal, (envelope) => void mailbox.receive(name, envelope), { description });
    setHandler(update, async (envelope) => verdictOf(await mailbox.receive(name, envelope)), {
      description,
      validator: (envelope) => refuseAtTheDoor(name, envelope),
    });
  }
  setHandler(viewQuery, () => state && viewOf(state), { description: 'The engagement as everybody sees it' });
  setHandler(timelineQuery, () => events, { description: 'Everything that was recorded' });
  void listenForCancellation(mailbox, firstExecutionRunId);

  return CancellationScope.nonCancellable(async () => {
    const started = await handle(startOf(input));
    if (!state) throw ApplicationFailure.nonRetryable(reasonOf(started), 'StartRefused', started);
    while (!isClosed(state) || !mailbox.isEmpty) {
      const next = mailbox.take();
      if (next) next.answer(await handle(next.letter));
      else if (dueNow(state)) await handle(deadlinePassed(state));
      else await untilSomethingHappens(state);
    }
    await condition(allHandlersFinished);
    return viewOf(state);
  });

  /** Has one message recorded and takes up whatever the record says, other people's messages first. */
  async function handle(letter: Letter): Promise<Answer> {
    busy = true;
    try {
      for (;;) {
        const { documents, answer } = await record(state, letter, new Date().toISOString());
        for (const document of documents) {
          known.add(document.messageId);
          if (document.fromVersion !== (state?.version ?? 0)) continue;
          state = take(state, document);
          events.push(...document.events);
        }
        if (!answer) continue;
        known.add(letter.messageId);
        if (state) show(viewOf(state), events);
        return answer;
      }
    } finally {
      busy = false;
    }
  }

  async function untilSomethingHappens(current: NonNullable<Started>): Promise<void> {
    settlement.follow(pendingEffect(current));
    timer.set(nextDeadline(current));
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished())
      await continueAsNew<typeof engagement>(input, mailbox.written);
    await condition(() => !mailbox.isEmpty || timer.rang);
    timer.rang = false;
  }

  /** Refuses only what is certainly refused: while anything is under way the state lags behind, and the loop decides. */
  function refuseAtTheDoor(name: EngagementMessageName, envelope: unknown): void {
    if (!state || busy || !mailbox.isEmpty) return;
    const { messageId, actor } = letterOf(name, envelope);
    const mayBeRepeat = Object.values(state.effects).some(({ message }) => message === name);
    if (mayBeRepeat || (messageId !== undefined && known.has(messageId))) return;
    const no = refuseOutOfTurn(state, name, actor);
    if (no) throw failureOf(no);
  }
}

/** The start as a message. Who starts a workflow in the Temporal UI may type anything, or nothing: that start is refused. */
function startOf(input: EngagementInput | undefined): Letter {
  const { engagementId = '', startedBy = UNKNOWN_OPERATOR } = input ?? {};
  return { name: 'startEngagement', messageId: startMessageId(engagementId), actor: startedBy, payload: input };
}

function dueNow(state: NonNullable<Started>): boolean {
  const next = nextDeadline(state);
  return next !== undefined && Date.parse(next.at) <= Date.now();
}

function deadlinePassed(state: NonNullable<Started>): Letter {
  const { kind, at } = state.deadlines[0]!;
  return { name: 'passDeadline', messageId: `deadline:${kind}:${at}`, actor: SYSTEM, payload: { kind, at } };
}

/** Temporal's Request Cancellation asks to cancel the engagement; where that is no longer possible a note keeps the request. */
async function listenForCancellation(mailbox: Mailbox, firstRunId: string): Promise<void> {
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

function verdictOf(answer: Answer): Verdict {
  if ('refusal' in answer) throw failureOf(answer.refusal);
  return answer.verdict;
}

const failureOf = (no: Refusal) => ApplicationFailure.nonRetryable(no.detail, no.code, no);

const reasonOf = (answer: Answer): string =>
  'refusal' in answer ? answer.refusal.detail : refusal('wrong-stage', 'the record does not begin with a start').detail;
