import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { SEARCH_ATTRIBUTES } from '../../contracts/names';
import { HOST, takesConnections } from './ports';
import type { Running } from './process';
import { startProcess } from './process';

const RETENTION = '90 days';

export interface TemporalOptions {
  /** Path of the Temporal CLI. */
  binary: string;
  /** Folder that keeps its database over restarts; null keeps everything in memory. */
  dataDir: string | null;
  port: number;
  /** Port of the Temporal UI; null starts none. */
  uiPort: number | null;
  /** Where the UI has encrypted payloads decrypted. */
  codecEndpoint?: string;
  log: string;
}

/**
 * Starts a Temporal development server that knows our search attributes. Its namespace `default` keeps closed workflows for
 * 90 days, where a development server forgets them after one.
 */
export async function startTemporal(options: TemporalOptions): Promise<Running & { address: string }> {
  const { binary, dataDir, port, uiPort, codecEndpoint, log } = options;
  const address = `${HOST}:${port}`;
  if (dataDir !== null) await mkdir(dataDir, { recursive: true });
  const server = await startProcess({
    name: 'Temporal',
    command: binary,
    args: [
      ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--log-level', 'warn'],
      ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
      ...(codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', codecEndpoint]),
      ...(dataDir === null
        ? []
        : ['--db-filename', path.join(dataDir, 'temporal.db'), '--sqlite-pragma', 'journal_mode=WAL']),
      ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ],
    log,
    ready: async () => (await takesConnections(port)) && keepsClosedWorkflows(address),
  });
  return Object.assign(server, { address });
}

/** Sets the retention; it can, once the server and its namespace are there. */
async function keepsClosedWorkflows(address: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: '1s' });
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection!.workflowService.updateNamespace({
        namespace: 'default',
        config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
      }),
    );
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
