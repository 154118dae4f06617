import { mkdir } from 'node:fs/promises';
import { MongoClient } from 'mongodb';
import { HOST, takesConnections } from './ports';
import type { Running } from './process';
import { startProcess } from './process';

export interface MongoOptions {
  kind: 'mongod' | 'secantusd-rs' | 'secantusd-py';
  /** Path of the program. */
  binary: string;
  /** Folder that keeps the data over restarts. One kind of server cannot read what another wrote. */
  dataDir: string;
  port: number;
  log: string;
}

/** Starts a MongoDB server; `uri` names no database. */
export async function startMongo({
  kind,
  binary,
  dataDir,
  port,
  log,
}: MongoOptions): Promise<Running & { uri: string }> {
  const uri = `mongodb://${HOST}:${port}`;
  await mkdir(dataDir, { recursive: true });
  const server = await startProcess({
    name: 'MongoDB',
    command: binary,
    args: argumentsOf(kind, dataDir, port),
    log,
    ready: async () => (await takesConnections(port)) && answersPing(uri),
  });
  return Object.assign(server, { uri });
}

function argumentsOf(kind: MongoOptions['kind'], dataDir: string, port: number): string[] {
  switch (kind) {
    case 'mongod':
      return ['--bind_ip', HOST, '--port', String(port), '--dbpath', dataDir];
    case 'secantusd-rs':
    case 'secantusd-py':
      // Without the flag the Rust server loses acknowledged writes when it is killed.
      return ['--host', HOST, '--port', String(port), '--storage-path', dataDir, '--sync-on-commit'];
  }
}

async function answersPing(uri: string): Promise<boolean> {
  const client = new MongoClient(uri, { directConnection: true, serverSelectionTimeoutMS: 500 });
  try {
    await client.db().command({ ping: 1 });
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}
