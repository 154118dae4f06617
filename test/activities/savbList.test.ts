import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpGateway } from '../../activities/savb/httpGateway';
import { createManualGateway } from '../../activities/savb/manualGateway';
import { later, paymentRequest, startSandbox } from '../sandbox/running';

function gatewayTo(url: string) {
  const gateway = createHttpGateway({ url, token: 'dev' });
  later(() => gateway.close());
  return gateway;
}

/** A SAVB that answers every call alike; the addresses it was asked at are kept. */
async function answering(status: number, body: unknown) {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => new Promise((resolve) => server.close(resolve)));
  later(async () => server.closeAllConnections());
  return { asked, gateway: gatewayTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
}

const item = {
  microsoftReferenceNumber: 'N-1',
  reference: 'E-1:invoice:1',
  status: 'approved',
  amount: { minor: 5, currency: 'SEK' },
};

describe('the list of all that SAVB has', () => {
  test('is one page where everything is on it', async () => {
    const sandbox = await startSandbox();
    const gateway = gatewayTo(sandbox.url);
    expect(await gateway.list()).toStrictEqual({ kind: 'page', items: [] });
    for (const reference of ['E-1:invoice:1', 'E-2:invoice:1'])
      await gateway.submit(paymentRequest({ reference }), Infinity);
    const page = await gateway.list();
    expect(page).toMatchObject({
      kind: 'page',
      items: [{ reference: 'E-1:invoice:1' }, { reference: 'E-2:invoice:1' }],
    });
    expect('next' in page).toBe(false);
  });

  test('goes on after the page before', async () => {
    const { asked, gateway } = await answering(200, { items: [item], next: 'N-1' });
    expect(await gateway.list()).toStrictEqual({ kind: 'page', items: [item], next: 'N-1' });
    await gateway.list('N 1&2');
    expect(asked).toStrictEqual(['/payment-requests?limit=500', '/payment-requests?limit=500&after=N+1%262']);
  });

  test.each([
    ['something else', 200, { items: 'many' }, { kind: 'UNKNOWN', why: 'the list answers something else' }],
    [
      'an item that is none',
      200,
      { items: [{ ...item, status: 'lost' }] },
      { kind: 'UNKNOWN', why: 'the list answers something else' },
    ],
    ['404', 404, {}, { kind: 'UNKNOWN', why: 'the list answers 404' }],
    ['401', 401, {}, { kind: 'AUTH', status: 401 }],
    ['503', 503, {}, { kind: 'THROTTLED' }],
    ['422', 422, {}, { kind: 'UNKNOWN', why: 'status 422' }],
  ])('is not there when SAVB answers %s', async (_what, status, body, expected) => {
    const { gateway } = await answering(status, body);
    expect(await gateway.list()).toStrictEqual(expected);
  });

  test('is for a person to read where SAVB has no API', async () =>
    expect(await createManualGateway().list()).toStrictEqual({ kind: 'byHand' }));
});
