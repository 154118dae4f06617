import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inRepository } from '../../dev/repository';
import { startNodeProcess } from '../../dev/servers/node';
import { freePort } from '../../dev/servers/ports';
import type { Running } from '../../dev/servers/process';
import { eventually } from '../support/eventually';
import { paymentRequest } from './running';

let folder: string;
let savb: Running;
let port: number;

/** The compiled sandbox, a process of its own with nothing set but where it may listen and write. */
const start = () =>
  startNodeProcess({
    name: 'savb',
    script: program,
    env: env(),
    ready: `${url()}/healthz`,
    log: path.join(folder, 'log'),
  });

const program = inRepository('dist', 'sandbox', 'savb', 'main.js');
const env = () => ({ PATH: process.env.PATH, SAVB_PORT: String(port), SAVB_LEDGER: ledgerFile() });
const url = () => `http://127.0.0.1:${port}`;
const ledgerFile = () => path.join(folder, 'ledger.jsonl');
const headers = { authorization: 'Bearer dev', 'content-type': 'application/json' };

async function call(method: string, route: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const init = {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  };
  const response = await fetch(url() + route, init);
  const text = await response.text();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

const submit = (reference: string) => call('POST', '/payment-requests', paymentRequest({ reference }));
const script = (...faults: object[]) => call('POST', '/control/faults', { faults });

interface Listed {
  items: { microsoftReferenceNumber: string; reference: string; status: string }[];
}
const listed = async () => ((await call('GET', '/payment-requests?limit=500')) as Listed).items;

/** The references that were accepted, as the ledger on disk has them. */
async function booked(): Promise<string[]> {
  const entries = (await readFile(ledgerFile(), 'utf8')).trimEnd().split('\n').filter(Boolean);
  return entries
    .map((line) => JSON.parse(line) as { type: string; request: { reference: string } })
    .filter(({ type }) => type === 'accepted')
    .map(({ request }) => request.reference);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-savb-'));
  port = await freePort();
  savb = await start();
});

afterEach(async () => {
  await savb.stop();
  await rm(folder, { recursive: true });
});

test('it says where it is, which token it takes, and an example that works', async () => {
  const log = await readFile(savb.log, 'utf8');
  expect(log).toContain(`SAVB sandbox on ${url()}, token dev, ledger ${ledgerFile()}\n`);
  const examples = log.split('\n').filter((line) => line.startsWith('  curl '));
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', examples.join('\n')]);
  const { microsoftReferenceNumber } = (await listed())[0]!;
  expect(stdout.split(microsoftReferenceNumber)).toHaveLength(3);
});

test('a second one at the same port says how to move it', async () => {
  await expect(promisify(execFile)(process.execPath, [program], { env: env() })).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: `listen EADDRINUSE: address already in use 127.0.0.1:${port}: set SAVB_PORT to another port\n`,
  });
});

test('killed, it has lost nothing that was acknowledged, and goes on with what was under way', async () => {
  await call('PUT', '/control/behavior', { deduplicates: false });
  const acknowledged: string[] = [];
  const references = Array.from({ length: 300 }, (_, n) => `E-${n % 100}:invoice:1`);
  const sending = references.map((reference) =>
    submit(reference).then(
      (answer) => acknowledged.push((answer as Listed['items'][number]).microsoftReferenceNumber),
      () => undefined,
    ),
  );
  await eventually(
    async () => acknowledged.length,
    (count) => count >= 50,
  );
  await savb.kill('SIGKILL');
  await Promise.all(sending);
  await savb.restart();
  const known = (await listed()).map(({ microsoftReferenceNumber }) => microsoftReferenceNumber);
  expect(known).toStrictEqual(expect.arrayContaining(acknowledged));
  expect(new Set(known).size).toBe(known.length);
  const paid = await eventually(listed, (items) => items.every(({ status }) => status === 'paid'));
  expect(paid).toHaveLength(known.length);
});

test('killed, it forgets what was to be executed late; stopped, it executes it first', async () => {
  const late = { fault: 'executeLate', ms: 3_600_000 };
  await script(late);
  await expect(submit('E-1:invoice:1')).rejects.toThrow('fetch failed');
  await savb.kill('SIGKILL');
  await savb.restart();
  await script(late);
  await expect(submit('E-2:invoice:1')).rejects.toThrow('fetch failed');
  await savb.stop();
  expect(await booked()).toStrictEqual(['E-2:invoice:1']);
});

test('paused, it answers nothing, and afterwards what was asked meanwhile', async () => {
  await submit('E-1:invoice:1');
  await savb.kill('SIGSTOP');
  await expect(call('GET', '/healthz', undefined, AbortSignal.timeout(300))).rejects.toThrow('timeout');
  const asked = submit('E-2:invoice:1');
  await expect(call('GET', '/payment-requests', undefined, AbortSignal.timeout(300))).rejects.toThrow('timeout');
  expect(await booked()).toStrictEqual(['E-1:invoice:1']);
  await savb.kill('SIGCONT');
  expect(await asked).toMatchObject({ reference: 'E-2:invoice:1', status: 'validating' });
  expect(await booked()).toStrictEqual(['E-1:invoice:1', 'E-2:invoice:1']);
});

test('stopped, it ends all hanging at once and has complained of nothing', async () => {
  await script({ fault: 'hang', times: 30 });
  const hanging = Array.from({ length: 30 }, (_, n) => submit(`E-${n}:invoice:1`).catch(() => 'reset'));
  await eventually(
    () => call('GET', '/control/faults'),
    (script) => (script as { left: number }).left === 0,
  );
  await savb.stop();
  expect(await Promise.all(hanging)).toStrictEqual(Array(30).fill('reset'));
  expect(await readFile(savb.log, 'utf8')).not.toContain('Warning');
});

test('whoever pastes the commands of docs/savb-sandbox.md sees what the page says', async () => {
  const page = await readFile(inRepository('docs', 'savb-sandbox.md'), 'utf8');
  const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines]) => lines).join('\n');
  const here = commands.replace('http://127.0.0.1:4010', url());
  const { stdout } = await promisify(execFile)('bash', ['-uo', 'pipefail', '-c', here]);
  const statuses = [...stdout.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => Number(status));
  const faults = [201, 422, 502, 429, 429, 201, 200, 201, 201];
  expect(statuses.slice(0, 3 + faults.length)).toStrictEqual([201, 200, 409, ...faults]);
  const executed = [1, 2, 4, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((n) => `e-${n}:invoice:1`);
  expect((await booked()).filter((reference) => reference.startsWith('e-')).sort()).toStrictEqual(executed.sort());
  expect(stdout).toContain('"seed":7,"share":0.3,"maxDelayMs":500,"active":true,"calls":6');
});
