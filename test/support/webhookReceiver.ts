import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from '../../contracts/webhooks';
import { selfSigned } from './certificate';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Respond = (response: ServerResponse) => void;

/** A partner's endpoint on this machine: keeps what it is sent and answers in turn, then 204. `https` nobody vouches for. */
export async function webhookReceiver(protocol: 'http' | 'https' = 'http') {
  const received: Received[] = [];
  const answers: (number | Respond)[] = [];
  const listener: Parameters<typeof createServer>[1] = (request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
        const answer = answers.shift() ?? 204;
        if (typeof answer === 'number') response.writeHead(answer).end();
        else answer(response);
      });
  };
  const server = protocol === 'http' ? createServer(listener) : createTlsServer(selfSigned(), listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${protocol}://127.0.0.1:${port}/hook`,
    received,
    /** What it answers next; after that it takes everything. */
    answers,
    /** What a receiver that checks signatures reads. @throws WebhookVerificationError */
    verified: (secret: string): WebhookEvent[] =>
      received.map(
        ({ headers, body }) => new Webhook(secret).verify(body, headers as Record<string, string>) as WebhookEvent,
      ),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type WebhookReceiver = Awaited<ReturnType<typeof webhookReceiver>>;
