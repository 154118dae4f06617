import type { FileHandle } from 'node:fs/promises';
import { open, readFile } from 'node:fs/promises';
import { createSavbSandbox } from '../../sandbox/savb/server';
import { numberOf, paymentRequest, reply, startSandbox, submit, temporaryFolder, until } from './running';

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

  test.each(['null', '[]', '{}', '{"reference":{"toString":1}}'])('that is just %s is refused', async (body) => {
    const sandbox = await startSandbox();
    expect(await sandbox.call('POST', '/payment-requests', body)).toMatchObject({
      status: 422,
      body: { code: 'invalidField' },
    });
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
    expect(await sandbox.call('GET', '/registrations/ddps')).toMatchObject({
      status: 422,
      body: { code: 'invalidField', field: 'locationId' },
    });
  });

  test('can be missing for all locations at once, until told otherwise for one or for all', async () => {
    const sandbox = await startSandbox();
    const tell = (query: string, registered: boolean) =>
      sandbox.call('PUT', `/control/registrations/ddps${query}`, { registered });
    const ask = async (location: string) =>
      (await sandbox.call('GET', `/registrations/ddps?locationId=${location}`)).status;
    expect(await tell('', false)).toStrictEqual({ status: 200, body: { offering: 'ddps', registered: false } });
    expect([await ask('contoso-se'), await ask('contoso-us')]).toStrictEqual([404, 404]);
    expect(await sandbox.call('GET', '/registrations/sds?locationId=contoso-se')).toMatchObject({ status: 200 });
    await tell('?locationId=contoso-se', true);
    expect([await ask('contoso-se'), await ask('contoso-us')]).toStrictEqual([200, 404]);
    await tell('', true);
    await tell('?locationId=contoso-se', false);
    await tell('', true);
    expect([await ask('contoso-se'), await ask('contoso-us')]).toStrictEqual([200, 200]);
  });

  test.each([
    ['?locationId=', { registered: true }, 'locationId'],
    ['?location=contoso-se', { registered: true }, 'location'],
    ['', {}, 'registered'],
  ])('told with %p and %j is refused', async (query, body, field) => {
    const sandbox = await startSandbox();
    expect(await sandbox.call('PUT', `/control/registrations/ddps${query}`, body)).toMatchObject({
      status: 422,
      body: { code: 'invalidField', field },
    });
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

  test('stops whether or not it has ever listened', async () => {
    const ledgerFile = `${await temporaryFolder()}/ledger.jsonl`;
    const server = await createSavbSandbox({ ledgerFile, token: 'dev', pace: 'manual' });
    await server.close();
    expect(await readFile(ledgerFile, 'utf8')).toBe('');
  });
});
