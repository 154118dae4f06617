import { startTracing } from '../../telemetry/tracing';

const loaded: string[] = [];
jest.mock('@opentelemetry/sdk-trace-node', () => {
  loaded.push('sdk');
  return jest.requireActual<object>('@opentelemetry/sdk-trace-node');
});
jest.mock('@temporalio/interceptors-opentelemetry', () => {
  loaded.push('interceptors');
  return jest.requireActual<object>('@temporalio/interceptors-opentelemetry');
});

test('without an endpoint there are no traces, and nothing is loaded that makes them', async () => {
  expect(await startTracing('x', undefined)).toBeUndefined();
  expect(loaded).toStrictEqual([]);
});

test('a collector that is away holds nobody up', async () => {
  const tracing = await startTracing('x', 'http://127.0.0.1:9');
  expect(loaded).toStrictEqual(['sdk', 'interceptors']);
  expect(Object.keys(tracing!)).toStrictEqual(['client', 'worker', 'stop']);
  await tracing!.stop();
});
