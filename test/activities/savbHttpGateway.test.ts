import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { PaymentRequestBody } from '../../contracts/savb';
import { createHttpGateway } from '../../activities/savb/httpGateway';
import { selfSigned } from '../support/certificate';
import { later, paymentRequest, startSandbox, until } from '../sandbox/running';

const timeouts = { connectMs: 5_000, headersMs: 5_000, bodyMs: 5_000, totalMs: 5_000 };
const impatient = { ...timeouts, totalMs: 1_500 };

function gatewayTo(url: string, options: { token?: string; timeouts?: typeof timeouts } = {}) {
  const gateway = createHttpGateway({ url, token: 'dev', timeouts, ...options });
  later(() => gateway.close());
  return {
    ...gateway,
    submit: (request: PaymentRequestBody, notAfterMs = Infinity) => gateway.submit(request, notAfterMs),
  };
}

async function sandboxAndGateway(options?: Parameters<typeof gatewayTo>[1]) {
  const sandbox = await startSandbox();
  return { sandbox, gateway: gatewayTo(sandbox.url, options) };
}

async function listening(server: Server, scheme = 'http'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => new Promise((resolve) => server.close(resolve)));
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A SAVB that answers as the test says; every request it got is kept. */
async function scripted(answer: RequestListener) {
  const requests: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method, url: request.url, headers: request.headers });
    request.resume().on('end', () => answer(request, response));
  });
  later(async () => server.closeAllConnections());
  return { requests, url: await listening(server) };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener => {
  return (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

const unknown = (why: string) => ({ kind: 'UNKNOWN', why });
const number = expect.stringMatching(/^SAVB-/) as string;
const success = { kind: 'SUCCESS', microsoftReferenceNumber: number, status: 'validating' };

describe('a payment request', () => {
  test('is accepted, and accepted once however often it is sent', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    const first = await gateway.submit(paymentRequest());
    expect(first).toStrictEqual(success);
    expect(await gateway.submit(paymentRequest())).toStrictEqual(first);
    expect(await sandbox.ledger()).toHaveLength(1);
  });

  test('carries the token, a request id that stays and a correlation id that does not', async () => {
    const { requests, url } = await scripted(json(500, {}));
    const gateway = gatewayTo(url);
    await gateway.submit(paymentRequest());
    await gateway.submit(paymentRequest());
    await gateway.submit(paymentRequest({ reference: 'E-1:invoice:2' }));
    const [first, again, other] = requests.map(({ headers }) => headers);
    expect(first).toMatchObject({
      authorization: 'Bearer dev',
      'content-type': 'application/json',
      'ms-requestid': 'e1f78e61-2d4f-5a08-b84b-1839c8d5e7e6',
    });
    expect(again?.['ms-requestid']).toBe(first?.['ms-requestid']);
    expect(other?.['ms-requestid']).not.toBe(first?.['ms-requestid']);
    expect(new Set(requests.map(({ headers }) => headers['ms-correlationid'])).size).toBe(3);
  });

  test('goes below the path of the address', async () => {
    const { requests, url } = await scripted(json(500, {}));
    await gatewayTo(`${url}/bridge/`).submit(paymentRequest());
    await gatewayTo(`${url}/bridge`).findByReference('E-1:invoice:1');
    expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toStrictEqual([
      'POST /bridge/payment-requests',
      'GET /bridge/payment-requests?reference=E-1%3Ainvoice%3A1',
    ]);
  });

  test('that SAVB refuses is rejected with its reason', async () => {
    const { gateway } = await sandboxAndGateway();
    expect(await gateway.submit(paymentRequest({ vouchers: [] }))).toStrictEqual({
      kind: 'REJECTED',
      code: 'invalidField',
      field: 'vouchers',
      message: 'Too small: expected array to have >=1 items',
    });
  });

  test('with a wrong token is not let in', async () => {
    const { gateway } = await sandboxAndGateway({ token: 'other' });
    expect(await gateway.submit(paymentRequest())).toStrictEqual({ kind: 'AUTH', status: 401 });
  });

  test('is throttled for as long as SAVB says', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    await sandbox.faults({ fault: 'throttle', retryAfter: 7 });
    expect(await gateway.submit(paymentRequest())).toStrictEqual({ kind: 'THROTTLED', retryAfterMs: 7_000 });
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    await sandbox.faults({ fault: 'throttle', retryAfter: inAnHour });
    const { retryAfterMs } = (await gateway.submit(paymentRequest())) as { retryAfterMs: number };
    expect(Math.abs(retryAfterMs - 3_600_000)).toBeLessThan(10_000);
  });

  test.each([
    ['is dropped after execution', { fault: 'executeThenDrop' }, 'ECONNRESET', 1],
    ['is executed, but the answer is cut', { fault: 'truncate' }, 'UND_ERR_SOCKET', 1],
    ['fails after execution', { fault: 'fail', executed: true }, 'status 500', 1],
    ['fails before execution', { fault: 'fail', status: 502 }, 'status 502', 0],
    ['is answered with a page', { fault: 'garbage' }, '200, unreadable body', 1],
    ['is answered with another page', { fault: 'refuse', status: 200, body: '<html>' }, '200, unreadable body', 0],
    ['is answered with more than 1 MB', { fault: 'oversized' }, 'UND_ERR_RES_EXCEEDED_MAX_SIZE', 1],
    ['is answered with another amount', { fault: 'wrongAmount' }, /^answer has another amount, /, 1],
    ['is answered about another', { fault: 'otherReference' }, /^answer is about another reference, /, 1],
    ['is dropped before execution', { fault: 'drop' }, 'ECONNRESET', 0],
    ['is answered with nothing', { fault: 'refuse', status: 201 }, '201, unreadable body', 0],
  ])('that %s is unknown, sent once, and settled by a lookup', async (_, fault, why, executed) => {
    const { sandbox, gateway } = await sandboxAndGateway();
    await sandbox.faults(fault);
    expect(await gateway.submit(paymentRequest())).toStrictEqual(
      unknown(typeof why === 'string' ? why : (expect.stringMatching(why) as string)),
    );
    expect(await sandbox.ledger()).toHaveLength(executed);
    expect(await gateway.findByReference('E-1:invoice:1')).toMatchObject({ kind: executed ? 'found' : 'none' });
    expect(await gateway.submit(paymentRequest())).toStrictEqual(success);
    expect(await sandbox.ledger()).toHaveLength(1);
  });

  test('follows no redirect', async () => {
    const elsewhere = await scripted(json(201, {}));
    const { url } = await scripted((_, response) =>
      response.writeHead(307, { location: `${elsewhere.url}/payment-requests` }).end(),
    );
    expect(await gatewayTo(url).submit(paymentRequest())).toStrictEqual(unknown('status 307'));
    expect(elsewhere.requests).toStrictEqual([]);
  });

  test('is executed late, whoever waits: unknown until a lookup that comes later still', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    await sandbox.faults({ fault: 'executeLate', ms: 100 });
    expect(await gateway.submit(paymentRequest())).toStrictEqual(unknown('ECONNRESET'));
    expect(await gateway.findByReference('E-1:invoice:1')).toStrictEqual({ kind: 'none' });
    await until(
      () => gateway.findByReference('E-1:invoice:1'),
      ({ kind }) => kind === 'found',
    );
  });
});

describe('a duplicate', () => {
  test('with our amount is a success', async () => {
    const { gateway } = await sandboxAndGateway();
    const first = await gateway.submit(paymentRequest());
    const retried = await gateway.submit(paymentRequest({ invoice: { number: '2020-1', date: '2020-08-18' } }));
    expect(retried).toStrictEqual(first);
  });

  test('that a lookup shows with another amount is a conflict', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    await gateway.submit(paymentRequest());
    await sandbox.faults(
      { fault: 'refuse', status: 409, body: { code: 'duplicateReference', message: 'sent before' } },
      { fault: 'wrongAmount', on: 'lookup' },
    );
    expect(await gateway.submit(paymentRequest())).toMatchObject({ kind: 'CONFLICT' });
  });

  test('with another amount is a conflict', async () => {
    const { gateway } = await sandboxAndGateway();
    await gateway.submit(paymentRequest());
    expect(await gateway.submit(paymentRequest({ amount: { minor: 1, currency: 'SEK' } }))).toStrictEqual({
      kind: 'CONFLICT',
      microsoftReferenceNumber: number,
      amount: { minor: 240_000, currency: 'SEK' },
    });
  });

  test('that cannot be found is unknown', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    const duplicate = { fault: 'refuse', status: 409, body: { code: 'duplicateReference', message: 'sent before' } };
    const lookingUp = 'SAVB calls the reference a duplicate, looking it up gives:';
    await sandbox.faults(duplicate);
    expect(await gateway.submit(paymentRequest())).toStrictEqual(unknown(`${lookingUp} none`));
    await sandbox.faults(duplicate, { fault: 'throttle', retryAfter: 1, on: 'lookup' });
    expect(await gateway.submit(paymentRequest())).toStrictEqual(unknown(`${lookingUp} THROTTLED`));
    await sandbox.faults(duplicate, { fault: 'executeThenDrop', on: 'lookup' });
    expect(await gateway.submit(paymentRequest())).toStrictEqual(unknown(`${lookingUp} ECONNRESET`));
  });
});

describe('without a connection nothing was sent', () => {
  test('when nobody listens', async () => {
    const nobody = 'http://127.0.0.1:1';
    expect(await gatewayTo(nobody).submit(paymentRequest())).toStrictEqual({ kind: 'NOT_SENT', code: 'ECONNREFUSED' });
  });

  test('when the host has no address', async () =>
    expect(await gatewayTo('http://savb.invalid').submit(paymentRequest())).toStrictEqual({
      kind: 'NOT_SENT',
      code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as string,
    }));

  test('when the TLS handshake fails', async () => {
    const sandbox = await startSandbox();
    const gateway = gatewayTo(sandbox.url.replace('http:', 'https:'));
    expect(await gateway.submit(paymentRequest())).toStrictEqual({
      kind: 'NOT_SENT',
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    });
  });

  test('when nobody vouches for the certificate', async () => {
    const requests: string[] = [];
    const server = createTlsServer(selfSigned(), ({ url = '' }, response) => {
      requests.push(url);
      response.end();
    });
    const gateway = gatewayTo(await listening(server, 'https'));
    expect(await gateway.submit(paymentRequest())).toStrictEqual({
      kind: 'NOT_SENT',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(requests).toStrictEqual([]);
  });

  test('when the handshake gets no answer', async () => {
    const url = await listening(
      createTcpServer((socket) => later(async () => socket.destroy())),
      'https',
    );
    expect(await gatewayTo(url, { timeouts: { ...timeouts, connectMs: 50 } }).submit(paymentRequest())).toStrictEqual({
      kind: 'NOT_SENT',
      code: 'UND_ERR_CONNECT_TIMEOUT',
    });
  });

  test('when the handshake is reset', async () => {
    const url = await listening(
      createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
      'https',
    );
    expect(await gatewayTo(url).submit(paymentRequest())).toStrictEqual({ kind: 'NOT_SENT', code: 'ECONNRESET' });
  });

  test('when its time is up while all connections are busy', async () => {
    const clocks: AbortController[] = [];
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      clocks.push(new AbortController());
      return (clocks.at(-1) as AbortController).signal;
    });
    later(async () => timeout.mockRestore());
    const busy = await allConnectionsBusy();
    const waiting = busy.gateway.submit(paymentRequest());
    clocks[16]?.abort(new DOMException('time is up', 'TimeoutError'));
    await busy.answerAll();
    expect(await waiting).toStrictEqual({ kind: 'NOT_SENT', code: 'TimeoutError' });
    expect(busy.requests).toHaveLength(16);
  });

  test('when it might no longer begin by the time a connection is free, though nobody has told it so', async () => {
    const busy = await allConnectionsBusy();
    const inAMinute = Date.now() + 60_000;
    const waiting = busy.gateway.submit(paymentRequest(), inAMinute);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(inAMinute);
    later(async () => clock.mockRestore());
    await busy.answerAll();
    expect(await waiting).toStrictEqual({ kind: 'NOT_SENT', code: 'TooLate' });
    expect(busy.requests).toHaveLength(16);
  });

  test('when it might no longer begin from the start; a later one goes out as usual', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    expect(await gateway.submit(paymentRequest(), Date.now())).toStrictEqual({ kind: 'NOT_SENT', code: 'TooLate' });
    expect(await sandbox.ledger()).toStrictEqual([]);
    expect(await gateway.submit(paymentRequest(), Date.now() + 60_000)).toStrictEqual(success);
  });
});

/** A SAVB that has not answered yet on any of the sixteen connections of a gateway. */
async function allConnectionsBusy() {
  const answers: (() => void)[] = [];
  const { requests, url } = await scripted((...given) => answers.push(() => json(500, {})(...given)));
  const gateway = gatewayTo(url);
  const calls = Array.from({ length: 16 }, () => gateway.submit(paymentRequest()));
  await until(
    async () => answers.length,
    (count) => count === 16,
  );
  return {
    requests,
    gateway,
    async answerAll() {
      for (const answer of answers) answer();
      await Promise.all(calls);
    },
  };
}

describe('a silent SAVB', () => {
  test('leaves a payment request unknown after the time for the first byte', async () => {
    const { url } = await scripted(() => undefined);
    const gateway = gatewayTo(url, { timeouts: { ...timeouts, headersMs: 50 } });
    expect(await gateway.submit(paymentRequest())).toStrictEqual(unknown('UND_ERR_HEADERS_TIMEOUT'));
  });

  test('leaves it unknown when it stops in the middle', async () => {
    const { url } = await scripted((_, response) => response.writeHead(201, { 'content-length': 100 }).write('{'));
    const gateway = gatewayTo(url, { timeouts: { ...timeouts, bodyMs: 50 } });
    expect(await gateway.submit(paymentRequest())).toStrictEqual(unknown('UND_ERR_BODY_TIMEOUT'));
  });

  test('leaves it unknown after the time in all, even if it keeps talking', async () => {
    const { url } = await scripted((_, response) => {
      const talking = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(talking));
    });
    expect(await gatewayTo(url, { timeouts: impatient }).submit(paymentRequest())).toStrictEqual(
      unknown('TimeoutError'),
    );
  });
});

describe('a lookup by reference', () => {
  const item = {
    microsoftReferenceNumber: 'SAVB-1',
    reference: 'E-1:invoice:1',
    status: 'paid',
    amount: { minor: 240_000, currency: 'SEK' },
  };

  test('finds what SAVB has, with all it says', async () => {
    const { url } = await scripted(json(200, { items: [{ ...item, paidOn: '2020-09-15' }] }));
    expect(await gatewayTo(url).findByReference('E-1:invoice:1')).toStrictEqual({
      kind: 'found',
      paymentRequest: { ...item, paidOn: '2020-09-15' },
    });
  });

  test('finds none where SAVB has none', async () => {
    const { gateway } = await sandboxAndGateway();
    expect(await gateway.findByReference('E-1:invoice:1')).toStrictEqual({ kind: 'none' });
  });

  test.each<[string, number, unknown, string]>([
    ['404', 404, { code: 'notFound' }, 'the lookup by reference answers 404'],
    ['something else', 200, { found: [] }, 'the lookup by reference answers something else'],
    [
      'an item nobody can read',
      200,
      { items: [{ ...item, status: 'lost' }] },
      'the lookup by reference answers something else',
    ],
    [
      'another reference',
      200,
      { items: [{ ...item, reference: 'E-2:invoice:1' }] },
      'the lookup by reference answers 1 payment requests, not just ours',
    ],
    [
      'ours and another',
      200,
      { items: [item, { ...item, reference: 'E-2:invoice:1' }] },
      'the lookup by reference answers 2 payment requests, not just ours',
    ],
    ['a failure', 500, {}, 'status 500'],
  ])('that answers %s proves nothing', async (_, status, body, why) => {
    const { url } = await scripted(json(status, body));
    expect(await gatewayTo(url).findByReference('E-1:invoice:1')).toStrictEqual(unknown(why));
  });

  test('finds several where SAVB took the reference more than once', async () => {
    const { url } = await scripted(json(200, { items: [item, { ...item, microsoftReferenceNumber: 'SAVB-2' }] }));
    expect(await gatewayTo(url).findByReference('E-1:invoice:1')).toStrictEqual({
      kind: 'several',
      microsoftReferenceNumbers: ['SAVB-1', 'SAVB-2'],
    });
  });

  test('is no repetition of the payment request', async () => {
    const { requests, url } = await scripted(json(200, { items: [] }));
    await gatewayTo(url).findByReference('E-1:invoice:1');
    expect(requests[0]?.headers['ms-requestid']).toBeUndefined();
    expect(requests[0]?.headers['ms-correlationid']).toBeDefined();
  });
});

describe('a status', () => {
  test('is as SAVB has it, with the reason of a rejection', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    await gateway.submit(paymentRequest());
    const change = { reference: 'E-1:invoice:1', status: 'rejected', code: 'country', message: 'other country' };
    const { body } = await sandbox.call('POST', '/control/advance', change);
    const { microsoftReferenceNumber } = body as { microsoftReferenceNumber: string };
    expect(await gateway.status(microsoftReferenceNumber)).toStrictEqual({
      kind: 'found',
      paymentRequest: { ...change, microsoftReferenceNumber, amount: { minor: 240_000, currency: 'SEK' } },
    });
  });

  test('of a number SAVB does not know is none', async () => {
    const { gateway } = await sandboxAndGateway();
    expect(await gateway.status('SAVB-0')).toStrictEqual({ kind: 'none' });
  });

  test('is unknown while SAVB fails or answers something else', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    await sandbox.faults(
      { fault: 'fail', on: 'status' },
      { fault: 'refuse', status: 200, body: { status: 'paid' }, on: 'status' },
    );
    expect(await gateway.status('SAVB-1')).toStrictEqual(unknown('status 500'));
    expect(await gateway.status('SAVB-1')).toStrictEqual(unknown('the lookup by number answers something else'));
  });

  test('of another number is no answer', async () => {
    const { url } = await scripted(
      json(200, {
        microsoftReferenceNumber: 'SAVB-2',
        reference: 'E-1:invoice:1',
        status: 'paid',
        amount: { minor: 1, currency: 'SEK' },
      }),
    );
    expect(await gatewayTo(url).status('SAVB-1')).toStrictEqual(unknown('the lookup by number answers something else'));
  });
});

describe('a registration', () => {
  test('is there or not', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    expect(await gateway.isRegistered('ddps', 'contoso-se')).toStrictEqual({ kind: 'registered' });
    await sandbox.call('PUT', '/control/registrations/ddps?locationId=contoso-se', { registered: false });
    expect(await gateway.isRegistered('ddps', 'contoso-se')).toStrictEqual({ kind: 'notRegistered' });
  });

  test('is unknown while SAVB fails', async () => {
    const { sandbox, gateway } = await sandboxAndGateway();
    await sandbox.faults({ fault: 'fail', status: 504, on: 'registration' });
    expect(await gateway.isRegistered('ddps', 'contoso-se')).toStrictEqual(unknown('status 504'));
  });
});
