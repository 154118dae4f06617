import type { Db } from 'mongodb';
import type { ApiKey } from '../contracts/apiKeys';
import { unlessDuplicate } from './errors';
import { idBefore, pageOf, type Page, type PageRequest } from './pages';

/** A key on record: its SHA-256, and the message that asked for it. Keys are never deleted. */
export interface RecordedApiKey extends ApiKey {
  /** Hexadecimal. */
  sha256: string;
  messageId: string;
  fingerprint: string;
}

type ApiKeyRow = RecordedApiKey & { _id: string };

const asApiKey = { projection: { _id: 0, sha256: 0, messageId: 0, fingerprint: 0 } };

export type ApiKeys = ReturnType<typeof createApiKeys>;

/** The keys of partners' machines. */
export function createApiKeys(db: Db) {
  const rows = db.collection<ApiKeyRow>('apiKeys');

  return {
    /** Records a new key. Undefined when it is recorded; else the key that this message, or its id, was given before. */
    async create(key: RecordedApiKey): Promise<RecordedApiKey | undefined> {
      if (await unlessDuplicate(rows.insertOne({ ...key, _id: key.keyId }))) return undefined;
      const before = await rows.findOne({ messageId: key.messageId }, { projection: { _id: 0 } });
      if (!before) throw new Error(`${key.keyId} is taken, and not by ${key.messageId}`);
      return before;
    },

    /** The key with this SHA-256, in hexadecimal. */
    bySha256: async (sha256: string): Promise<ApiKey | undefined> =>
      (await rows.findOne<ApiKey>({ sha256 }, asApiKey)) ?? undefined,

    /** Keys in the order of their ids, revoked and expired ones included. @throws InvalidCursor */
    async list({ partnerId, limit, after }: { partnerId?: string } & PageRequest): Promise<Page<ApiKey>> {
      const found = rows
        .find<ApiKey>(
          {
            ...(partnerId !== undefined && { partnerId }),
            ...(after !== undefined && { _id: { $gt: idBefore(after) } }),
          },
          asApiKey,
        )
        .sort({ _id: 1 })
        .limit(limit + 1)
        .hint(partnerId === undefined ? '_id_' : 'partner');
      return pageOf(await found.toArray(), limit, ({ keyId }) => keyId);
    },

    /** Ends a key at the instant `revokedAt`; who revoked it first stays on record. Undefined when there is none. */
    async revoke(keyId: string, revocation: Required<Pick<ApiKey, 'revokedAt' | 'revokedBy'>>) {
      await rows.updateOne({ _id: keyId, revokedAt: { $exists: false } }, { $set: revocation });
      return (await rows.findOne<ApiKey>({ _id: keyId }, asApiKey)) ?? undefined;
    },
  };
}
