import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { Webhook } from 'standardwebhooks';
import { createWebhookGateway } from '../../activities/webhooks/httpGateway';
import type { WebhookEvent } from '../../contracts/webhooks';
import { inRepository } from '../../dev/repository';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();

let folder: string;
let receiver: ChildProcess;
let lines: Interface;
let url: string;
const said: string[] = [];

beforeAll(async () => {
  const page = await readFile(inRepository('docs', 'webhooks.md'), 'utf8');
  const [, code = ''] = /^```js\n(.*?)^```$/ms.exec(page) ?? [];
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-receiver-'));
  const file = path.join(folder, 'receiver.mjs');
  await writeFile(file, code);
  const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: '0' };
  receiver = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  lines = createInterface({ input: receiver.stdout! });
  const [first] = (await once(lines, 'line')) as [string];
  url = `http://127.0.0.1:${first.replace('listening on ', '')}/`;
  lines.on('line', (line) => said.push(line));
});
afterAll(async () => {
  receiver.kill();
  await once(receiver, 'close');
  await rm(folder, { recursive: true });
});

const stageChange = (version: number): WebhookEvent => ({
  type: 'engagement.stageChanged',
  timestamp: '2020-07-10T09:00:00.000Z',
  data: { engagementId: 'E-1', partnerId: 'contoso', stage: 'reserved', version, at: '2020-07-10T09:00:00.000Z' },
});

async function send(webhookId: string, event: WebhookEvent, secrets = [secret]): Promise<number | undefined> {
  const attempt = await createWebhookGateway({ allowLocal: true }).send({ url, secrets, webhookId, event });
  return attempt.responseStatus;
}

test('the receiver of docs/webhooks.md takes what is genuine, once, and nothing that is older than what it knows', async () => {
  const told = once(lines, 'line');
  expect(await send('evt_1', stageChange(3))).toBe(204);
  await told;
  expect(await send('evt_1', stageChange(3))).toBe(204);
  expect(await send('evt_2', stageChange(2))).toBe(204);
  const toldAgain = once(lines, 'line');
  // While its secret is being changed.
  expect(await send('evt_3', stageChange(4), [newSecret(), secret])).toBe(204);
  await toldAgain;
  expect(said).toStrictEqual(['E-1 is reserved at version 3', 'E-1 is reserved at version 4']);
});

test('it refuses what is not', async () => {
  expect(await send('evt_4', stageChange(5), [newSecret()])).toBe(401);
  const headers = { 'webhook-id': 'evt_5', 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)) };
  const unsigned = { method: 'POST', headers, body: JSON.stringify(stageChange(5)) };
  expect((await fetch(url, unsigned)).status).toBe(401);
  expect((await fetch(url, { method: 'POST' })).status).toBe(401);
});

test('nor what was kept back for longer than five minutes', async () => {
  const body = JSON.stringify(stageChange(6));
  const sentMinutesAgo = async (minutes: number) => {
    const at = new Date(Date.now() - minutes * 60_000);
    const headers = {
      'webhook-id': `evt_6_${minutes}`,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(`evt_6_${minutes}`, at, body),
    };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  expect(await sentMinutesAgo(6)).toBe(401);
  expect(await sentMinutesAgo(4)).toBe(204);
});
