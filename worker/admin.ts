import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';
import type { Records } from '../records/connect';
import type { Workers } from './worker';

/**
 * `GET /healthz`: the process lives. `GET /readyz`: it polls for work and reaches MongoDB; 503 otherwise. `GET /metrics`: what
 * Temporal's own exporter serves on `metricsPort`, so that a process has one admin port. To be kept on loopback.
 */
export function createAdminServer(workers: Workers, records: Records, metricsPort: number): Server {
  return createServer((incoming, response): void => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const state = workers.getState();
    switch (incoming.url) {
      case '/healthz':
        answer(200, { state });
        return;
      case '/readyz':
        if (state !== 'RUNNING') answer(503, { state });
        else
          void records.ping().then(
            () => answer(200, { state }),
            () => answer(503, { state, mongodb: 'unreachable' }),
          );
        return;
      case '/metrics':
        void request(`http://127.0.0.1:${metricsPort}/metrics`)
          .then(({ body }) => pipeline(body, response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })))
          .catch(() => response.destroy());
        return;
      default:
        answer(404, {});
    }
  });
}

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
