import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as it arrived. */
export interface Collected {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: Record<string, unknown>;
}

interface Exported {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: (Omit<Collected, 'service' | 'attributes'> & { attributes: Attribute[] })[] }[];
  }[];
}

type Attribute = { key: string; value: Record<string, unknown> };

const valuesOf = (attributes: Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** Takes traces as OTLP over HTTP sends them. `said` is everything that arrived, word for word. */
export async function openTraceCollector() {
  const spans: Collected[] = [];
  const said: string[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      said.push(JSON.stringify(body));
      for (const { resource, scopeSpans } of (body as Exported).resourceSpans) {
        const service = String(valuesOf(resource.attributes)['service.name']);
        for (const { spans: arrived } of scopeSpans)
          spans.push(...arrived.map((span) => ({ ...span, service, attributes: valuesOf(span.attributes) })));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    said,
    /** A span and what it came from, the first cause last. */
    pathTo(span: Collected): Collected[] {
      const parent = spans.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId);
      return parent ? [span, ...this.pathTo(parent)] : [span];
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type TraceCollector = Awaited<ReturnType<typeof openTraceCollector>>;
