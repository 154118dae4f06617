import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import { isAllowedAddress, NOT_PUBLIC, refusedUrl } from '../../contracts/webhooks';
import type { Attempt, Outgoing, WebhookGateway } from './gateway';
import { createResolve, type Resolve } from './resolve';

export interface WebhookGatewayOptions {
  /** Whether loopback may be told too, and there without TLS. */
  allowLocal: boolean;
  /** How long one attempt may take, from resolving the name to the end of the answer. */
  longestMs?: number;
  resolve?: Resolve;
}

const LONGEST_ATTEMPT_MS = 10_000;
const LONGEST_ANSWER_BYTES = 64 * 1024;

/**
 * Sends webhooks over HTTP, signed as Standard Webhooks 1.0 says, each over a connection of its own. Nothing is sent to an
 * address that is not on the public internet: the name is resolved once, what it stands for is judged, and that is what is
 * connected to. No redirect is followed, and of the answer only the status counts.
 */
export function createWebhookGateway({
  allowLocal,
  longestMs = LONGEST_ATTEMPT_MS,
  resolve = createResolve(),
}: WebhookGatewayOptions): WebhookGateway {
  return {
    async send(outgoing): Promise<Attempt> {
      const url = new URL(outgoing.url);
      const why = refusedUrl(outgoing.url, allowLocal);
      if (why !== undefined) return { kind: 'refused', why };
      const signal = AbortSignal.timeout(longestMs);
      const addressesOf = (host: string) => resolve(host, signal);
      const lookup = guardedLookup(addressesOf, (address) => isAllowedAddress(address, url, allowLocal));
      const agent = new Agent({ connect: { lookup, timeout: longestMs }, pipelining: 0 });
      try {
        const { statusCode, body } = await request(url, {
          dispatcher: agent,
          method: 'POST',
          signal,
          ...signedContent(outgoing, new Date()),
        });
        await body.dump({ limit: LONGEST_ANSWER_BYTES, signal }).catch(() => undefined);
        return attemptOf(statusCode);
      } catch (error) {
        return { kind: 'refused', why: reasonOf(error) };
      } finally {
        await agent.destroy();
      }
    },
  };
}

function signedContent({ secrets, webhookId, event }: Outgoing, now: Date) {
  const body = JSON.stringify(event);
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'planning-services-webhooks/1',
      'webhook-id': webhookId,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(webhookId, now, body)).join(' '),
    },
  };
}

/** A name may stand for several addresses, and for others in a moment: all of them are judged, and no other is connected to. */
const guardedLookup =
  (addressesOf: (host: string) => Promise<LookupAddress[]>, isAllowed: (address: string) => boolean): LookupFunction =>
  (host, options, done) => {
    void judged(host).then(
      ([first, ...others]) => (options.all ? done(null, [first, ...others]) : done(null, first.address, first.family)),
      (error: NodeJS.ErrnoException) => done(error, '', 0),
    );
    async function judged(name: string): Promise<[LookupAddress, ...LookupAddress[]]> {
      const [first, ...others] = await addressesOf(name);
      if (!first) throw new AddressRefused(`${name} has no address`);
      if (![first, ...others].every(({ address }) => isAllowed(address))) throw new AddressRefused(NOT_PUBLIC);
      return [first, ...others];
    }
  };

/** Somebody would have us speak to our own network. */
class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

function attemptOf(responseStatus: number): Attempt {
  if (responseStatus >= 200 && responseStatus < 300) return { kind: 'delivered', responseStatus };
  if (responseStatus === 410) return { kind: 'gone', responseStatus };
  return { kind: 'refused', responseStatus, why: `it answered ${responseStatus}` };
}

function reasonOf(error: unknown): string {
  const { name, message, code } = error as { name: string; message: string; code?: unknown };
  if (error instanceof AddressRefused) return message;
  return name === 'TimeoutError' ? 'it did not answer in time' : typeof code === 'string' ? code : name;
}
