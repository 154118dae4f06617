import { context, type Context } from '@opentelemetry/api';
import {
  OpenTelemetryInboundInterceptor,
  OpenTelemetryInternalsInterceptor,
  OpenTelemetryOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/workflow';
import type {
  WorkflowInboundCallsInterceptor,
  WorkflowInterceptors,
  WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';

/**
 * Traces of workflows, for their bundle. A message waits in a mailbox and is handled by the workflow's own loop, where nobody
 * knows any more which request brought it; here its trace is found again by its id. No command is added and none is moved:
 * histories replay with it and without.
 */
export const interceptors = (): WorkflowInterceptors => {
  const { inbound, outbound } = throughTheMailbox();
  return {
    inbound: [new OpenTelemetryInboundInterceptor(), inbound],
    outbound: [outbound, new OpenTelemetryOutboundInterceptor()],
    internals: [new OpenTelemetryInternalsInterceptor()],
  };
};

function throughTheMailbox(): { inbound: WorkflowInboundCallsInterceptor; outbound: WorkflowOutboundCallsInterceptor } {
  const arrived = new Map<string, Context>();
  /** Of the message that was handled last: what the workflow does next is because of it. */
  let latest: Context | undefined;

  const remember = ([envelope]: unknown[]): void => {
    const messageId = messageIdIn(envelope);
    if (messageId !== undefined) arrived.set(messageId, context.active());
  };

  const inTrace = <Input extends { args: unknown[] }>(input: Input, next: (input: Input) => Promise<unknown>) => {
    const messageId = messageIdIn(input.args[1]);
    if (messageId !== undefined) latest = arrived.get(messageId);
    const asked = latest ? context.with(latest, () => next(input)) : next(input);
    if (messageId !== undefined)
      asked.then(
        () => arrived.delete(messageId),
        () => undefined,
      );
    return asked;
  };

  return {
    inbound: {
      handleSignal(input, next) {
        remember(input.args);
        return next(input);
      },
      handleUpdate(input, next) {
        remember(input.args);
        return next(input);
      },
    },
    outbound: { scheduleActivity: inTrace, scheduleLocalActivity: inTrace },
  };
}

/** The id of an envelope, or of a letter: who decides a message is asked `(state, letter, at)`. */
function messageIdIn(value: unknown): string | undefined {
  const { messageId } = (value ?? {}) as { messageId?: unknown };
  return typeof messageId === 'string' ? messageId : undefined;
}
