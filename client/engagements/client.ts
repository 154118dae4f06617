import { type Client, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { EngagementInput, EngagementView, Verdict } from '../../contracts/engagement';
import type { Envelope } from '../../contracts/messages';
import { ENGAGEMENT_WORKFLOW, engagementWorkflowId, type EngagementMessageName } from '../../contracts/names';
import { evolveAll } from '../../domain/engagement/evolve';
import { isClosed } from '../../domain/engagement/state';
import { viewOf } from '../../domain/engagement/view';
import type { Refusal } from '../../domain/refusals';
import type { Engagements } from '../../records/engagements';
import { readFailure, type Failure } from './failures';
import { recordedInput, startOptions } from './start';
import { createTurns } from './turns';

/**
 * What became of a message as far as can be said now. `accepted`: it is stored in Temporal and will be taken up; `cause`
 * tells why there is no verdict, unless none was asked for. `closed`: the engagement is over and its workflow has ended.
 * `busy` and `unavailable`: nothing was sent, or nothing that is known to have arrived; sending it again is safe.
 */
export type Outcome =
  | { kind: 'verdict'; verdict: Verdict }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'accepted'; cause?: unknown }
  | { kind: 'closed' }
  | { kind: 'unknown' }
  | { kind: 'busy' }
  | { kind: 'unavailable'; cause: unknown };

export interface SendOptions {
  /** Of the message's content, see `fingerprintOf`. */
  fingerprint: string;
  /** Just store the message, do not wait for the engagement's verdict. */
  respondAsync: boolean;
}

export interface EngagementsClient {
  /** Has the engagement's workflow running; one that runs already is a success. */
  start(
    input: EngagementInput,
    view: EngagementView,
  ): Promise<{ kind: 'running' } | { kind: 'unavailable'; cause: unknown }>;
  /** Says something to an engagement. @throws what `records` throws, when the workflow is missing and MongoDB does not answer */
  send(engagementId: string, name: EngagementMessageName, envelope: Envelope, options: SendOptions): Promise<Outcome>;
}

interface Dependencies {
  client: Client;
  records: { engagements: Pick<Engagements, 'all'> };
  /** How long to wait for a verdict, in milliseconds. */
  verdictTimeoutMs: number;
}

/** The server takes 10 Updates in flight per workflow and aborts the waiting ones beyond; other processes send too. */
const UPDATES_AT_ONCE = 3;
const PATIENCE_MS = 1_000;
const SIGNAL_TIMEOUT_MS = 2_000;

/** Talks to the workflows of engagements over one shared connection. */
export function createEngagementsClient({ client, records, verdictTimeoutMs }: Dependencies): EngagementsClient {
  const turns = createTurns({ atOnce: UPDATES_AT_ONCE, patienceMs: PATIENCE_MS });

  const within = <T>(timeoutMs: number, call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + timeoutMs, call);

  const handleOf = (engagementId: string) => client.workflow.getHandle(engagementWorkflowId(engagementId));

  type Asked = { kind: 'verdict'; verdict: Verdict } | (Failure & { cause: unknown });

  async function ask(engagementId: string, name: string, envelope: Envelope, fingerprint: string): Promise<Asked> {
    const updateId = `${envelope.messageId}:${fingerprint}`;
    try {
      const verdict = await within(verdictTimeoutMs, () =>
        handleOf(engagementId).executeUpdate<Verdict, [Envelope]>(name, { args: [envelope], updateId }),
      );
      return { kind: 'verdict', verdict };
    } catch (cause) {
      return { ...readFailure(cause), cause };
    }
  }

  /** Stores the message with the workflow, which takes it up when it can. */
  async function leave(engagementId: string, name: string, envelope: Envelope, because?: unknown): Promise<Outcome> {
    try {
      await within(SIGNAL_TIMEOUT_MS, () => handleOf(engagementId).signal<[Envelope]>(name, envelope));
      return { kind: 'accepted', cause: because };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return revive(engagementId, name, envelope, error);
      return unavailable(error);
    }
  }

  /** No workflow runs: the record tells whether one should. If so, it is started anew and takes up its record. */
  async function revive(engagementId: string, name: string, envelope: Envelope, because: unknown): Promise<Outcome> {
    const documents = await records.engagements.all(engagementId);
    const state = evolveAll(documents);
    if (!state) return { kind: 'unknown' };
    if (isClosed(state)) return { kind: 'closed' };
    const options = startOptions(recordedInput(documents), viewOf(state));
    try {
      await within(SIGNAL_TIMEOUT_MS, () =>
        client.workflow.signalWithStart(ENGAGEMENT_WORKFLOW, { ...options, signal: name, signalArgs: [envelope] }),
      );
      return { kind: 'accepted', cause: because };
    } catch (error) {
      return unavailable(error);
    }
  }

  return {
    async start(input, view) {
      const options = startOptions(input, view);
      try {
        await within(verdictTimeoutMs, () =>
          client.workflow.start(ENGAGEMENT_WORKFLOW, { ...options, workflowIdConflictPolicy: 'USE_EXISTING' }),
        );
        return { kind: 'running' };
      } catch (error) {
        return unavailable(error);
      }
    },

    async send(engagementId, name, envelope, { fingerprint, respondAsync }) {
      if (respondAsync) return leave(engagementId, name, envelope);
      const asked = await turns.take(engagementId, () => ask(engagementId, name, envelope, fingerprint));
      if (!asked) return { kind: 'busy' };
      switch (asked.kind) {
        case 'verdict':
          return asked;
        case 'refused':
          return { kind: 'refused', refusal: asked.refusal };
        case 'missing':
          return revive(engagementId, name, envelope, asked.cause);
        case 'noVerdict':
          return leave(engagementId, name, envelope, asked.cause);
      }
    },
  };
}

/** @throws the error itself when it is not Temporal's */
function unavailable(cause: unknown): { kind: 'unavailable'; cause: unknown } {
  if (cause instanceof ServiceError) return { kind: 'unavailable', cause };
  throw cause;
}
