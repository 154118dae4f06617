import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProcess, type Running } from '../../dev/servers/process';
import { eventually } from '../support/eventually';
import { keepUp, type Part } from './storm/keepUp';
import { play } from './storm/nemesis';
import { PARTS, type PartName } from './storm/schedule';

let folder: string;
let log: string;
let stopping: AbortController;
let running: Running;
let part: Part;

/** Tells its pid when it is up, and each 20 ms that it lives; ends with code 1 at its start while the file `away` exists. */
const SCRIPT = `
  if (require('fs').existsSync('away')) process.exit(1);
  console.log('up');
  require('fs').writeFileSync('pid', String(process.pid));
  setInterval(() => console.log('tick'), 20);`;

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const isUp = async () => isRunning(Number(await readFile(path.join(folder, 'pid'), 'utf8').catch(() => '')) || NaN);
const starts = async () => (await readFile(log, 'utf8')).split('up\n').length - 1;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-kept-'));
  log = path.join(folder, 'log');
  stopping = new AbortController();
  const args = ['-e', `process.chdir(${JSON.stringify(folder)}); ${SCRIPT}`];
  running = await startProcess({ name: 'Sample', command: process.execPath, args, log, ready: isUp });
  part = keepUp(running, stopping.signal);
});
afterEach(async () => {
  stopping.abort();
  await part.settled();
  await running.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

const ended = (pid: number) =>
  eventually(
    async () => isRunning(pid),
    (stillRunning) => !stillRunning,
  );

test('what is killed is started again', async () => {
  const { pid } = running;
  part.suffer({ atMs: 0, part: 'API', kind: 'kill', forMs: 0 });
  await part.settled();
  expect(running.pid).not.toBe(pid);
  expect(await starts()).toBe(2);
  expect(part.counts).toStrictEqual({ kill: 1, pause: 0, ownEnd: 0 });
});

test('what is paused stands still, and goes on as the same process', async () => {
  const { pid } = running;
  part.suffer({ atMs: 0, part: 'API', kind: 'pause', forMs: 300 });
  const state = async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')[2];
  if (process.platform === 'linux') await eventually(state, (seen) => seen === 'T');
  await part.settled();
  const before = (await readFile(log, 'utf8')).length;
  await eventually(
    async () => (await readFile(log, 'utf8')).length,
    (length) => length > before,
  );
  expect(running.pid).toBe(pid);
  expect(part.counts).toStrictEqual({ kill: 0, pause: 1, ownEnd: 0 });
});

test('what ends by itself is started again', async () => {
  process.kill(running.pid, 'SIGKILL');
  await eventually(starts, (times) => times === 2);
  await part.settled();
  expect(part.counts).toStrictEqual({ kill: 0, pause: 0, ownEnd: 1 });
});

test('what cannot start, for want of something that is away, is started until it can', async () => {
  const away = path.join(folder, 'away');
  await writeFile(away, '');
  const { pid } = running;
  part.suffer({ atMs: 0, part: 'API', kind: 'kill', forMs: 0 });
  await ended(pid);
  await rm(away);
  await part.settled();
  expect(await starts()).toBe(2);
});

test('one thing is suffered after the other', async () => {
  part.suffer({ atMs: 0, part: 'API', kind: 'pause', forMs: 100 });
  part.suffer({ atMs: 0, part: 'API', kind: 'kill', forMs: 0 });
  part.suffer({ atMs: 0, part: 'API', kind: 'kill', forMs: 0 });
  await part.settled();
  expect(await starts()).toBe(3);
  expect(part.counts).toStrictEqual({ kill: 2, pause: 1, ownEnd: 0 });
});

test('nothing is started any more once everything is being stopped', async () => {
  stopping.abort();
  process.kill(running.pid, 'SIGKILL');
  await ended(running.pid);
  await part.settled();
  expect(await starts()).toBe(1);
});

describe('a schedule', () => {
  const bystander: Part = {
    suffer: () => undefined,
    settled: async () => undefined,
    counts: { kill: 0, pause: 0, ownEnd: 0 },
  };
  const withApi = () =>
    Object.fromEntries(PARTS.map((name) => [name, name === 'API' ? part : bystander])) as Record<PartName, Part>;

  test('is played to its end, until all have recovered', async () => {
    const strike = { part: 'API', kind: 'kill', forMs: 0 } as const;
    await play(
      [
        { ...strike, atMs: 0 },
        { ...strike, atMs: 50 },
      ],
      withApi(),
      new AbortController().signal,
    );
    expect(await starts()).toBe(3);
    expect(await isUp()).toBe(true);
  });

  test('is left when asked to stop', async () => {
    const later = { atMs: 3_600_000, part: 'API', kind: 'kill', forMs: 0 } as const;
    const asked = new AbortController();
    const playing = play([later], withApi(), asked.signal);
    asked.abort();
    await expect(playing).rejects.toThrow('aborted');
    expect(part.counts.kill).toBe(0);
  });
});
