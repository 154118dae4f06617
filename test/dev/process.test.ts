import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startNodeProcess } from '../../dev/servers/node';
import { freePort } from '../../dev/servers/ports';
import type { ProcessOptions, Running } from '../../dev/servers/process';
import { startProcess } from '../../dev/servers/process';

let folder: string;
let log: string;
const started: Running[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-process-'));
  log = path.join(folder, 'logs', 'log');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((running) => running.kill('SIGKILL')));
  await rm(folder, { recursive: true });
});

/** A Node process with this script; it is ready once it has logged `ready`. */
async function start(script: string, more: Partial<ProcessOptions> = {}): Promise<Running> {
  const running = await startProcess({
    name: 'Sample',
    command: process.execPath,
    args: ['-e', script],
    log,
    ready: async () => (await readFile(log, 'utf8')).endsWith('ready\n'),
    ...more,
  });
  started.push(running);
  return running;
}

const STAYS = 'setInterval(() => {}, 1_000); console.log("ready");';

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a process that ends before it is ready is an error with the end of its log', async () => {
  await expect(start('console.log("no room"); process.exitCode = 7')).rejects.toThrow(
    `Sample ended with code 7 before it was ready. The end of ${log}:\nno room`,
  );
});

test('a process that cannot be started is an error', async () => {
  await expect(start('', { command: path.join(folder, 'missing') })).rejects.toThrow(
    /^Sample could not be started \(spawn .*missing ENOENT\) before it was ready\. It logged nothing to /,
  );
});

test('a process that is not ready in time is ended, and an error', async () => {
  const neverReady = start('console.log(process.pid); setInterval(() => {}, 1_000)', { readyWithinMs: 300 });
  await expect(neverReady).rejects.toThrow(/^Sample was not ready within 0\.3 s\./);
  expect(isRunning(Number(await readFile(log, 'utf8')))).toBe(false);
});

test('a process that ends before it is ready is not ready, though somebody else answers for it', async () => {
  await expect(start('', { ready: () => new Promise((answer) => setTimeout(answer, 500, true)) })).rejects.toThrow(
    /^Sample ended with code 0 before it was ready/,
  );
});

test('stop lets a process end by itself', async () => {
  const running = await start(`process.once('SIGTERM', () => { console.log('goodbye'); process.exit(); }); ${STAYS}`);
  await running.stop();
  expect(await readFile(log, 'utf8')).toBe('ready\ngoodbye\n');
});

test('stop ends a process that will not, after its grace', async () => {
  const running = await start(`process.on('SIGTERM', () => {}); ${STAYS}`, { graceMs: 200 });
  await running.stop();
  expect(isRunning(running.pid)).toBe(false);
});

test('stop ends a process that was halted', async () => {
  const running = await start(STAYS);
  await running.kill('SIGSTOP');
  await running.stop();
  expect(isRunning(running.pid)).toBe(false);
});

test('stopping what has ended does nothing', async () => {
  const running = await start(STAYS);
  await running.stop();
  await running.stop();
  expect(isRunning(running.pid)).toBe(false);
});

test('a restarted process is another one and appends to the same log', async () => {
  let starts = 1;
  const running = await start(STAYS, { ready: async () => (await readFile(log, 'utf8')) === 'ready\n'.repeat(starts) });
  const first = running.pid;
  await running.kill('SIGKILL');
  starts = 2;
  await running.restart();
  expect(running.pid).not.toBe(first);
  expect(await readFile(log, 'utf8')).toBe('ready\nready\n');
});

test('an end that nobody asked for is told, each time', async () => {
  const running = await start(STAYS);
  let tell: (reason: string) => void = () => undefined;
  running.onUnexpectedEnd((reason) => tell(reason));
  const end = () => {
    const told = new Promise((resolve) => (tell = resolve));
    process.kill(running.pid, 'SIGKILL');
    return told;
  };
  expect(await end()).toBe('ended by SIGKILL');
  await running.restart();
  await running.kill('SIGKILL');
  await running.restart();
  expect(await end()).toBe('ended by SIGKILL');
});

test('an end that was asked for is not told', async () => {
  const running = await start(STAYS);
  const told: string[] = [];
  running.onUnexpectedEnd((reason) => told.push(reason));
  await running.stop();
  expect(told).toStrictEqual([]);
});

test('one of our own processes is ready once its address answers 200', async () => {
  const port = await freePort();
  const script = path.join(folder, 'script.js');
  await writeFile(
    script,
    `const statuses = [500, 503, 200];
     require('node:http').createServer((_, response) => {
       const status = statuses.shift();
       console.log(process.env.GREETING, status);
       response.writeHead(status).end();
     }).listen(${port}, '127.0.0.1');`,
  );
  const ready = `http://127.0.0.1:${port}/readyz`;
  started.push(await startNodeProcess({ name: 'Own', script, env: { GREETING: 'hello' }, ready, log }));
  expect(await readFile(log, 'utf8')).toBe('hello 500\nhello 503\nhello 200\n');
});
