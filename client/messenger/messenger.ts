import { ServiceError, WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SearchAttributePair, Workflow } from '@temporalio/common';
import type { Envelope } from '../../contracts/messages';
import type { Refusal } from '../../domain/refusals';
import { readFailure, type Failure } from './failures';
import { createTurns } from './turns';

/**
 * What became of a message as far as can be said now. `accepted`: it is stored in Temporal and will be taken up; `cause`
 * tells why there is no verdict, unless none was asked for. `closed`: the business is over and its workflow has ended.
 * `busy` and `unavailable`: nothing was sent, or nothing that is known to have arrived; sending it again is safe.
 */
export type Outcome =
  | Verdict
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'accepted'; cause?: unknown }
  | { kind: 'closed' }
  | { kind: 'unknown' }
  | { kind: 'busy' }
  | { kind: 'unavailable'; cause: unknown };

/** The message is done. `repeated`: what it was to change stood already, and who said it again is on no record. */
type Verdict = { kind: 'verdict'; repeated?: true };

/** `unavailable`: Temporal does not tell. */
export type WorkflowState = { kind: 'open' | 'ended' } | { kind: 'unavailable'; cause: unknown };

export interface SendOptions {
  /** Of the message's content, see `fingerprintOf`. */
  fingerprint: string;
  /** Just store the message, do not wait for the verdict. */
  respondAsync: boolean;
}

/** How a workflow is started. */
export interface StartOptions {
  workflowId: string;
  taskQueue: string;
  workflowTaskTimeout: string;
  args: unknown[];
  staticSummary?: string;
  /** Markdown. */
  staticDetails?: string;
  typedSearchAttributes?: SearchAttributePair[];
}

/** To whom a message goes. */
export interface Addressee {
  workflowType: string;
  workflowId: string;
  /** The message begins the workflow, should none run. */
  begins?: StartOptions;
  /** No workflow runs: how it is started anew, if the record says that it should run. */
  revive(): Promise<StartOptions | { kind: 'unknown' | 'closed' }>;
}

export type Messenger = ReturnType<typeof createMessenger>;

/** The server takes 10 Updates in flight per workflow and aborts the waiting ones beyond; other processes send too. */
const UPDATES_AT_ONCE = 3;
const PATIENCE_MS = 1_000;
const SIGNAL_TIMEOUT_MS = 2_000;
/** As Temporal says it of the last run. */
const OPEN: readonly string[] = ['RUNNING', 'PAUSED', 'CONTINUED_AS_NEW'];

/** Brings messages to workflows over one connection. `verdictTimeoutMs`: how long to wait for a verdict. */
export function createMessenger({ client, verdictTimeoutMs }: { client: Client; verdictTimeoutMs: number }) {
  const turns = createTurns({ atOnce: UPDATES_AT_ONCE, patienceMs: PATIENCE_MS });

  const within = <T>(timeoutMs: number, call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + timeoutMs, call);

  type Asked = Verdict | (Failure & { cause: unknown });

  /** As an Update, for a verdict. */
  async function ask(to: Addressee, name: string, envelope: Envelope, fingerprint: string): Promise<Asked> {
    const update = { args: [envelope] as [Envelope], updateId: `${envelope.messageId}:${fingerprint}` };
    try {
      const { repeated } = await within(verdictTimeoutMs, () =>
        to.begins
          ? client.workflow.executeUpdateWithStart<Workflow, { repeated?: true }, [Envelope]>(name, {
              ...update,
              startWorkflowOperation: new WithStartWorkflowOperation(to.workflowType, {
                ...to.begins,
                workflowIdConflictPolicy: 'USE_EXISTING',
              }),
            })
          : client.workflow.getHandle(to.workflowId).executeUpdate<{ repeated?: true }, [Envelope]>(name, update),
      );
      return { kind: 'verdict', ...(repeated && { repeated }) };
    } catch (cause) {
      return { ...readFailure(cause), cause };
    }
  }

  /** As a Signal, stored with the workflow, which takes it up when it can. */
  async function leave(to: Addressee, name: string, envelope: Envelope, because?: unknown): Promise<Outcome> {
    if (to.begins) return begin(to, to.begins, name, envelope, because);
    try {
      await within(SIGNAL_TIMEOUT_MS, () =>
        client.workflow.getHandle(to.workflowId).signal<[Envelope]>(name, envelope),
      );
      return { kind: 'accepted', cause: because };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return revive(to, name, envelope, error);
      return unavailable(error);
    }
  }

  async function revive(to: Addressee, name: string, envelope: Envelope, because: unknown): Promise<Outcome> {
    const revived = await to.revive();
    return 'kind' in revived ? revived : begin(to, revived, name, envelope, because);
  }

  /** Starts the workflow with the message in its mailbox; one that runs already just gets the message. */
  async function begin(
    to: Addressee,
    options: StartOptions,
    name: string,
    envelope: Envelope,
    because: unknown,
  ): Promise<Outcome> {
    try {
      await within(SIGNAL_TIMEOUT_MS, () =>
        client.workflow.signalWithStart(to.workflowType, { ...options, signal: name, signalArgs: [envelope] }),
      );
      return { kind: 'accepted', cause: because };
    } catch (error) {
      return unavailable(error);
    }
  }

  return {
    /** Has a workflow running; one that runs already is a success. */
    async start(
      workflowType: string,
      options: StartOptions,
    ): Promise<{ kind: 'running' } | { kind: 'unavailable'; cause: unknown }> {
      try {
        await within(verdictTimeoutMs, () =>
          client.workflow.start(workflowType, { ...options, workflowIdConflictPolicy: 'USE_EXISTING' }),
        );
        return { kind: 'running' };
      } catch (error) {
        return unavailable(error);
      }
    },

    /** Whether a workflow is open; one that Temporal does not know any more has ended. */
    async stateOf(workflowId: string): Promise<WorkflowState> {
      try {
        const { status } = await within(SIGNAL_TIMEOUT_MS, () => client.workflow.getHandle(workflowId).describe());
        return { kind: OPEN.includes(status.name) ? 'open' : 'ended' };
      } catch (error) {
        return error instanceof WorkflowNotFoundError ? { kind: 'ended' } : unavailable(error);
      }
    },

    /** Says something. @throws what `to.revive` throws */
    async send(to: Addressee, name: string, envelope: Envelope, options: SendOptions): Promise<Outcome> {
      const { fingerprint, respondAsync } = options;
      if (respondAsync) return leave(to, name, envelope);
      const asked = await turns.take(to.workflowId, () => ask(to, name, envelope, fingerprint));
      if (!asked) return { kind: 'busy' };
      switch (asked.kind) {
        case 'verdict':
          return asked;
        case 'refused':
          return { kind: 'refused', refusal: asked.refusal };
        case 'missing':
          return revive(to, name, envelope, asked.cause);
        case 'noVerdict':
          return leave(to, name, envelope, asked.cause);
      }
    },
  };
}

/** @throws the error itself when it is not Temporal's */
function unavailable(cause: unknown): { kind: 'unavailable'; cause: unknown } {
  if (cause instanceof ServiceError) return { kind: 'unavailable', cause };
  throw cause;
}
