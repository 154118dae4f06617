import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  GridFSBucket,
  MongoError,
  MongoNetworkError,
  type Db,
  type GridFSBucketWriteStream,
  type GridFSFile,
  type ObjectId,
  type WithId,
} from 'mongodb';
import type { Uploaded } from '../contracts/engagement';
import { isDuplicate } from './errors';
import { createLane, type Lane } from './lane';

/** The upload was not what it was said to be, or there is no place for it; nothing of it is kept. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused';
  constructor(
    readonly reason: 'tooLarge' | 'digestMismatch' | 'noRoom' | 'forgotten',
    message: string,
  ) {
    super(message);
  }
}

export interface Upload {
  engagementId: string;
  name: string;
  stream: AsyncIterable<Uint8Array>;
  maxBytes: number;
  /** Hexadecimal, if the sender gave one. */
  expectedSha256?: string;
  /** How many are to come, if the sender said so. */
  announcedBytes?: number;
  /** Asked once more before the file is there, with the version that it is to replace; throws what speaks against it. */
  judge?: (current: Uploaded | undefined) => Promise<unknown>;
  /** Instant of the upload. */
  at: string;
  /** Subject of whoever uploads. */
  uploadedBy: string;
}

interface Metadata {
  engagementId: string;
  name: string;
  sha256: string;
  uploadedAt: string;
  uploadedBy: string;
  /** Which version of its name this is, decided by a unique key: clocks of processes differ. Files of old have none. */
  revision?: number;
}

type File = WithId<GridFSFile> & { metadata: Metadata };

/** Name of the bucket. */
export const DELIVERABLES = 'deliverables';
/** However many upload: more at once only make MongoDB slower for everybody. */
const WRITES_AT_ONCE = 8;
/** The most versions of files that an engagement has. */
export const MOST_FILES = 100;
/** What all of them have together. */
export const MOST_BYTES = 500 * 1024 * 1024;
/** Revision of a file that is stored and not there yet. */
const NOT_YET = 0;
const THERE = { 'metadata.revision': { $ne: NOT_YET } };
/** GridFS's own index. */
const BY_FILENAME = { filename: 1, uploadDate: 1 } as const;
// Files without a revision come last, as if it were 0; among them the clocks have to do.
const NEWEST_FIRST = { 'metadata.revision': -1, uploadDate: -1, _id: -1 } as const;

export type Deliverables = ReturnType<typeof createDeliverables>;

/** Uploaded files. Every version is kept, for a report may name it by its digest; the newest is the current one. */
export function createDeliverables(db: Db) {
  const bucket = new GridFSBucket(db, { bucketName: DELIVERABLES });
  const files = db.collection<File>(`${DELIVERABLES}.files`);
  const chunks = db.collection<{ files_id: ObjectId }>(`${DELIVERABLES}.chunks`);

  const inTurn = createLane(WRITES_AT_ONCE);

  const current = (engagementId: string, name: string): Promise<File | null> =>
    files.findOne({ filename: filenameOf(engagementId, name), ...THERE }, { sort: NEWEST_FIRST, hint: BY_FILENAME });

  /** @throws UploadRefused when the engagement's other files leave no room for these bytes */
  async function refuseFull(engagementId: string, bytes: number, _id?: ObjectId): Promise<void> {
    const filter = { 'metadata.engagementId': engagementId, ...(_id && { _id: { $ne: _id } }) };
    const sizes = await files
      .find(filter, { projection: { length: 1 } })
      .map(({ length }) => length)
      .toArray();
    const stored = sizes.reduce((sum, size) => sum + size, 0);
    if (sizes.length >= MOST_FILES || stored + bytes > MOST_BYTES)
      throw new UploadRefused('noRoom', `${engagementId} has ${sizes.length} files of ${stored} bytes in all`);
  }

  /**
   * Makes a stored file the current version, after a last look at what it replaces: whoever was there first in between is
   * looked at too. It is counted before it counts the others, so that two at once never both take the last place.
   */
  async function publish(file: Omit<File, 'uploadDate' | 'chunkSize'>, judge: Upload['judge']): Promise<Uploaded> {
    const { _id, length, metadata } = file;
    for (;;) {
      const before = await current(metadata.engagementId, metadata.name);
      await judge?.(before ? uploadedOf(before) : undefined);
      if (before?.metadata.sha256 === metadata.sha256) {
        await remove(_id);
        return uploadedOf(before);
      }
      await refuseFull(metadata.engagementId, length, _id);
      const revision = (before?.metadata.revision ?? 0) + 1;
      try {
        const { matchedCount } = await files.updateOne({ _id }, { $set: { 'metadata.revision': revision } });
        if (matchedCount === 0)
          throw new UploadRefused('forgotten', `${metadata.engagementId} was forgotten meanwhile`);
        return uploadedOf(file);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    }
  }

  /** Content first: without its file nobody would know whose it was. */
  async function remove(_id: ObjectId): Promise<void> {
    await chunks.deleteMany({ files_id: _id });
    await files.deleteOne({ _id });
  }

  return {
    /**
     * Stores a file while it arrives, in constant memory. It becomes visible with its last byte or not at all; content
     * equal to the current version changes nothing.
     * @throws UploadRefused, or what `judge` throws
     */
    async upload({ engagementId, name, stream, uploadedBy, at, announcedBytes = 0, judge, ...limits }: Upload) {
      const before = await current(engagementId, name);
      const isRepeat = before !== null && before.metadata.sha256 === limits.expectedSha256;
      if (!isRepeat) await refuseFull(engagementId, announcedBytes);

      const filename = filenameOf(engagementId, name);
      const target = bucket.openUploadStream(filename);
      // The callback of each write gets the error; without a listener the event would end the process.
      target.on('error', () => undefined);
      let metadata: Metadata;
      try {
        const sha256 = await fill(target, stream, { ...limits, inTurn });
        metadata = { engagementId, name, sha256, uploadedAt: at, uploadedBy, revision: NOT_YET };
        // GridFS writes the file's own document last, so the digest of its content can still go into it.
        target.options.metadata = metadata;
        target.end();
        await finished(target);
      } catch (error) {
        await discard(target);
        throw unansweredIfDuplicate(error);
      }
      try {
        return await publish({ _id: target.id, filename, length: target.length, metadata }, judge);
      } catch (error) {
        // Whether a write took place that MongoDB did not answer is unknown: what may be there stays.
        if (!(error instanceof MongoError)) await remove(target.id).catch(() => undefined);
        throw error;
      }
    },

    /** Removes every version of every file of an engagement. */
    async forget(engagementId: string): Promise<void> {
      for (const { _id } of await files.find({ 'metadata.engagementId': engagementId }).toArray()) await remove(_id);
    },

    async find(engagementId: string, name: string): Promise<Uploaded | undefined> {
      const file = await current(engagementId, name);
      return file ? uploadedOf(file) : undefined;
    },

    /** The current version and its content. */
    async open(engagementId: string, name: string): Promise<{ stream: Readable; uploaded: Uploaded } | undefined> {
      const file = await current(engagementId, name);
      return file ? { stream: bucket.openDownloadStream(file._id), uploaded: uploadedOf(file) } : undefined;
    },

    /** The current versions, by name. */
    async list(engagementId: string): Promise<Uploaded[]> {
      const versions = await files
        .find({ 'metadata.engagementId': engagementId, ...THERE })
        .hint('engagement')
        .sort({ filename: 1, ...NEWEST_FIRST })
        .toArray();
      return versions.filter(({ filename }, at) => filename !== versions[at - 1]?.filename).map(uploadedOf);
    },
  };
}

const filenameOf = (engagementId: string, name: string): string => `${engagementId}/${name}`;

const uploadedOf = ({ length, metadata: { name, sha256 } }: Pick<File, 'length' | 'metadata'>): Uploaded => ({
  name,
  size: length,
  sha256,
});

/** Writes the content piece by piece, each when the one before is stored; answers its SHA-256 in hexadecimal. */
async function fill(
  target: GridFSBucketWriteStream,
  stream: Upload['stream'],
  { maxBytes, expectedSha256, inTurn }: Pick<Upload, 'maxBytes' | 'expectedSha256'> & { inTurn: Lane },
): Promise<string> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of stream) {
    size += piece.byteLength;
    if (size > maxBytes) throw new UploadRefused('tooLarge', `more than ${maxBytes} bytes`);
    hash.update(piece);
    await inTurn(() => written(target, piece));
  }
  const sha256 = hash.digest('hex');
  if (expectedSha256 !== undefined && expectedSha256 !== sha256)
    throw new UploadRefused('digestMismatch', `the content has SHA-256 ${sha256}, announced was ${expectedSha256}`);
  return sha256;
}

const written = (target: GridFSBucketWriteStream, piece: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    target.write(piece, (error) => (error ? reject(error) : resolve()));
  });

/** Nobody else knows the ids of a new file's pieces: one that is there already was stored by a try whose answer never came. */
const unansweredIfDuplicate = (error: unknown): unknown =>
  isDuplicate(error) ? new MongoNetworkError('a piece was stored without an answer', { cause: error as Error }) : error;

/** Pieces that cannot be deleted now are unreachable; the error that led here matters more. */
async function discard(target: GridFSBucketWriteStream): Promise<void> {
  await target.abort().catch(() => undefined);
}
