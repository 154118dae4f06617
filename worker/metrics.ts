import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { missingParts, type Parts } from '../telemetry/parts';
import { CALL_SERIES, DEADLINE_SERIES, NOTICE_SERIES, REFUSAL_SERIES, WEBHOOK_SERIES } from './series';

/** From a lookup on this machine to the longest that a call to SAVB may take. */
const CALL_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 35, 70];
const MESSAGE_BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2];

export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

/** What the worker measures beside Temporal's own exporter; `docs/observability.md` lists it. */
export function createWorkerMetrics(parts: Parts = {}) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: 'worker_part_up',
    help: 'What the worker needs: 1 while it answers (MongoDB, Temporal) or goes on (polling)',
    labelNames: ['part'] as const,
    registers,
    async collect() {
      const missing = await missingParts(parts);
      for (const part of Object.keys(parts)) this.set({ part }, missing.includes(part) ? 0 : 1);
    },
  });
  const metrics = {
    registry,
    messages: new Counter({
      name: 'worker_messages_total',
      help: 'Messages that were answered, by name and outcome: applied, repeated or refused',
      labelNames: ['subject', 'message', 'outcome'] as const,
      registers,
    }),
    refused: new Counter({
      name: 'worker_messages_refused_total',
      help: 'Messages that were refused, by the code of the refusal',
      labelNames: ['subject', 'code'] as const,
      registers,
    }),
    deadlines: new Counter({
      name: 'worker_deadlines_passed_total',
      help: 'Deadlines that passed and were acted upon, by kind; a reminder is one, too',
      labelNames: ['subject', 'kind'] as const,
      registers,
    }),
    messageSeconds: new Histogram({
      name: 'worker_message_duration_seconds',
      help: 'Time to decide a message and to record it',
      labelNames: ['subject'] as const,
      buckets: MESSAGE_BUCKETS_S,
      registers,
    }),
    savbSeconds: new Histogram({
      name: 'savb_call_duration_seconds',
      help: 'Time that SAVB took, by operation and by what came of it',
      labelNames: ['operation', 'outcome'] as const,
      buckets: CALL_BUCKETS_S,
      registers,
    }),
    notices: new Counter({
      name: 'worker_notices_total',
      help: 'Mails that were handed over, by what came of it: sent, refused or unknown',
      labelNames: ['outcome'] as const,
      registers,
    }),
    webhooks: new Counter({
      name: 'worker_webhooks_total',
      help: 'Attempts at webhooks, by what came of it: delivered, gone or refused',
      labelNames: ['outcome'] as const,
      registers,
    }),
  };
  for (const series of CALL_SERIES) metrics.savbSeconds.zero(series);
  for (const series of REFUSAL_SERIES) metrics.refused.inc(series, 0);
  for (const series of DEADLINE_SERIES) metrics.deadlines.inc(series, 0);
  for (const series of NOTICE_SERIES) metrics.notices.inc(series, 0);
  for (const series of WEBHOOK_SERIES) metrics.webhooks.inc(series, 0);
  return metrics;
}
