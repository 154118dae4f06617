import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

/** Everything we start listens to this machine alone. */
export const HOST = '127.0.0.1';

/** Linux, macOS and Windows give none of these to whoever asks for any port, so nobody takes one by chance before it is used. */
const OURS = { first: 10_000, count: 22_000 };

/** Two who look at once begin at other places. */
let next = randomInt(OURS.count);

/** Ports of this machine that nobody uses now, each another one. @throws Error when there are not so many */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let looked = 0; looked < OURS.count && ports.length < count; looked += 1) {
    const port = OURS.first + next;
    next = (next + 1) % OURS.count;
    if (await isFree(port)) ports.push(port);
  }
  if (ports.length < count) throw new Error(`${count} ports are wanted, ${ports.length} of ${HOST} are free`);
  return ports;
}

/** One port of this machine that nobody uses now. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

/** A port somebody else uses; the message names each such port and the variable that moves it. */
class PortBusy extends Error {
  override readonly name = 'PortBusy';
}

/** @throws PortBusy */
export async function refuseBusyPorts(
  wanted: readonly { port: number; what: string; variable: string }[],
): Promise<void> {
  const lines = await Promise.all(
    wanted.map(async ({ port, what, variable }) =>
      (await isFree(port))
        ? []
        : [`Port ${port} (${what}) is in use: stop what uses it, or set ${variable} to another port.`],
    ),
  );
  if (lines.flat().length > 0) throw new PortBusy(lines.flat().join('\n'));
}

/** Whether a server of this machine takes connections at the port. */
export const takesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: HOST });
    socket
      .once('error', () => resolve(false))
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      });
  });

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false)).listen(port, HOST, () => server.close(() => resolve(true)));
  });
