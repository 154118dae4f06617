import { z } from 'zod';
import { readConfig, urlSchema } from './read';
import { httpRoute, refuseInsecure, transportVariables } from './transport';

const tracingSchema = z
  .object({ OTEL_EXPORTER_OTLP_ENDPOINT: urlSchema.optional(), ...transportVariables })
  .superRefine(refuseInsecure({ OTEL_EXPORTER_OTLP_ENDPOINT: httpRoute }));

/**
 * Where traces go (OTLP over HTTP); undefined: there are none. All other `OTEL_…` variables OpenTelemetry reads itself.
 * @throws ConfigError
 */
export const readTraceEndpoint = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  readConfig(tracingSchema, env).OTEL_EXPORTER_OTLP_ENDPOINT;
