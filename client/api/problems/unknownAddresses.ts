import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { refuseUnknownAddress } from './errors';

/** What everything that needs a token is below. */
export const V1 = '/v1';

/** Answers for addresses and methods below `/v1` that no route has: to be registered with this prefix, after `authenticate`. */
export async function unknownAddresses(app: FastifyInstance): Promise<void> {
  app.setNotFoundHandler(refuseUnknownAddress);
}

/** Of one part of an address: a message id of 200 characters, each percent-encoded. */
export const MOST_IN_PART = 600;

/**
 * The address by which a request finds its route. What is below `/v1` and cannot be an address, because it cannot be decoded
 * or a part of it is empty or too long, is led to where there is nothing: else it would be answered before anybody is asked who it is
 * and before it is counted, and be on no record.
 */
export function addressToRoute({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  const [path = ''] = url.split(/[?#]/);
  return path.startsWith(`${V1}/`) && !canBeAddress(path) ? `${V1}/-` : url;
}

function canBeAddress(path: string): boolean {
  try {
    decodeURIComponent(path);
  } catch {
    return false;
  }
  const [, ...parts] = path.split('/');
  return parts.every((part) => part.length > 0 && part.length <= MOST_IN_PART);
}
