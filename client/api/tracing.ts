import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { correlationIdOf } from '../../telemetry/correlation';

declare module 'fastify' {
  interface FastifyRequest {
    span: Span | undefined;
  }
}

/** Asked every few seconds by those who do not want to know why. */
const PROBES: readonly (string | undefined)[] = ['/healthz', '/readyz'];

/**
 * Begins a trace with each request, or goes on with the caller's: of what a caller sends only `traceparent` is taken, which is
 * made of numbers. Goes before everything else that happens to a request.
 */
export function traceRequests(app: FastifyInstance): void {
  const tracer = trace.getTracer('planning-services-api');
  app.decorateRequest('span', undefined);

  app.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions, headers, id } = request;
    const { url: route = 'none' } = routeOptions;
    if (PROBES.includes(route)) return done();
    const caller = propagation.extract(ROOT_CONTEXT, { traceparent: headers.traceparent });
    const attributes = { 'http.request.method': method, 'http.route': route, request_id: id };
    request.span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, caller);
    context.with(trace.setSpan(caller, request.span), done);
  });

  app.addHook('onResponse', async ({ span, about }, { statusCode }) => {
    if (!span) return;
    span.setAttribute('http.response.status_code', statusCode);
    if (about) span.setAttribute('correlation_id', correlationIdOf(about.messageId));
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
}
