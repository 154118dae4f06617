import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';

/** What a span may tell: names, ids and figures of ours. A caller's key, a reason or a header is not among it. */
const TOLD: readonly string[] = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'request_id',
  'correlation_id',
  'savb.operation',
  'savb.outcome',
  'workflowType',
  'taskQueue',
  'temporalWorkflowId',
  'temporalActivityId',
  'run_id',
];

/** Lets spans through without what somebody may have said: whatever made them, an attribute is told that is on the list. */
export const discreet = (next: SpanProcessor): SpanProcessor => ({
  onStart: (span, context) => next.onStart(span, context),
  onEnd: (span) => next.onEnd(told(span)),
  forceFlush: () => next.forceFlush(),
  shutdown: () => next.shutdown(),
});

/** An error is told by its class: its message and its stack may repeat what was said. */
function told(span: ReadableSpan): ReadableSpan {
  const { name, kind, parentSpanId, startTime, endTime, duration, ended, resource, instrumentationLibrary } = span;
  const error = span.events.find((event) => event.name === 'exception')?.attributes?.['exception.type'];
  return {
    ...{ name, kind, parentSpanId, startTime, endTime, duration, ended, resource, instrumentationLibrary },
    spanContext: () => span.spanContext(),
    status: { code: span.status.code },
    attributes: { ...listed(span.attributes), ...(typeof error === 'string' && { 'error.type': error }) },
    links: [],
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const listed = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => TOLD.includes(name)));
