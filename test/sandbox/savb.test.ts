import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { open, readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createSavbSandbox } from '../../sandbox/savb/server';
import type { RunningSandbox } from './running';
import { paymentRequest, startSandbox, temporaryFolder, until } from './running';

const submit = (sandbox: RunningSandbox, changes = {}) =>
  sandbox.call('POST', '/payment-requests', paymentRequest(changes));

const numberOf = ({ body }: { body: unknown }) =>
  (body as { microsoftReferenceNumber: string }).microsoftReferenceNumber;

const reply = (microsoftReferenceNumber: string, changes = {}) => ({
  microsoftReferenceNumber,
  reference: 'E-1:invoice:1',
  status: 'validating',
  amount: { minor: 240_000, currency: 'SEK' },
  ...changes,
});

describe('a payment request', () => {
  test('is accepted with a number of its own and validated first', async () => {
    const sandbox = await startSandbox();
    const answer = await submit(sandbox);
    expect(answer).toStrictEqual({ status: 201, body: reply(numberOf(answer)) });
    expect(numberOf(answer)).toMatch(/^SAVB-[0-9A-F]{12}$/);
  });

  test('sent again is answered with what it already is', async () => {
    const sandbox = await startSandbox();
    const number = numberOf(await submit(sandbox));
    await sandbox.call('POST', '/control/advance', { reference: 'E-1:invoice:1', status: 'approved' });
    expect(await submit(sandbox)).toStrictEqual({ status: 200, body: reply(number, { status: 'approved' }) });
    expect((await sandbox.ledger()).map(({ type }) => type)).toStrictEqual(['accepted', 'status']);
  });

  test('with other content under a known reference is a conflict', async () => {
    const sandbox = await startSandbox();
    await submit(sandbox);
    expect(await submit(sandbox, { amount: { minor: 240_001, currency: 'SEK' } })).toStrictEqual({
      status: 409,
      body: {
        code: 'duplicateReference',
        field: 'reference',
        message: 'E-1:invoice:1 was sent before with other content',
      },
    });
  });

  test('sent fifty times at once is accepted once', async () => {
    const sandbox = await startSandbox();
    const answers = await Promise.all(Array.from({ length: 50 }, () => submit(sandbox)));
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([...Array<number>(49).fill(200), 201]);
    expect(new Set(answers.map(numberOf)).size).toBe(1);
    expect(await sandbox.ledger()).toHaveLength(1);
  });

  test.each<[string, object, string, string]>([
    ['an unknown field', { note: 'x' }, 'note', 'Unrecognized key: "note"'],
    ['no voucher', { vouchers: [] }, 'vouchers', 'Too small: expected array to have >=1 items'],
    [
      'a redemption day that never was',
      { vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-02-30' }] },
      'vouchers/0/redeemedOn',
      'Invalid ISO date',
    ],
    [
      'an amount in fractions of a cent',
      { amount: { minor: 0.5, currency: 'SEK' } },
      'amount/minor',
      'Invalid input: expected int, received number',
    ],
    [
      'a reference nobody can type',
      { reference: 'E 1' },
      'reference',
      'letters, digits, dot, underscore, colon and hyphen, 128 at most',
    ],
    [
      'a digest in capitals',
      { invoice: { number: '1', date: '2020-08-17', documentSha256: 'A'.repeat(64) } },
      'invoice/documentSha256',
      '64 lower-case hexadecimal digits',
    ],
  ])('with %s is refused, naming the field', async (_, changes, field, message) => {
    const sandbox = await startSandbox();
    expect(await submit(sandbox, changes)).toStrictEqual({
      status: 422,
      body: { code: 'invalidField', field, message },
    });
    expect(await sandbox.ledger()).toStrictEqual([]);
  });

  test('that is no JSON is refused', async () => {
    const sandbox = await startSandbox();
    const answer = await sandbox.call('POST', '/payment-requests', '{"reference":');
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed' } });
  });

  test.each<Record<string, string>>([{}, { authorization: 'Bearer other' }, { authorization: 'dev' }])(
    'with the headers %p is not let in',
    async (headers) => {
      const sandbox = await startSandbox();
      expect(await sandbox.call('POST', '/payment-requests', paymentRequest(), headers)).toStrictEqual({
        status: 401,
        body: { code: 'unauthorized', message: 'the bearer token is missing or wrong' },
      });
      expect(await sandbox.ledger()).toStrictEqual([]);
    },
  );
});

describe('a lookup', () => {
  test('by reference finds one or none', async () => {
    const sandbox = await startSandbox();
    const number = numberOf(await submit(sandbox));
    await submit(sandbox, { reference: 'E-2:invoice:1' });
    expect(await sandbox.call('GET', '/payment-requests?reference=E-1:invoice:1')).toStrictEqual({
      status: 200,
      body: { items: [reply(number)] },
    });
    expect(await sandbox.call('GET', '/payment-requests?reference=E-3:invoice:1')).toStrictEqual({
      status: 200,
      body: { items: [] },
    });
  });

  test('by two references at once is refused', async () => {
    const sandbox = await startSandbox();
    expect(await sandbox.call('GET', '/payment-requests?reference=a&reference=b')).toMatchObject({
      status: 422,
      body: { code: 'invalidField', field: 'reference' },
    });
  });

  test('without a reference lists all', async () => {
    const sandbox = await startSandbox();
    const one = numberOf(await submit(sandbox));
    const two = numberOf(await submit(sandbox, { reference: 'E-2:invoice:1' }));
    expect(await sandbox.call('GET', '/payment-requests')).toStrictEqual({
      status: 200,
      body: { items: [reply(one), reply(two, { reference: 'E-2:invoice:1' })] },
    });
  });

  test('by number finds it or is 404', async () => {
    const sandbox = await startSandbox();
    const number = numberOf(await submit(sandbox));
    expect(await sandbox.call('GET', `/payment-requests/${number}`)).toStrictEqual({
      status: 200,
      body: reply(number),
    });
    expect(await sandbox.call('GET', '/payment-requests/SAVB-0')).toStrictEqual({
      status: 404,
      body: { code: 'notFound', message: 'no payment request SAVB-0' },
    });
  });

  test('of another route is 404', async () => {
    const sandbox = await startSandbox();
    expect(await sandbox.call('GET', '/invoices')).toStrictEqual({
      status: 404,
      body: { code: 'notFound', message: 'no route GET /invoices' },
    });
  });
});

describe('a registration', () => {
  const registration = '/registrations/ddps?locationId=contoso-se';

  test('is there unless told otherwise, and can come back', async () => {
    const sandbox = await startSandbox();
    expect(await sandbox.call('GET', registration)).toStrictEqual({
      status: 200,
      body: { offering: 'ddps', locationId: 'contoso-se' },
    });
    await sandbox.call('PUT', `/control${registration}`, { registered: false });
    expect(await sandbox.call('GET', registration)).toStrictEqual({
      status: 404,
      body: { code: 'notFound', message: 'contoso-se is not registered for ddps' },
    });
    expect(await sandbox.call('GET', '/registrations/ddps?locationId=contoso-us')).toMatchObject({ status: 200 });
    await sandbox.call('PUT', `/control${registration}`, { registered: true });
    expect(await sandbox.call('GET', registration)).toMatchObject({ status: 200 });
  });

  test('that is missing keeps payment requests out', async () => {
    const sandbox = await startSandbox();
    await sandbox.call('PUT', `/control${registration}`, { registered: false });
    expect(await submit(sandbox)).toStrictEqual({
      status: 422,
      body: { code: 'notRegistered', field: 'locationId', message: 'contoso-se is not registered for ddps' },
    });
  });

  test('needs a location', async () => {
    const sandbox = await startSandbox();
    const refused = { status: 422, body: { code: 'invalidField', field: 'locationId' } };
    expect(await sandbox.call('GET', '/registrations/ddps')).toMatchObject(refused);
    expect(await sandbox.call('PUT', '/control/registrations/ddps', { registered: false })).toMatchObject(refused);
  });
});

describe('a status', () => {
  test('can be set by reference or by number, with a reason', async () => {
    const sandbox = await startSandbox();
    const number = numberOf(await submit(sandbox));
    const rejected = { status: 'rejected', code: 'country', message: 'location is in another country' };
    expect(await sandbox.call('POST', '/control/advance', { reference: 'E-1:invoice:1', ...rejected })).toStrictEqual({
      status: 200,
      body: reply(number, rejected),
    });
    expect(await sandbox.call('GET', `/payment-requests/${number}`)).toStrictEqual({
      status: 200,
      body: reply(number, rejected),
    });
    const held = await sandbox.call('POST', '/control/advance', { microsoftReferenceNumber: number, status: 'held' });
    expect(held).toStrictEqual({ status: 200, body: reply(number, { status: 'held' }) });
  });

  test.each<[object, number]>([
    [{ reference: 'E-9:invoice:1', status: 'paid' }, 404],
    [{ microsoftReferenceNumber: 'SAVB-0', status: 'paid' }, 404],
    [{ reference: 'E-1:invoice:1', status: 'lost' }, 422],
    [{ status: 'paid' }, 422],
  ])('set by %p is refused with %d', async (body, status) => {
    const sandbox = await startSandbox();
    expect(await sandbox.call('POST', '/control/advance', body)).toMatchObject({ status });
  });

  test('moves on by itself at the pace, each step once', async () => {
    const sandbox = await startSandbox({ pace: 1 });
    const number = numberOf(await submit(sandbox));
    const paid = await until(
      () => sandbox.call('GET', `/payment-requests/${number}`),
      ({ body }) => (body as { status: string }).status === 'paid',
    );
    expect(paid.body).toStrictEqual(reply(number, { status: 'paid' }));
    const statuses = (await sandbox.ledger()).map(({ type, status }) => status ?? type);
    expect(statuses).toStrictEqual(['accepted', 'approved', 'sent', 'paid']);
  });
});

describe('a restart', () => {
  test('forgets nothing and repeats nothing', async () => {
    const before = await startSandbox();
    const number = numberOf(await submit(before));
    await before.call('POST', '/control/advance', { reference: 'E-1:invoice:1', status: 'held', message: 'bank' });
    await before.call('PUT', '/control/registrations/ddps?locationId=contoso-us', { registered: false });
    await before.stop();

    const { ledgerFile } = before;
    const written = await readFile(ledgerFile, 'utf8');
    const after = await startSandbox({ ledgerFile });
    expect(await submit(after)).toStrictEqual({
      status: 200,
      body: reply(number, { status: 'held', message: 'bank' }),
    });
    expect(await after.call('GET', '/registrations/ddps?locationId=contoso-us')).toMatchObject({ status: 404 });
    expect(await readFile(ledgerFile, 'utf8')).toBe(written);
  });

  test('goes on with what was under way', async () => {
    const before = await startSandbox();
    const number = numberOf(await submit(before));
    await before.stop();
    const after = await startSandbox({ ledgerFile: before.ledgerFile, pace: 1 });
    await until(
      () => after.call('GET', `/payment-requests/${number}`),
      ({ body }) => (body as { status: string }).status === 'paid',
    );
  });

  test('does not happen on a ledger that contradicts itself', async () => {
    const sandbox = await startSandbox();
    await submit(sandbox);
    await sandbox.call('POST', '/control/advance', { reference: 'E-1:invoice:1', status: 'held' });
    await sandbox.stop();
    const [, status] = (await readFile(sandbox.ledgerFile, 'utf8')).split('\n');
    const torn = await open(sandbox.ledgerFile, 'w');
    await torn.writeFile(`${status}\n`);
    await torn.close();
    await expect(startSandbox({ ledgerFile: sandbox.ledgerFile })).rejects.toThrow(
      `${sandbox.ledgerFile}, line 1: no entry that can stand here`,
    );
  });
});

describe('a scripted fault', () => {
  const outcome = (sandbox: RunningSandbox) =>
    submit(sandbox).then(
      ({ status, body }) => ({ status, body }),
      () => 'broken',
    );

  test.each<[string, object, unknown, number]>([
    ['delay answers late', { fault: 'delay', ms: 1 }, { status: 201, body: expect.anything() as unknown }, 1],
    [
      'refuse answers what it is told and executes nothing',
      { fault: 'refuse', status: 422, body: { code: 'x', message: 'y' } },
      { status: 422, body: { code: 'x', message: 'y' } },
      0,
    ],
    ['refuse may answer nothing', { fault: 'refuse', status: 403 }, { status: 403, body: undefined }, 0],
    ['executeThenDrop executes and resets', { fault: 'executeThenDrop' }, 'broken', 1],
    ['truncate executes and ends in the middle of the answer', { fault: 'truncate' }, 'broken', 1],
    [
      'fail executes nothing',
      { fault: 'fail' },
      { status: 500, body: { code: 'failed', message: 'scripted failure' } },
      0,
    ],
    [
      'fail executes if told to',
      { fault: 'fail', status: 503, executed: true },
      { status: 503, body: { code: 'failed', message: 'scripted failure' } },
      1,
    ],
    [
      'throttle executes nothing',
      { fault: 'throttle', retryAfter: 3 },
      { status: 429, body: { code: 'throttled', message: 'scripted throttling' } },
      0,
    ],
  ])('%s, once', async (_, fault, seen, executed) => {
    const sandbox = await startSandbox();
    await sandbox.faults(fault);
    expect(await outcome(sandbox)).toStrictEqual(seen);
    expect(await sandbox.ledger()).toHaveLength(executed);
    expect(await outcome(sandbox)).toMatchObject({ status: executed ? 200 : 201 });
  });

  test('throttle says until when', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'throttle', retryAfter: 'Tue, 01 Sep 2020 12:00:00 GMT', on: 'lookup' });
    const headers = { authorization: 'Bearer dev' };
    const { headers: answered } = await fetch(`${sandbox.url}/payment-requests`, { headers });
    expect(answered.get('retry-after')).toBe('Tue, 01 Sep 2020 12:00:00 GMT');
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
    await sandbox.faults({ fault: 'fail', times: 100 });
    expect(await sandbox.call('DELETE', '/control/faults')).toStrictEqual({ status: 204, body: undefined });
    expect(await submit(sandbox)).toMatchObject({ status: 201 });
  });

  test.each<[unknown, string]>([
    [{ faults: [{ fault: 'earthquake' }] }, 'faults/0/fault'],
    [{ faults: [{ fault: 'delay' }] }, 'faults/0/ms'],
    [{ faults: [{ fault: 'executeThenDrop', ms: 1 }] }, 'faults/0'],
    [{ faults: [{ fault: 'fail', times: 0 }] }, 'faults/0/times'],
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

describe('the process', () => {
  test('is healthy while its ledger is', async () => {
    const sandbox = await startSandbox();
    expect(await sandbox.call('GET', '/healthz', undefined, {})).toStrictEqual({ status: 200, body: { status: 'ok' } });
  });

  test('acknowledges nothing more once its disk failed', async () => {
    const sandbox = await startSandbox();
    const probe = await open(sandbox.ledgerFile, 'r');
    const failing = jest
      .spyOn(Object.getPrototypeOf(probe) as FileHandle, 'datasync')
      .mockRejectedValueOnce(new Error('no space'));
    await probe.close();
    const broken = { status: 500, body: { code: 'broken', message: 'no space' } };
    expect(await submit(sandbox)).toStrictEqual(broken);
    expect(await submit(sandbox)).toStrictEqual(broken);
    expect(await sandbox.call('GET', '/payment-requests')).toStrictEqual(broken);
    expect(await sandbox.call('GET', '/healthz')).toStrictEqual(broken);
    failing.mockRestore();
  });

  test('stops without waiting for a scripted delay, and answers what it has begun', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'delay', ms: 3_600_000 });
    const pending = submit(sandbox);
    await until(
      () => sandbox.ledger(),
      (entries) => entries.length === 1,
    );
    await sandbox.stop();
    expect(await pending).toMatchObject({ status: 201 });
  });

  test('stops whether or not it has ever listened', async () => {
    const ledgerFile = `${await temporaryFolder()}/ledger.jsonl`;
    const server = await createSavbSandbox({ ledgerFile, token: 'dev', pace: 'manual' });
    await server.close();
    expect(await readFile(ledgerFile, 'utf8')).toBe('');
  });

  test('tells how long the whole of a truncated answer would be', async () => {
    const sandbox = await startSandbox();
    await sandbox.faults({ fault: 'truncate', on: 'lookup' });
    const request = httpRequest(`${sandbox.url}/payment-requests`, { headers: { authorization: 'Bearer dev' } }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => response.on('close', resolve));
    expect(Buffer.concat(chunks).length).toBeLessThan(Number(response.headers['content-length']));
    expect(response.complete).toBe(false);
  });
});
