import type { ClientInterceptors } from '@temporalio/client';
import type { WorkerOptions } from '@temporalio/worker';
import { discreet } from './discreet';

/** The traces of a process. */
export interface Tracing {
  /** Hands the trace of a caller on to the workflows it speaks to. */
  client: ClientInterceptors;
  /** Takes traces up in activities, and tells those of workflows; the workflows' own part is in their bundle. */
  worker: Pick<WorkerOptions, 'interceptors' | 'sinks'>;
  /** Sends what has not been sent. */
  stop(): Promise<void>;
}

/**
 * Has this process tell its traces, as OpenTelemetry's own variables say. Without an `endpoint` nothing is made, and nothing is
 * loaded either.
 */
export async function startTracing(serviceName: string, endpoint: string | undefined): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const [sdk, { OTLPTraceExporter }, { Resource }, temporal] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@temporalio/interceptors-opentelemetry'),
  ]);
  const resource = new Resource({ 'service.name': serviceName });
  const spanProcessor = discreet(new sdk.BatchSpanProcessor(new OTLPTraceExporter()));
  const provider = new sdk.NodeTracerProvider({ resource, spanProcessors: [spanProcessor] });
  provider.register();
  return {
    client: { workflow: [new temporal.OpenTelemetryWorkflowClientInterceptor()] },
    worker: {
      interceptors: {
        activity: [
          (context) => ({
            inbound: new temporal.OpenTelemetryActivityInboundInterceptor(context),
            outbound: new temporal.OpenTelemetryActivityOutboundInterceptor(context),
          }),
        ],
      },
      sinks: { exporter: temporal.makeWorkflowExporter(spanProcessor, resource) },
    },
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

/** What makes the workflows of a bundle tell their traces. */
export const TRACED_WORKFLOWS = require.resolve('./workflows');
