import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call of SAVB's contract as it arrived. */
export interface Noted {
  method: string;
  path: string;
  /** `MS-RequestId`. */
  requestId?: string;
  /** Of the payment request that is sent. */
  reference?: string;
  /** The trace it belongs to. */
  traceparent?: string;
}

export interface SavbProxy {
  url: string;
  noted: Noted[];
  /** Awaited before a call goes on to SAVB, and before its answer goes back; a rejection cuts the connection. */
  before: (call: Noted) => Promise<void>;
  after: (call: Noted) => Promise<void>;
  close(): Promise<void>;
}

/** Stands between a worker and SAVB, notes what arrives, and holds up what a test wants held up. */
export async function openSavbProxy(target: string): Promise<SavbProxy> {
  const server = createServer((request, response) => void pass(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: SavbProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    noted: [],
    before: async () => undefined,
    after: async () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await text(request);
      const call = callOf(request, body);
      proxy.noted.push(call);
      await proxy.before(call);
      const answer = await forward(request, body);
      const answered = await text(answer);
      await proxy.after(call);
      const { 'content-type': type, 'retry-after': retryAfter } = answer.headers;
      response
        .writeHead(answer.statusCode!, {
          ...(type && { 'content-type': type }),
          ...(retryAfter && { 'retry-after': retryAfter }),
        })
        .end(answered);
    } catch {
      response.destroy();
    }
  }

  function forward({ method, url = '', headers }: IncomingMessage, body: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sending = send(target + url, { method, headers: { ...headers, connection: 'close' } }, resolve);
      sending.on('error', reject).end(body);
    });
  }
}

function callOf({ method = '', url = '', headers }: IncomingMessage, body: string): Noted {
  const { 'ms-requestid': requestId, traceparent } = headers;
  const { reference } = (body === '' ? {} : JSON.parse(body)) as { reference?: string };
  return {
    method,
    path: url,
    ...(typeof requestId === 'string' && { requestId }),
    ...(reference !== undefined && { reference }),
    ...(typeof traceparent === 'string' && { traceparent }),
  };
}
