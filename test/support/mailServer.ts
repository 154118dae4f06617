import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A message as a mail server took it. */
export interface Mail {
  from: string;
  to: string[];
  /** Headers as they came, unfolded, but for the date. */
  headers: Record<string, string>;
  body: string;
}

export interface MailServer {
  port: number;
  mails: Mail[];
  /** Ends every connection without a word. */
  cut(): void;
  close(): Promise<void>;
}

/** A real mail server on loopback that keeps what it takes: no TLS and no authentication unless `options` say so. */
export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, { envelope }, done) {
      void buffer(stream).then((raw) => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), ...read(raw.toString('utf8')) });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    port,
    mails,
    cut,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer with which the server says no. */
export const no = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

function read(raw: string): Pick<Mail, 'headers' | 'body'> {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const);
  return {
    headers: Object.fromEntries(headers.filter(([name]) => name !== 'Date')),
    body: raw.slice(end + 4),
  };
}
