import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inRepository } from '../../dev/repository';
import { urlOf } from '../../dev/settings';
import { startStack } from '../../dev/stack';
import { freeStackPorts } from '../../dev/stackPorts';

jest.setTimeout(240_000);

/** Every command of a page, as a newcomer would paste them into one shell. */
const commandsIn = (page: string): string =>
  [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands).join('\n');

test('whoever pastes the commands of docs/first-reservation.md has a reserved engagement in the end', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'planning-services-page-'));
  const ports = await freeStackPorts();
  const stack = await startStack({ dataDir, ports, say: () => undefined });
  try {
    const commands = commandsIn(await readFile(inRepository('docs', 'first-reservation.md'), 'utf8'));
    // As `npm run -s engagements --` does, without building what is built.
    const program = `${process.execPath} ${inRepository('dist', 'client', 'cli', 'main.js')}`;
    const script = commands.replaceAll('npm run -s engagements --', program);
    const env = { ...process.env, API_URL: urlOf(ports.api), OIDC_ISSUER: urlOf(ports.issuer) };
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { env });
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { stage: string };
    expect(last.stage).toBe('reserved');
  } finally {
    await stack.stop();
    await rm(dataDir, { recursive: true });
  }
});
