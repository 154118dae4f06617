import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { missingParts, type Parts } from '../telemetry/parts';
import type { Workers } from './worker';

interface Admin {
  workers: Pick<Workers, 'getState'>;
  /** What the worker needs to do its work. */
  parts: Parts;
  /** What is measured, in Prometheus' text format, piece by piece. */
  metrics: (() => Promise<string>)[];
}

/**
 * `GET /healthz`: the process lives, and no worker in it has failed. `GET /readyz`: it can do its work; 503 names what is missing.
 * `GET /metrics`: what is measured, here and by Temporal, so that a process has one admin port. To be kept on loopback.
 */
export function createAdminServer({ workers, parts, metrics }: Admin): Server {
  const answers: Record<string, (response: ServerResponse) => Promise<void>> = {
    async '/healthz'(response) {
      const state = workers.getState();
      answer(response, state === 'FAILED' ? 503 : 200, { state });
    },
    async '/readyz'(response) {
      const state = workers.getState();
      const missing = await missingParts(parts);
      answer(response, missing.length > 0 ? 503 : 200, { state, ...(missing.length > 0 && { missing }) });
    },
    async '/metrics'(response) {
      const texts = await Promise.all(metrics.map((text) => text()));
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(texts.join('\n'));
    },
  };
  return createServer(({ url = '' }, response) => {
    const found = Object.hasOwn(answers, url) ? answers[url] : undefined;
    if (!found) return answer(response, 404, {});
    found(response).catch(() => answer(response, 503, {}));
  });
}

const answer = (response: ServerResponse, status: number, body: object): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** What Temporal's own exporter serves on a port of this machine. */
export const temporalMetrics = (port: number) => async (): Promise<string> =>
  (await request(`http://127.0.0.1:${port}/metrics`)).body.text();

/** A port nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
