import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Worker } from '@temporalio/worker';
import type { Parts } from '../../telemetry/parts';
import { createAdminServer, freePort, temporalMetrics } from '../../worker/admin';
import { createWorkerMetrics } from '../../worker/metrics';

const here = async () => undefined;
const away = async () => {
  throw new Error('no answer');
};
const ALL: Parts = { MongoDB: here, Temporal: here, polling: here };

/** Asks the admin port of a worker in this state. */
async function ask(route: string, state: ReturnType<Worker['getState']>, parts = ALL, metrics = [async () => 'one 1']) {
  const server = createAdminServer({ workers: { getState: () => state }, parts, metrics });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${route}`);
    return { status: answer.status, text: await answer.text() };
  } finally {
    server.close();
  }
}

test.each([
  ['RUNNING', 200],
  ['DRAINING', 200],
  ['FAILED', 503],
] as const)('a worker that is %s lives: %i', async (state, status) => {
  expect(await ask('/healthz', state, { MongoDB: away })).toStrictEqual({ status, text: JSON.stringify({ state }) });
});

test('it is ready when it polls and reaches Temporal and MongoDB', async () => {
  expect(await ask('/readyz', 'RUNNING')).toStrictEqual({ status: 200, text: '{"state":"RUNNING"}' });
});

test.each([
  ['MongoDB', { MongoDB: away }],
  ['Temporal', { Temporal: away }],
  ['polling', { polling: away }],
])('it is not, and says so, while %s is missing', async (missing, part) => {
  expect(await ask('/readyz', 'RUNNING', { ...ALL, ...part })).toStrictEqual({
    status: 503,
    text: JSON.stringify({ state: 'RUNNING', missing: [missing] }),
  });
});

test('the metrics of the worker and of Temporal are one text', async () => {
  const { registry } = createWorkerMetrics({ MongoDB: away, Temporal: here });
  const { status, text } = await ask('/metrics', 'RUNNING', ALL, [
    () => registry.metrics(),
    async () => 'temporal_x 1\n',
  ]);
  expect(status).toBe(200);
  expect(text).toContain('worker_part_up{part="MongoDB"} 0\nworker_part_up{part="Temporal"} 1\n');
  expect(text).toMatch(/\ntemporal_x 1\n$/);
});

test('without Temporal’s own there are none: half of them would look like peace', async () => {
  const silent = temporalMetrics(await freePort());
  expect((await ask('/metrics', 'RUNNING', ALL, [async () => 'one 1', silent])).status).toBe(503);
});

test.each(['/', '/constructor', '/metrics?x'])('there is nothing else: %s', async (route) => {
  expect((await ask(route, 'RUNNING')).status).toBe(404);
});
