import { SpanKind, trace } from '@opentelemetry/api';
import { log } from '@temporalio/activity';
import type { Activities } from '../activities';
import type { PaymentTool } from '../activities/savb/paymentTool';
import { correlationIdOf } from '../telemetry/correlation';
import type { WorkerMetrics } from './metrics';
import type { SavbOperation } from './series';

/** Wrappers that measure and log what happens at the doors of the activities, and change nothing about it. */

/** The activities that decide messages, and what each decides about. */
const DESKS = { handleMessage: 'engagement', handlePartnerMessage: 'partner', handleBatchMessage: 'batch' } as const;
type Desk = keyof typeof DESKS;

/** Counts and logs every message that is answered; an answer that a worker died with may be counted twice. */
export function watchDesks(activities: Activities, metrics: WorkerMetrics): Activities {
  const watched = <Name extends Desk>(name: Name): Activities[Name] => {
    const handle = activities[name] as (...args: unknown[]) => Promise<{ answer?: Answer }>;
    return (async (...args: unknown[]) => {
      const letter = args[1] as Letter;
      const startedAtMs = performance.now();
      const handled = await handle(...args);
      if (handled.answer) tell(DESKS[name], letter, handled.answer, performance.now() - startedAtMs);
      return handled;
    }) as Activities[Name];
  };

  function tell(
    subject: (typeof DESKS)[Desk],
    { name: message, messageId, payload }: Letter,
    answer: Answer,
    ms: number,
  ): void {
    const code = 'refusal' in answer ? answer.refusal.code : undefined;
    const outcome =
      code !== undefined ? 'refused' : 'verdict' in answer && answer.verdict.repeated ? 'repeated' : 'applied';
    metrics.messages.inc({ subject, message, outcome });
    if (code !== undefined) metrics.refused.inc({ subject, code });
    if (message === 'passDeadline') metrics.deadlines.inc({ subject, kind: (payload as { kind: string }).kind });
    metrics.messageSeconds.observe({ subject }, ms / 1_000);
    const correlationId = correlationIdOf(messageId);
    log.info('answered', { message, correlationId, outcome, ...(code !== undefined && { code }), ms: Math.round(ms) });
  }

  return {
    ...activities,
    handleMessage: watched('handleMessage'),
    handlePartnerMessage: watched('handlePartnerMessage'),
    handleBatchMessage: watched('handleBatchMessage'),
  };
}

interface Letter {
  name: string;
  messageId: string;
  payload: unknown;
}

type Answer = { verdict: { repeated?: true } } | { refusal: { code: string } };

/** Times every call to SAVB by what came of it, and makes it a span of its own while there are traces. */
export function watchPaymentTool(tool: PaymentTool, { savbSeconds }: Pick<WorkerMetrics, 'savbSeconds'>): PaymentTool {
  const tracer = trace.getTracer('planning-services-worker');
  const timed =
    <Args extends unknown[], Seen extends { kind: string }>(
      operation: SavbOperation,
      call: (...args: Args) => Promise<Seen>,
    ) =>
    (...args: Args): Promise<Seen> =>
      tracer.startActiveSpan(`SAVB ${operation}`, { kind: SpanKind.CLIENT }, async (span) => {
        const end = savbSeconds.startTimer({ operation });
        try {
          const seen = await call(...args);
          end({ outcome: seen.kind });
          span.setAttributes({ 'savb.operation': operation, 'savb.outcome': seen.kind });
          return seen;
        } finally {
          span.end();
        }
      });
  return {
    submit: timed('submit', (...asked) => tool.submit(...asked)),
    findByReference: timed('lookup', (reference) => tool.findByReference(reference)),
    status: timed('status', (microsoftReferenceNumber) => tool.status(microsoftReferenceNumber)),
    list: timed('list', (after) => tool.list(after)),
    isRegistered: timed('registration', (...asked) => tool.isRegistered(...asked)),
    close: () => tool.close(),
  };
}

/** Counts what came of mails or webhooks. */
export const watchGateway = <Sent, Outcome extends { kind: string }>(
  gateway: { send(sent: Sent): Promise<Outcome> },
  counter: WorkerMetrics['notices' | 'webhooks'],
): { send(sent: Sent): Promise<Outcome> } => ({
  async send(sent) {
    const outcome = await gateway.send(sent);
    counter.inc({ outcome: outcome.kind });
    return outcome;
  },
});
