import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { LIMITS } from '../../client/api/limits/limits';
import type { EngagementsClient } from '../../client/engagements/client';
import type { Upload } from '../../records/deliverables';
import { eventually } from '../support/eventually';
import { openRig } from './rig';

const notes = '/v1/engagements/E-1/notes';
const note = JSON.stringify({ text: 'called' });

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** The API behind a socket of its own, and connections to it that say whatever they like. */
async function openSocket(options: Parameters<typeof openRig>[0] = {}) {
  const { api, token } = await openRig(options);
  await api.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.server.address() as AddressInfo;
  const sockets: Socket[] = [];
  const server = {
    /** The lines of a request up to its body. */
    async headOf(method: string, url: string, length: number): Promise<string> {
      const lines = [
        `${method} ${url} HTTP/1.1`,
        'Host: here',
        'Connection: close',
        `Authorization: Bearer ${await token()}`,
        'Idempotency-Key: key-1',
        'Content-Type: application/json',
        `Content-Length: ${length}`,
      ];
      return `${lines.join('\r\n')}\r\n\r\n`;
    },
    /** Writes these pieces and resolves with everything that comes until the server ends the connection. */
    async untilCut(...pieces: string[]): Promise<string> {
      const socket = connect(port, '127.0.0.1')
        .setEncoding('utf8')
        .on('error', () => undefined);
      sockets.push(socket);
      let heard = '';
      socket.on('data', (piece: string) => (heard += piece));
      for (const piece of pieces) socket.write(piece);
      await once(socket, 'close');
      return heard;
    },
    /** Connections that are open. */
    open: () => promisify(api.server.getConnections.bind(api.server))(),
    async close() {
      for (const socket of sockets) socket.destroy();
      await api.close();
    },
  };
  servers.push(server);
  return server;
}

const problemOf = (heard: string) => {
  const [head = '', body = ''] = heard.split('\r\n\r\n');
  expect(head).toContain('application/problem+json');
  return JSON.parse(body) as unknown;
};

describe('slow and broken clients are cut off', () => {
  test('headers that trickle', async () => {
    const server = await openSocket({ limits: { headersMs: 200, latecomersMs: 50 } });
    const heard = await server.untilCut('GET /healthz HTTP/1.1\r\nHost: here\r\nX-Slow: ');
    expect(heard).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(problemOf(heard)).toMatchObject({ type: '/problems/request-timeout', status: 408 });
  });

  test('a body that trickles', async () => {
    const server = await openSocket({ limits: { answerMs: 200 } });
    const heard = await server.untilCut(await server.headOf('POST', notes, 1_000), '{"text":');
    expect(heard).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(problemOf(heard)).toMatchObject({ type: '/problems/request-timeout', instance: notes });
  });

  test('a file that trickles, and nothing of it is kept', async () => {
    let arrived = 0;
    const upload = async ({ stream }: Upload) => {
      for await (const piece of stream) arrived += piece.byteLength;
      throw new Error('a file that is not there was kept');
    };
    const server = await openSocket({
      limits: { arrivalMs: 300, headersMs: 200, latecomersMs: 50 },
      records: { deliverables: { upload, find: async () => undefined } },
    });
    const url = '/v1/engagements/E-1/deliverables/plan.pdf';
    const heard = await server.untilCut(await server.headOf('PUT', url, 1_000), 'piece');
    expect(problemOf(heard)).toMatchObject({ type: '/problems/request-timeout', status: 408 });
    expect(arrived).toBe(5);
  });

  test('a connection that says nothing', async () => {
    const server = await openSocket({ limits: { silenceMs: 200 } });
    expect(await server.untilCut()).toBe('');
  });

  test('headers of more than 16 kB', async () => {
    const server = await openSocket();
    const heard = await server.untilCut(
      `GET /healthz HTTP/1.1\r\nHost: here\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1.1 431 Request Header Fields Too Large\r\n/);
    expect(problemOf(heard)).toMatchObject({ type: '/problems/headers-too-large', status: 431 });
  });

  test('what is not HTTP', async () => {
    const server = await openSocket();
    const heard = await server.untilCut('SSH-2.0-OpenSSH_9.6\r\n\r\n');
    expect(problemOf(heard)).toMatchObject({ type: '/problems/malformed-request', status: 400 });
  });

  test('two lengths of one body, and a length beside chunks: nobody smuggles a second request', async () => {
    const server = await openSocket();
    for (const lengths of [
      'Content-Length: 5\r\nContent-Length: 6',
      'Content-Length: 5\r\nTransfer-Encoding: chunked',
    ]) {
      const heard = await server.untilCut(`POST ${notes} HTTP/1.1\r\nHost: here\r\n${lengths}\r\n\r\nhello`);
      expect(problemOf(heard)).toMatchObject({ status: 400 });
    }
  });

  test('one connection too many, and only that one', async () => {
    const server = await openSocket({ limits: { connections: 1 } });
    const health = 'GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n';
    const first = server.untilCut(health);
    await eventually(server.open, (open) => open === 1);
    expect(await server.untilCut(health)).toBe('');
    await server.close();
    expect(await first).toMatch(/^HTTP\/1.1 200 OK/);
  });
});

describe('connections of one address beyond its own are closed', () => {
  const begun = 'GET /healthz HTTP/1.1\r\nHost: here\r\n';
  const whole = `${begun}Connection: close\r\n\r\n`;
  const limits = { connectionsPerAddress: 1, headersMs: 400, latecomersMs: 50 };

  test('and it may open another when one has ended', async () => {
    const server = await openSocket({ limits });
    const first = server.untilCut(begun);
    await eventually(server.open, (open) => open === 1);
    expect(await server.untilCut(whole)).toBe('');
    expect(await first).toMatch(/^HTTP\/1.1 408 /);
    await eventually(server.open, (open) => open === 0);
    expect(await server.untilCut(whole)).toMatch(/^HTTP\/1.1 200 OK/);
  });

  test('but those of a trusted proxy, which has many callers', async () => {
    const server = await openSocket({ limits: { ...limits, trustedProxies: ['127.0.0.0/8'] } });
    const first = server.untilCut(begun);
    await eventually(server.open, (open) => open === 1);
    expect(await server.untilCut(whole)).toMatch(/^HTTP\/1.1 200 OK/);
    await first;
  });
});

test('an answer that takes too long is a 503: it may still take effect', async () => {
  const never = () => new Promise<never>(() => undefined);
  const engagements = { send: never, start: never, stateOf: never } satisfies EngagementsClient;
  const server = await openSocket({ limits: { answerMs: 100 }, dependencies: { engagements } });
  const heard = await server.untilCut((await server.headOf('POST', notes, note.length)) + note);
  expect(heard).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n(.*\r\n)*retry-after: 2\r\n/);
  expect(problemOf(heard)).toMatchObject({
    type: '/problems/unavailable',
    detail: 'this took too long; it may still take effect',
  });
});

describe('a body', () => {
  const post = async (payload: string) => {
    const { call, sent } = await openRig();
    const answer = await call('POST', notes, { payload, headers: { 'content-type': 'application/json' } });
    return { answer: answer.json<{ detail: string }>(), sent };
  };

  test('nested deeper than 20 levels is refused before it is read, as deep as 64 kB go', async () => {
    for (const depth of [LIMITS.bodyDepth, 30_000]) {
      const { answer, sent } = await post(`{"text":${'['.repeat(depth)}${']'.repeat(depth)}}`);
      expect(answer).toMatchObject({ status: 400, detail: 'the body is nested deeper than 20 levels' });
      expect(sent).toStrictEqual([]);
    }
  });

  test('nested less is read, brackets within text are no depth', async () => {
    const { answer } = await post(`{"text":${'['.repeat(19)}${']'.repeat(19)}}`);
    expect(answer.detail).toMatch(/\/text /);
    const text = `\\"${'['.repeat(50)}`;
    expect((await post(JSON.stringify({ text }))).sent[0]?.envelope.payload).toStrictEqual({ text });
  });

  test.each(['{"text":"a","__proto__":{"x":1}}', '{"text":"a","constructor":{"prototype":{"x":1}}}'])(
    'that reaches for prototypes is refused: %s',
    async (payload) => {
      const { answer, sent } = await post(payload);
      expect(answer).toMatchObject({ status: 400 });
      expect(sent).toStrictEqual([]);
    },
  );
});

test('under pressure nothing new is begun under /v1: 503, and when to come back; the process lives', async () => {
  const { api, call, sent } = await openRig({ limits: { eventLoopDelayMs: 0.001 } });
  let at = 0;
  const say = () => call('POST', notes, { payload: { text: 'called' }, headers: { 'idempotency-key': `key-${++at}` } });
  const pressed = await eventually(say, ({ statusCode }) => statusCode === 503);
  expect(pressed.headers['retry-after']).toBe('2');
  expect(pressed.json()).toMatchObject({ status: 503, type: '/problems/unavailable' });
  expect(sent).toHaveLength(at - 1);
  expect((await api.inject('/healthz')).statusCode).toBe(200);
});

test.each(['/openapi.json', '/docs/', '/docs/json', '/docs/static/index.css'])(
  'under pressure %s waits as well, and a problem still has its page',
  async (url) => {
    const { api } = await openRig({ limits: { eventLoopDelayMs: 0.001 } });
    const pressed = await eventually(
      () => api.inject(url),
      ({ statusCode }) => statusCode === 503,
    );
    expect(pressed.headers['retry-after']).toBe('2');
    expect(pressed.json()).toMatchObject({ status: 503, type: '/problems/unavailable' });
    expect((await api.inject('/problems/unavailable')).statusCode).toBe(200);
  },
);

test.each(['/v1/engagements', '/v1/tasks', '/v1/batches', '/v1/partners', '/v1/api-keys'])(
  'a page of %s has at most 100',
  async (list) => {
    const { call } = await openRig();
    for (const limit of ['101', '0', '-1', '1e9', 'all'])
      expect((await call('GET', `${list}?limit=${limit}`)).statusCode).toBe(400);
  },
);
