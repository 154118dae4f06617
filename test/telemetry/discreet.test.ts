import { SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { discreet } from '../../telemetry/discreet';

/** A span as it leaves the process. */
function told(make: (tracer: ReturnType<BasicTracerProvider['getTracer']>) => void) {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [discreet(new SimpleSpanProcessor(exporter))] });
  make(provider.getTracer('test'));
  return exporter.getFinishedSpans();
}

test('a span tells names, ids and figures that are on the list, and nothing else', () => {
  const [span] = told((tracer) =>
    tracer
      .startSpan('RunActivity:handleMessage', {
        attributes: {
          temporalWorkflowId: 'engagement:E-1',
          'savb.outcome': 'SUCCESS',
          temporalUpdateId: 'vera@fabrikam.example:f00',
          memo: 'Vera',
          staticSummary: 'Fabrikam AB',
        },
      })
      .end(),
  );
  expect([span!.name, span!.attributes]).toStrictEqual([
    'RunActivity:handleMessage',
    { temporalWorkflowId: 'engagement:E-1', 'savb.outcome': 'SUCCESS' },
  ]);
});

test('an error is told by its class, without its message and its stack', () => {
  const [span] = told((tracer) => {
    const failed = tracer.startSpan('RunActivity:sendNotices');
    failed.recordException(new RangeError('550 vera@fabrikam.example is unknown'));
    failed.setStatus({ code: SpanStatusCode.ERROR, message: '550 vera@fabrikam.example is unknown' });
    failed.end();
  });
  const { status, attributes, events } = span!;
  expect({ status, attributes, events }).toStrictEqual({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'error.type': 'RangeError' },
    events: [],
  });
});
