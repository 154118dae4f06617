import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRepository } from '../../dev/repository';
import { startNodeProcess } from '../../dev/servers/node';
import { freePorts } from '../../dev/servers/ports';
import { createIssuer } from '../../sandbox/issuer/server';
import type { Who } from './apiHouse';

export type ApiProcess = Awaited<ReturnType<typeof startApiProcess>>;

/** The compiled API as a process of its own, with the dev issuer in this one. `settings` are variables of the API. */
export async function startApiProcess(
  where: { address: string; mongoUri: string },
  settings: Record<string, string> = {},
) {
  const folder = await mkdtemp(path.join(tmpdir(), 'planning-services-api-'));
  const tokens = { issuer: 'https://issuer.example', audience: 'planning-services' };
  const issuer = await createIssuer({ keysFolder: folder, ...tokens });
  const issuerUrl = await issuer.listen({ port: 0, host: '127.0.0.1' });
  const [port, adminPort] = await freePorts(2);
  const admin = `http://127.0.0.1:${adminPort}`;
  const running = await startNodeProcess({
    name: 'api',
    script: inRepository('dist', 'client', 'api', 'main.js'),
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: where.address,
      MONGODB_URI: where.mongoUri,
      ALLOW_INSECURE_LOCAL: '1',
      OIDC_ISSUER: tokens.issuer,
      OIDC_JWKS_URI: `${issuerUrl}/jwks.json`,
      API_PORT: String(port),
      ADMIN_PORT: String(adminPort),
      ...settings,
    },
    ready: `${admin}/readyz`,
    log: path.join(folder, 'api.log'),
  });
  return {
    url: `http://127.0.0.1:${port}`,
    admin,
    running,

    async token(who: Who): Promise<string> {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${issuerUrl}/token`, { method: 'POST', headers, body: JSON.stringify(who) });
      return ((await answer.json()) as { access_token: string }).access_token;
    },

    /** Memory of the process that is not swapped out, in MB. */
    async residentMegabytes(): Promise<number> {
      const metrics = await (await fetch(`${admin}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\d+)$/m.exec(metrics)?.[1]) / 1_000_000;
    },

    async stop(): Promise<void> {
      await running.stop();
      await issuer.close();
      await rm(folder, { recursive: true });
    },
  };
}
