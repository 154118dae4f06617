import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { openOffice } from '../../sandbox/savb/office';
import { createSavbSandbox } from '../../sandbox/savb/server';
import type { RunningSandbox } from './running';
import { listening, paymentRequest, reply, startSandbox, submit, temporaryFolder, until } from './running';

const NUMBER = 'SAVB-5ABCDF953B61';
const HEADERS = { authorization: 'Bearer dev', 'content-type': 'application/json' };
const FOREVER_MS = 3_600_000;

interface Seen {
  status?: number;
  text?: string;
  /** Why there was no answer, or no whole one. */
  broken?: string;
}

/** What a caller sees, who takes nothing for granted. */
async function see(sandbox: RunningSandbox, path = '/payment-requests', init: RequestInit = {}): Promise<Seen> {
  try {
    const response = await fetch(sandbox.url + path, { headers: HEADERS, ...init });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const { cause, name } = error as { cause?: { code: string }; name: string };
    return { broken: cause?.code ?? name };
  }
}

const seeSubmit = (sandbox: RunningSandbox, init: RequestInit = {}) =>
  see(sandbox, '/payment-requests', { method: 'POST', body: JSON.stringify(paymentRequest()), ...init });

const allMet = (sandbox: RunningSandbox) =>
  until(
    () => sandbox.call('GET', '/control/faults'),
    ({ body }) => (body as { left: number }).left === 0,
  );

const spoken = (status: number, body: unknown): Seen => ({ status, text: JSON.stringify(body) });
const reset: Seen = { broken: 'ECONNRESET' };
const failed = { code: 'failed', message: 'scripted failure' };
const throttled = { code: 'throttled', message: 'scripted throttling' };
const rejected = { code: 'x', message: 'y' };

describe('a scripted fault', () => {
  test.each<[string, object, Seen, number]>([
    ['delay executes, and answers late', { fault: 'delay', ms: 1 }, spoken(201, reply(NUMBER)), 1],
    [
      'refuse answers what it is told and executes nothing',
      { fault: 'refuse', status: 422, body: rejected },
      spoken(422, rejected),
      0,
    ],
    ['refuse may answer nothing', { fault: 'refuse', status: 403 }, { status: 403, text: '' }, 0],
    ['fail executes nothing', { fault: 'fail' }, spoken(500, failed), 0],
    ['fail executes if told to', { fault: 'fail', status: 503, executed: true }, spoken(503, failed), 1],
    ['throttle executes nothing', { fault: 'throttle', retryAfter: 3 }, spoken(429, throttled), 0],
    ['throttle may be a 503', { fault: 'throttle', retryAfter: 3, status: 503 }, spoken(503, throttled), 0],
    ['drop resets and executes nothing', { fault: 'drop' }, reset, 0],
    ['executeThenDrop executes and resets', { fault: 'executeThenDrop' }, reset, 1],
    ['executeLate resets first', { fault: 'executeLate', ms: FOREVER_MS }, reset, 0],
    ['hang resets in the end', { fault: 'hang', ms: 1 }, reset, 0],
    ['hang executes if told to', { fault: 'hang', ms: 1, executed: true }, reset, 1],
    ['truncate executes and ends in the middle of the answer', { fault: 'truncate' }, { broken: 'UND_ERR_SOCKET' }, 1],
    [
      'garbage executes and answers something else',
      { fault: 'garbage' },
      { status: 200, text: '<!doctype html><title>Service</title><p>Everything is fine.</p>' },
      1,
    ],
    [
      'wrongAmount executes and answers with another amount',
      { fault: 'wrongAmount' },
      spoken(201, reply(NUMBER, { amount: { minor: 240_001, currency: 'SEK' } })),
      1,
    ],
    [
      'otherReference executes and answers about another reference',
      { fault: 'otherReference' },
      spoken(201, reply(NUMBER, { reference: 'E-1:invoice:1.other' })),
      1,
    ],
  ])('%s, once', async (_, fault, seen, executed) => {
    const sandbox = await startSandbox();
    await sandbox.faults(fault);
    expect(await seeSubmit(sandbox)).toStrictEqual(seen);
    expect(await sandbox.ledger()).toHaveLength(executed);
    expect(await submit(sandbox)).toStrictEqual({ status: executed ? 200 : 201, body: reply(NUMBER) });
  });

  test('oversized executes and answers more than 1 MB', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'oversized' });
    const { text = '' } = await seeSubmit(sandbox);
    expect(text.length).toBeGreaterThan(1024 * 1024);
    const { padding, ...body } = JSON.parse(text) as { padding: string };
    expect(padding.trim()).toBe('');
    expect(body).toStrictEqual(reply(NUMBER));
    expect(await sandbox.ledger()).toHaveLength(1);
  });

  test.each<[string, string, string, object]>([
    [
      'lookup',
      '/payment-requests?reference=E-1:invoice:1',
      'wrongAmount',
      { amount: { minor: 240_001, currency: 'SEK' } },
    ],
    ['lookup', '/payment-requests', 'otherReference', { reference: 'E-1:invoice:1.other' }],
  ])('on a %s of %s may be %s', async (on, path, fault, wrong) => {
    const sandbox = await startSandbox();
    await submit(sandbox);
    await sandbox.faults({ fault, on });
    expect(await see(sandbox, path)).toStrictEqual(spoken(200, { items: [reply(NUMBER, wrong)] }));
    expect(await see(sandbox, path)).toStrictEqual(spoken(200, { items: [reply(NUMBER)] }));
  });

  test('that alters an answer leaves a refusal as it is', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'wrongAmount', on: 'status' });
    expect(await sandbox.call('GET', '/payment-requests/SAVB-0')).toMatchObject({ status: 404 });
  });

  test.each([
    ['in seconds', { retryAfter: 7 }, '7'],
    ['as a date, which never comes early', { retryAfter: 7, as: 'date' }, 'Tue, 01 Sep 2020 12:00:08 GMT'],
    ['in any words', { retryAfter: 'soon' }, 'soon'],
  ])('throttle says until when, %s', async (_, options, header) => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'throttle', on: 'lookup', ...options });
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2020-09-01T12:00:00.001Z'));
    const { headers } = await fetch(`${sandbox.url}/payment-requests`, { headers: HEADERS });
    clock.mockRestore();
    expect(headers.get('retry-after')).toBe(header);
  });

  test('tells how long the whole of a truncated answer would be', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'truncate', on: 'lookup' });
    const request = httpRequest(`${sandbox.url}/payment-requests`, { headers: HEADERS }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => response.on('close', resolve));
    expect(Buffer.concat(chunks).length).toBeLessThan(Number(response.headers['content-length']));
    expect(response.complete).toBe(false);
  });

  test('strikes only its kind of call, as often as told, in the order scripted', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'fail', status: 501, times: 2 }, { fault: 'fail', status: 502 });
    await sandbox.faults({ fault: 'fail', status: 503, on: 'status' }, { fault: 'fail', on: 'registration' });
    expect(await sandbox.call('GET', '/payment-requests')).toMatchObject({ status: 200 });
    const statuses: number[] = [];
    while (statuses.length < 4) statuses.push((await submit(sandbox)).status);
    expect(statuses).toStrictEqual([501, 501, 502, 201]);
    expect(await sandbox.call('GET', '/payment-requests/SAVB-0')).toMatchObject({ status: 503 });
    expect(await sandbox.call('GET', '/registrations/ddps?locationId=x')).toMatchObject({ status: 500 });
  });

  test('can be taken back', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'fail', times: 100 }, { fault: 'hang', on: 'lookup' });
    await submit(sandbox);
    expect(await sandbox.call('GET', '/control/faults')).toStrictEqual({ status: 200, body: { left: 100 } });
    expect(await sandbox.call('DELETE', '/control/faults')).toStrictEqual({ status: 204, body: undefined });
    expect(await submit(sandbox)).toMatchObject({ status: 201 });
  });

  test.each<[unknown, string]>([
    [{ faults: [{ fault: 'earthquake' }] }, 'faults/0/fault'],
    [{ faults: [{ fault: 'delay' }] }, 'faults/0/ms'],
    [{ faults: [{ fault: 'executeThenDrop', ms: 1 }] }, 'faults/0'],
    [{ faults: [{ fault: 'fail', times: 0 }] }, 'faults/0/times'],
    [{ faults: [{ fault: 'executeLate', ms: 1, on: 'lookup' }] }, 'faults/0/on'],
    [{ faults: [{ fault: 'wrongAmount', on: 'registration' }] }, 'faults/0/on'],
    [{ faults: [] }, 'faults'],
    [[], ''],
  ])('%j is refused', async (script, field) => {
    const sandbox = await startSandbox();
    expect(await sandbox.call('POST', '/control/faults', script)).toMatchObject({
      status: 422,
      body: { code: 'invalidField', field },
    });
  });
});

describe('a late execution', () => {
  test.each(['drop', 'hang'])('happens by itself, though nobody waits: %s', async (answer) => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'executeLate', ms: 1, answer });
    expect(await seeSubmit(sandbox)).toStrictEqual(reset);
    await until(
      () => sandbox.ledger(),
      (entries) => entries.length === 1,
    );
  });

  test('happens though the caller has left', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'executeLate', ms: FOREVER_MS, answer: 'hang' });
    const leaving = new AbortController();
    const seen = seeSubmit(sandbox, { signal: leaving.signal });
    await allMet(sandbox);
    leaving.abort();
    expect(await seen).toStrictEqual({ broken: 'AbortError' });
    await sandbox.stop();
    expect(await sandbox.ledger()).toHaveLength(1);
  });

  test.each([
    [true, ['accepted']],
    [false, ['behavior', 'accepted', 'accepted']],
  ])('of what was sent again meanwhile, with deduplicates %p, leaves %j', async (deduplicates, ledger) => {
    const sandbox = await startSandbox();
    if (!deduplicates) await sandbox.call('PUT', '/control/behavior', { deduplicates });
    await sandbox.faults({ fault: 'executeLate', ms: FOREVER_MS });
    await seeSubmit(sandbox);
    expect(await submit(sandbox)).toStrictEqual({ status: 201, body: reply(NUMBER) });
    await sandbox.stop();
    expect((await sandbox.ledger()).map(({ type }) => type)).toStrictEqual(ledger);
  });

  test('that SAVB refuses in the end has no effect', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'executeLate', ms: FOREVER_MS });
    await seeSubmit(sandbox);
    await sandbox.call('PUT', '/control/registrations/ddps', { registered: false });
    await sandbox.stop();
    expect((await sandbox.ledger()).map(({ type }) => type)).toStrictEqual(['registration']);
  });
});

describe('a stop', () => {
  const begun = (sandbox: RunningSandbox) =>
    until(
      () => sandbox.ledger(),
      (entries) => entries.length === 1,
    );

  test('waits for no delay, and answers what was executed', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'delay', ms: FOREVER_MS });
    const pending = seeSubmit(sandbox);
    await begun(sandbox);
    await sandbox.stop();
    expect(await pending).toStrictEqual(spoken(201, reply(NUMBER)));
  });

  test('waits for no connection that has never asked anything', async () => {
    const sandbox = await startSandbox();
    const idle = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
    await once(idle, 'connect');
    await sandbox.call('GET', '/healthz');
    await Promise.all([once(idle, 'close'), sandbox.stop()]);
  });

  test('lets no connection in that comes meanwhile', async () => {
    const ledgerFile = join(await temporaryFolder(), 'ledger.jsonl');
    const server = await createSavbSandbox({ ledgerFile, token: 'dev', pace: 'manual' });
    let port = 0;
    server.addHook('preClose', async () => {
      const late = connect(port, '127.0.0.1');
      await once(late, 'close');
    });
    port = Number(new URL(await listening(server)).port);
    await server.close();
  });

  test('executes at once what is to be executed late from then on', async () => {
    const ledgerFile = join(await temporaryFolder(), 'ledger.jsonl');
    const office = await openOffice(ledgerFile, 'manual');
    office.stop();
    office.later(FOREVER_MS, () => office.submit(paymentRequest()));
    await office.close();
    expect(await readFile(ledgerFile, 'utf8')).toContain('E-1:invoice:1');
  });

  test('ends all hanging, however many', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'hang', executed: true }, { fault: 'hang', times: 50 });
    const first = seeSubmit(sandbox);
    await begun(sandbox);
    const rest = Array.from({ length: 50 }, () => seeSubmit(sandbox));
    await allMet(sandbox);
    await sandbox.stop();
    expect(await Promise.all([first, ...rest])).toStrictEqual(Array(51).fill(reset));
    expect(await sandbox.ledger()).toHaveLength(1);
  });
});
