import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commandOf, reportOf, violationsOf } from './storm/report';
import { runStorm } from './storm/storm';

const HEAL_WITHIN_MS = 300_000;
jest.setTimeout(600_000);

const options = { engagements: 200, seed: Math.floor(Math.random() * 2 ** 31), savbDeduplicates: true };

test(`200 engagements in a storm: no invoice twice, no message lost, nobody left standing (${commandOf(options)})`, async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'planning-services-chaos-'));
  const say = () => undefined;
  const { signal } = new AbortController();
  const result = await runStorm(options, { dataDir, healWithinMs: HEAL_WITHIN_MS, say, signal });
  if (violationsOf(result) > 0) throw new Error([`Data in ${dataDir}`, ...reportOf(options, result)].join('\n'));
  const { savb, parts } = result;
  expect(savb.faults / savb.calls).toBeGreaterThanOrEqual(0.3);
  expect(parts['worker 1'].counts.kill + parts['worker 2'].counts.kill).toBeGreaterThanOrEqual(5);
  await rm(dataDir, { recursive: true });
});
