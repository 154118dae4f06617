import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stopOnRequest } from '../../dev/stopOnRequest';
import { readStormOptions } from './storm/options';
import { reportOf, violationsOf } from './storm/report';
import { runStorm } from './storm/storm';

/** Once the faults are over nobody waits longer for SAVB than a few retries. */
const HEAL_WITHIN_MS = 15 * 60_000;

const signal = stopOnRequest();
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** `npm run chaos`: a storm on servers of its own; its files stay when something did not hold. */
async function main(): Promise<number> {
  const options = readStormOptions(process.argv.slice(2));
  const dataDir = await mkdtemp(path.join(tmpdir(), 'planning-services-chaos-'));
  say(`Seed ${options.seed}; logs and data in ${dataDir}`);
  const result = await runStorm(options, { dataDir, healWithinMs: HEAL_WITHIN_MS, say, signal });
  for (const line of reportOf(options, result)) process.stdout.write(`${line}\n`);
  if (violationsOf(result) > 0) return 1;
  await rm(dataDir, { recursive: true });
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    say(error.stack ?? error.message);
    process.exit(1);
  },
);
