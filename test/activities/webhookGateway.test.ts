import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { createWebhookGateway, type WebhookGatewayOptions } from '../../activities/webhooks/httpGateway';
import { createResolve, type Resolve } from '../../activities/webhooks/resolve';
import type { WebhookEvent } from '../../contracts/webhooks';
import { later } from '../sandbox/running';
import { eventually } from '../support/eventually';
import { nameServer } from '../support/nameServer';
import { webhookReceiver } from '../support/webhookReceiver';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();
const webhookId = 'evt_1';
const event: WebhookEvent = {
  type: 'engagement.stageChanged',
  timestamp: '2020-07-01T08:00:00.000Z',
  data: { engagementId: 'E-1', partnerId: 'contoso', stage: 'reserved', version: 3, at: '2020-07-01T08:00:00.000Z' },
};

async function receiving(protocol?: 'http' | 'https') {
  const receiver = await webhookReceiver(protocol);
  later(() => receiver.close());
  return receiver;
}

const send = (url: string, options: Partial<WebhookGatewayOptions> = {}, secrets = [secret]) =>
  createWebhookGateway({ allowLocal: true, ...options }).send({ url, secrets, webhookId, event });

/** A name server that answers in turn, and counts how often it is asked. */
function resolving(...answers: string[][]) {
  const asked: string[] = [];
  const resolve: Resolve = async (host) => {
    asked.push(host);
    return (answers.shift() ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { asked, resolve };
}

describe('a webhook', () => {
  test('is signed as Standard Webhooks says, and any such library verifies it', async () => {
    const receiver = await receiving();
    expect(await send(receiver.url)).toStrictEqual({ kind: 'delivered', responseStatus: 204 });
    expect(receiver.verified(secret)).toStrictEqual([event]);
    expect(() => receiver.verified(newSecret())).toThrow('No matching signature found');
    const [{ headers, path } = { headers: {}, path: '' }] = receiver.received;
    expect({ path, ...headers }).toMatchObject({
      path: '/hook',
      'content-type': 'application/json',
      'webhook-id': webhookId,
      'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}=$/) as string,
    });
    expect(headers['authorization']).toBeUndefined();
  });

  test('is signed by every secret that is valid, so that a receiver may change to the new one in its own time', async () => {
    const receiver = await receiving();
    const newer = newSecret();
    await send(receiver.url, {}, [newer, secret]);
    expect(receiver.verified(newer)).toStrictEqual([event]);
    expect(receiver.verified(secret)).toStrictEqual([event]);
  });

  test('cannot be altered on its way', async () => {
    const receiver = await receiving();
    await send(receiver.url);
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    const verify = (content: string, changes: Record<string, string> = {}) =>
      new Webhook(secret).verify(content, { ...(headers as Record<string, string>), ...changes });
    expect(() => verify(body.replace('reserved', 'paid'))).toThrow('No matching signature found');
    expect(() => verify(body, { 'webhook-id': 'evt_2' })).toThrow('No matching signature found');
  });

  test.each([200, 201, 202, 204, 299])('that is answered %i is delivered', async (status) => {
    const receiver = await receiving();
    receiver.answers.push(status);
    expect(await send(receiver.url)).toStrictEqual({ kind: 'delivered', responseStatus: status });
  });

  test('that is answered 410 is wanted no more', async () => {
    const receiver = await receiving();
    receiver.answers.push(410);
    expect(await send(receiver.url)).toStrictEqual({ kind: 'gone', responseStatus: 410 });
  });

  test.each([304, 400, 401, 404, 409, 429, 500, 503])('that is answered %i is not delivered', async (status) => {
    const receiver = await receiving();
    receiver.answers.push(status);
    expect(await send(receiver.url)).toStrictEqual({
      kind: 'refused',
      responseStatus: status,
      why: `it answered ${status}`,
    });
  });

  test.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    const elsewhere = await receiving();
    const receiver = await receiving();
    receiver.answers.push((response) => response.writeHead(status, { location: elsewhere.url }).end());
    expect(await send(receiver.url)).toMatchObject({ kind: 'refused', responseStatus: status });
    expect(elsewhere.received).toStrictEqual([]);
  });

  test('waits for no answer longer than it is told', async () => {
    const receiver = await receiving();
    receiver.answers.push(() => undefined);
    expect(await send(receiver.url, { longestMs: 100 })).toStrictEqual({
      kind: 'refused',
      why: 'it did not answer in time',
    });
  });

  test('reads no more of an answer than 64 kB, nor for longer than it is told', async () => {
    const receiver = await receiving();
    let closed = 0;
    receiver.answers.push((response) => {
      response.on('close', () => (closed += 1)).writeHead(200);
      const more = () => {
        while (response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', more);
      more();
    });
    receiver.answers.push((response) =>
      response
        .on('close', () => (closed += 1))
        .writeHead(200)
        .write('slow'),
    );
    expect(await send(receiver.url)).toStrictEqual({ kind: 'delivered', responseStatus: 200 });
    expect(await send(receiver.url, { longestMs: 200 })).toStrictEqual({ kind: 'delivered', responseStatus: 200 });
    await receiver.close();
    expect(closed).toBe(2);
  });

  test('that nobody takes is not delivered', async () =>
    expect(await send('http://127.0.0.1:1/')).toStrictEqual({ kind: 'refused', why: 'ECONNREFUSED' }));

  test('is not sent to a receiver nobody vouches for', async () => {
    const receiver = await receiving('https');
    expect(await send(receiver.url)).toStrictEqual({ kind: 'refused', why: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(receiver.received).toStrictEqual([]);
  });
});

const NOT_PUBLIC = 'its address is not on the public internet';
const inside = [
  '127.0.0.1',
  '10.0.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '::1',
  'fd00:ec2::254',
  'fe80::1',
];

describe('nothing is sent into our own network', () => {
  test.each(inside)('by its address (%s)', async (address) => {
    const { asked, resolve } = resolving();
    const host = address.includes(':') ? `[${address}]` : address;
    expect(await send(`https://${host}/`, { allowLocal: false, resolve })).toStrictEqual({
      kind: 'refused',
      why: NOT_PUBLIC,
    });
    expect(asked).toStrictEqual([]);
  });

  test.each([...inside, '::ffff:10.0.0.1', '168.63.129.16', '0.0.0.0', '64:ff9b::a00:1'])(
    'by a name that stands for %s',
    async (address) => {
      const { asked, resolve } = resolving([address]);
      expect(await send('https://partner.example/', { allowLocal: false, resolve })).toStrictEqual({
        kind: 'refused',
        why: NOT_PUBLIC,
      });
      expect(asked).toStrictEqual(['partner.example']);
    },
  );

  test('by a name of which one address is a public one', async () => {
    const { resolve } = resolving(['8.8.8.8', '10.0.0.1']);
    expect(await send('https://partner.example/', { allowLocal: false, resolve })).toStrictEqual({
      kind: 'refused',
      why: NOT_PUBLIC,
    });
  });

  test('by a name that is another place a moment later: it is resolved once, and what was judged is connected to', async () => {
    const receiver = await receiving();
    const { asked, resolve } = resolving(['127.0.0.1'], ['10.0.0.1']);
    const url = `http://localhost:${receiver.port}/`;
    expect(await send(url, { resolve })).toMatchObject({ kind: 'delivered' });
    expect(asked).toStrictEqual(['localhost']);
    expect(await send(url, { resolve })).toStrictEqual({ kind: 'refused', why: NOT_PUBLIC });
    expect(receiver.received).toHaveLength(1);
  });

  test('without TLS by a local name that stands for a public address', async () => {
    const { resolve } = resolving(['8.8.8.8']);
    expect(await send('http://localhost/', { resolve })).toStrictEqual({ kind: 'refused', why: NOT_PUBLIC });
  });

  test('nor to loopback unless that is allowed', async () => {
    const receiver = await receiving();
    expect(await send(receiver.url, { allowLocal: false })).toStrictEqual({ kind: 'refused', why: NOT_PUBLIC });
    expect(await send(`http://localhost:${receiver.port}/`, { allowLocal: false })).toStrictEqual({
      kind: 'refused',
      why: 'it must be https',
    });
    expect(receiver.received).toStrictEqual([]);
  });

  test('a name that stands for nothing is not delivered to', async () => {
    const { resolve } = resolving([]);
    expect(await send('https://partner.example/', { resolve })).toStrictEqual({
      kind: 'refused',
      why: 'partner.example has no address',
    });
  });
});

describe('the name of an endpoint', () => {
  const named = 'https://partner.example/';
  const asking = async (zone: Parameters<typeof nameServer>[0]) => {
    const server = await nameServer(zone);
    later(() => server.close());
    return { ...server, resolve: createResolve([server.address]) };
  };

  test.each([{ A: ['10.0.0.1'] }, { AAAA: ['fd00::1'] }, { A: ['8.8.8.8'], AAAA: ['::1'] }])(
    'is asked of the name servers, and what it stands for is judged (%j)',
    async (zone) => {
      const { resolve, asked } = await asking(zone);
      expect(await send(named, { allowLocal: false, resolve })).toStrictEqual({ kind: 'refused', why: NOT_PUBLIC });
      expect(asked.toSorted()).toStrictEqual(['A partner.example', 'AAAA partner.example']);
    },
  );

  test('may stand for nothing', async () => {
    const { resolve } = await asking({});
    expect(await send(named, { resolve })).toStrictEqual({ kind: 'refused', why: 'ENODATA' });
  });

  test('whose server does not answer takes no longer than an attempt may, and is asked no more then', async () => {
    const { resolve, asked } = await asking('silent');
    const ended: unknown[] = [];
    const watched: Resolve = (host, signal) => {
      const search = resolve(host, signal);
      search.catch((error: Error) => ended.push(error.name));
      return search;
    };
    expect(await send(named, { longestMs: 100, resolve: watched })).toStrictEqual({
      kind: 'refused',
      why: 'it did not answer in time',
    });
    await eventually(
      async () => ended,
      ({ length }) => length > 0,
    );
    expect(ended).toStrictEqual(['TimeoutError']);
    expect(asked.toSorted()).toStrictEqual(['A partner.example', 'AAAA partner.example']);
  });

  test('is this machine by itself when it is localhost, whatever name servers say', async () => {
    const { resolve, asked } = await asking({ A: ['8.8.8.8'] });
    const receiver = await receiving();
    expect(await send(`http://localhost:${receiver.port}/`, { resolve })).toMatchObject({ kind: 'delivered' });
    expect(asked).toStrictEqual([]);
  });
});
