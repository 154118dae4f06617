import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import fastify from 'fastify';
import { traceRequests } from '../../client/api/tracing';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
beforeEach(() => exporter.reset());
afterAll(() => provider.shutdown());

async function asked(url: string, headers: Record<string, string> = {}) {
  const app = fastify();
  traceRequests(app);
  app.get('/healthz', async () => ({}));
  app.get('/v1/engagements/:engagementId', async () => ({}));
  app.get('/broken', async () => Promise.reject(new Error('vera@fabrikam.example')));
  await app.inject({ url, headers });
  await app.close();
  return exporter.getFinishedSpans();
}

test('a request is a span under its route, whatever its path', async () => {
  const [span] = await asked('/v1/engagements/E-1?customer=Vera');
  expect([span!.name, span!.attributes, span!.parentSpanId]).toStrictEqual([
    'GET /v1/engagements/:engagementId',
    {
      'http.request.method': 'GET',
      'http.route': '/v1/engagements/:engagementId',
      request_id: expect.any(String) as string,
      'http.response.status_code': 200,
    },
    undefined,
  ]);
  expect((await asked('/v1/other/Vera'))[1]).toMatchObject({ name: 'GET none' });
});

test('it goes on with the trace of its caller, and takes nothing else from there', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: 'vera=1', baggage: 'name=Vera' };
  const [span] = await asked('/v1/engagements/E-1', headers);
  expect(span!.spanContext()).toMatchObject({ traceId });
  expect(span!.parentSpanId).toBe('b7ad6b7169203331');
  expect(span!.spanContext().traceState?.serialize() ?? '').toBe('');
});

test('an error of ours is one in the trace; probes leave none', async () => {
  const [span] = await asked('/broken');
  expect(span!.status).toStrictEqual({ code: SpanStatusCode.ERROR });
  exporter.reset();
  expect(await asked('/healthz')).toStrictEqual([]);
});
