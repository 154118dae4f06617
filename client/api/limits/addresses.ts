import type { FastifyInstance } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { Limits } from './limits';

/** Of an IPv6 address these bits are its customer's network. */
const IPV6_NETWORK_PARTS = 4;

/** Tells whether an address is within one of `networks`, which are addresses or in CIDR notation. */
function within(networks: readonly string[]): (address: string) => boolean {
  const ranges = networks.map((network) => (network.includes('/') ? ipaddr.parseCIDR(network) : wholly(network)));
  return (address) => ipaddr.subnetMatch(ipaddr.process(address), { known: ranges }, 'others') === 'known';
}

function wholly(address: string): ReturnType<typeof ipaddr.parseCIDR> {
  const parsed = ipaddr.process(address);
  return [parsed, parsed.kind() === 'ipv6' ? 128 : 32];
}

/** Closes the connections one address, or one IPv6 network of a customer, has beyond its own; a trusted proxy has many callers. */
export function limitConnections(
  { server }: FastifyInstance,
  { connectionsPerAddress, trustedProxies }: Pick<Limits, 'connectionsPerAddress' | 'trustedProxies'>,
): void {
  const isProxy = within(trustedProxies);
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const { remoteAddress } = socket;
    // Gone before it was taken.
    if (remoteAddress === undefined) return;
    if (isProxy(remoteAddress)) return;
    const caller = networkOf(remoteAddress);
    const count = (open.get(caller) ?? 0) + 1;
    open.set(caller, count);
    socket.once('close', () => {
      const left = open.get(caller)! - 1;
      if (left > 0) open.set(caller, left);
      else open.delete(caller);
    });
    if (count > connectionsPerAddress) socket.destroy();
  });
}

function networkOf(address: string): string {
  const parsed = ipaddr.process(address);
  return 'parts' in parsed ? parsed.parts.slice(0, IPV6_NETWORK_PARTS).join(':') : parsed.toString();
}

/**
 * Logs once that callers come through a proxy that is not trusted: all of them are one address then, and one of them can use
 * up what all of them have.
 */
export function tellOfUntrustedProxy(app: FastifyInstance, trustedProxies: readonly string[]): void {
  const isProxy = within(trustedProxies);
  let isTold = false;
  app.addHook('onRequest', async ({ headers, socket: { remoteAddress }, log }) => {
    if (isTold || headers['x-forwarded-for'] === undefined || remoteAddress === undefined) return;
    if (isProxy(remoteAddress)) return;
    isTold = true;
    log.error('X-Forwarded-For of a peer that is not trusted: if it is your proxy, name it in TRUSTED_PROXIES');
  });
}
