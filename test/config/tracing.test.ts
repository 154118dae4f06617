import { readTraceEndpoint } from '../../config/tracing';

test('traces go nowhere unless told where', () => {
  expect(readTraceEndpoint({})).toBeUndefined();
  expect(readTraceEndpoint({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBeUndefined();
});

test('they go over TLS, or stay on this machine', () => {
  const at = (OTEL_EXPORTER_OTLP_ENDPOINT: string, ALLOW_INSECURE_LOCAL = '0') =>
    readTraceEndpoint({ OTEL_EXPORTER_OTLP_ENDPOINT, ALLOW_INSECURE_LOCAL });
  expect(at('https://traces.contoso.example')).toBe('https://traces.contoso.example');
  expect(at('http://127.0.0.1:4318', '1')).toBe('http://127.0.0.1:4318');
  expect(() => at('http://127.0.0.1:4318')).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT: must use TLS');
  expect(() => at('http://traces.contoso.example', '1')).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT: must use TLS');
  expect(() => at('collector:4318')).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT: an http or https address');
});
