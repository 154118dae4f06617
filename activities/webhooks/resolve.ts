import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';

/** What a name stands for. Rejects when that cannot be told, with the resolver's error, and with the signal's reason once that ends the search. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<LookupAddress[]>;

/** RFC 6761: this name is asked of nobody. */
const LOCALHOST: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** How long one question may take, and how often it is asked. */
const QUESTION = { timeout: 2_000, tries: 2 };

/**
 * Asks name servers, the system's unless others are named. Not `dns.lookup`: it takes a thread of the few that files need
 * too, and cannot be ended. The system's hosts file is not read.
 */
export const createResolve =
  (servers?: readonly string[]): Resolve =>
  async (host, signal) => {
    if (host === 'localhost') return LOCALHOST;
    signal.throwIfAborted();
    const resolver = new Resolver(QUESTION);
    if (servers) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel);
    try {
      const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      signal.throwIfAborted();
      if (four.status === 'rejected' && six.status === 'rejected') throw four.reason;
      return [...addressesOf(four, 4), ...addressesOf(six, 6)];
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };

const addressesOf = (found: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] =>
  found.status === 'rejected' ? [] : found.value.map((address) => ({ address, family }));
