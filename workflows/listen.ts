import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, log, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import type { Actor, Envelope } from '../contracts/messages';
import type { Recorded, Subject } from '../domain/record';
import { refusal, type Refusal } from '../domain/refusals';
import type { Chronicle } from './chronicle';
import { contentOf, Handwritten } from './handwritten';
import type { Answer } from './letter';
import { letterOf, type Mailbox } from './mailbox';

interface Message<Name extends string, Verdict> {
  name: Name;
  /** What support staff read beside its name in the Temporal UI. */
  description: string;
  signal: SignalDefinition<[Envelope]>;
  update: UpdateDefinition<Verdict, [Envelope]>;
}

/**
 * Has every message put into the mailbox, whether it comes as a Signal or as an Update. An Update is refused at the door
 * only when it certainly is refused: while anything is under way the state lags behind, and the loop decides.
 */
export function listen<Name extends string, State extends Subject, Document extends Recorded<unknown>, Verdict>(
  messages: readonly Message<Name, Verdict>[],
  mailbox: Mailbox<Verdict>,
  chronicle: Chronicle<State, Document, Verdict>,
  refuseOutOfTurn: (state: State, name: Name, actor: Actor) => Refusal | undefined,
): void {
  // Signals that came before this line are taken in the order of their arrival: a handler of a name takes those of its name.
  setDefaultSignalHandler((name, envelope) => {
    if (messages.some((message) => message.name === name)) void mailbox.receive(name, contentOf(envelope));
    else log.warn('no message has this name', { signal: name });
  });
  for (const { name, description, signal, update } of messages) {
    setHandler(signal, (envelope) => void mailbox.receive(name, contentOf(envelope)), { description });
    setHandler(update, async (envelope) => verdictOf(await mailbox.receive(name, envelope)), {
      description,
      validator: (envelope) => refuseAtTheDoor(name, envelope),
    });
  }

  function refuseAtTheDoor(name: Name, envelope: unknown): void {
    if (envelope instanceof Handwritten)
      throw failureOf(refusal('malformed-message', 'what is typed by hand is encrypted for Signals: send it as one'));
    const { state } = chronicle;
    if (!state || chronicle.busy || !mailbox.isEmpty) return;
    const { messageId, actor } = letterOf(name, envelope);
    const mayBeRepeat = Object.values(state.effects).some(({ message }) => message === name);
    if (mayBeRepeat || (messageId !== undefined && chronicle.knows(messageId))) return;
    const no = refuseOutOfTurn(state, name, actor);
    if (no) throw failureOf(no);
  }
}

function verdictOf<Verdict>(answer: Answer<Verdict>): Verdict {
  if ('refusal' in answer) throw failureOf(answer.refusal);
  return answer.verdict;
}

const failureOf = (no: Refusal) => ApplicationFailure.nonRetryable(no.detail, no.code, no);
