import { createHash, randomBytes } from 'node:crypto';
import type { ApiKeys } from '../../../records/apiKeys';
import { ApiProblem } from '../problems/problems';
import type { Principal } from './principal';

const SECRET_BYTES = 32;
const API_KEY = /^psk_[\w-]{43}$/;

/** A new key of 256 random bits. Its prefix lets people and secret scanners tell what it is. */
export const newApiKey = (): string => `psk_${randomBytes(SECRET_BYTES).toString('base64url')}`;

/** What is kept of a key: so random a text needs no slow hash. */
export const sha256Of = (key: string): string => createHash('sha256').update(key).digest('hex');

/** True for what is sent as a key, valid or not; everything else is taken for a token. */
export const looksLikeApiKey = (bearer: string): boolean => bearer.startsWith('psk_');

/** Who calls with a key. Looked up each time, so that a revoked key is refused at once everywhere. @throws ApiProblem 401 */
export async function principalOfApiKey(key: string, apiKeys: ApiKeys): Promise<Principal> {
  const found = API_KEY.test(key) ? await apiKeys.bySha256(sha256Of(key)) : undefined;
  if (!found) throw new ApiProblem('unauthenticated', 'the key is not valid here');
  if (found.revokedAt !== undefined) throw new ApiProblem('unauthenticated', 'the key has been revoked');
  if (Date.parse(found.expiresAt) <= Date.now()) throw new ApiProblem('unauthenticated', 'the key has expired');
  const { keyId, roles, partnerId } = found;
  return { subject: `key:${keyId}`, roles, partnerId, tenant: `partner:${partnerId}`, via: 'key' };
}
