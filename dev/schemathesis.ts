import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { askForToken } from '../client/cli/http';
import { dayOf } from '../domain/days';
import { provideSchemathesis } from './provision/tools';
import { inRepository } from './repository';
import { samplePartners } from './sample/partners';
import { urlOf } from './settings';
import { startStack } from './stack';
import { freeStackPorts } from './stackPorts';
import { stopOnRequest } from './stopOnRequest';
import { walk } from './walk';

/** What dev/schemathesis.toml asks for by name. */
const ENGAGEMENT = 'schemathesis';
const signal = stopOnRequest();
const say = (line: string): void => console.log(line);

/**
 * `npm run schemathesis [-- options of schemathesis run]`: everything running, with one engagement walked to its end; then
 * schemathesis asks the API whatever its contract allows, and what it does not. Its exit code is ours.
 */
async function main(): Promise<void> {
  const { at: program } = await provideSchemathesis(say, { signal });
  const dataDir = await mkdtemp(path.join(tmpdir(), 'planning-services-schemathesis-'));
  const env = { ...process.env, RATE_LIMIT: '1000000/s', ADDRESS_RATE_LIMIT: '1000000/s' };
  const stack = await startStack({ dataDir, ports: await freeStackPorts(), say, env, signal });
  try {
    const [apiUrl, issuerUrl] = [urlOf(stack.ports.api), urlOf(stack.ports.issuer)];
    const today = dayOf(new Date().toISOString(), '+00:00');
    const [partner] = samplePartners(today);
    await walk({ apiUrl, issuerUrl, partner, engagementId: ENGAGEMENT, today, say: () => undefined, signal });
    const token = await askForToken(issuerUrl, { role: 'operator', subject: 'schemathesis' });
    const args = [
      ...['--config-file', inRepository('dev', 'schemathesis.toml'), 'run', `${apiUrl}/openapi.json`],
      ...['--header', `Authorization: Bearer ${token}`, '--seed', '1', ...process.argv.slice(2)],
    ];
    process.exitCode = await run(program, args, dataDir);
  } finally {
    await stack.stop();
  }
  if (process.exitCode === 0) await rm(dataDir, { recursive: true });
  else say(`The logs: ${stack.logs}`);
}

async function run(program: string, args: readonly string[], cwd: string): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', cwd, signal });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

main().catch((error: Error) => {
  if (!signal.aborted) console.error(error.message);
  process.exitCode = 1;
});
