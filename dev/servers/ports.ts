import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

/** Everything we start listens to this machine alone. */
export const HOST = '127.0.0.1';

/** Ports of this machine that nobody uses now, each another one. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
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
    wanted.map(async ({ port, what, variable }) => {
      try {
        await close(await listen(port));
        return [];
      } catch {
        return [`Port ${port} (${what}) is in use: stop what uses it, or set ${variable} to another port.`];
      }
    }),
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

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(port, HOST, () => resolve(server));
  });

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
