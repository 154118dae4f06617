import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { GridFSBucket, type Db, type GridFSBucketWriteStream, type GridFSFile, type WithId } from 'mongodb';
import type { Uploaded } from '../contracts/engagement';

/** The upload was not what it was said to be; nothing of it is kept. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused';
  constructor(
    readonly reason: 'tooLarge' | 'digestMismatch',
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
}

type File = WithId<GridFSFile> & { metadata: Metadata };

const BUCKET = 'deliverables';
const NEWEST_FIRST = { uploadDate: -1, _id: -1 } as const;

export type Deliverables = ReturnType<typeof createDeliverables>;

/** Uploaded files. Every version is kept, for a report may name it by its digest; the newest is the current one. */
export function createDeliverables(db: Db) {
  const bucket = new GridFSBucket(db, { bucketName: BUCKET });
  const files = db.collection<File>(`${BUCKET}.files`);

  const current = (engagementId: string, name: string): Promise<File | null> =>
    files.findOne({ filename: filenameOf(engagementId, name) }, { sort: NEWEST_FIRST });

  return {
    /**
     * Stores a file while it arrives, in constant memory. It becomes visible with its last byte or not at all; content
     * equal to the current version changes nothing.
     * @throws UploadRefused
     */
    async upload({ engagementId, name, stream, uploadedBy, at, ...limits }: Upload): Promise<Uploaded> {
      const target = bucket.openUploadStream(filenameOf(engagementId, name));
      // The callback of each write gets the error; without a listener the event would end the process.
      target.on('error', () => undefined);
      try {
        const sha256 = await fill(target, stream, limits);
        const before = await current(engagementId, name);
        if (before?.metadata.sha256 === sha256) {
          await discard(target);
          return uploadedOf(before);
        }
        // GridFS writes the file's own document last, so the digest of its content can still go into it.
        target.options.metadata = { engagementId, name, sha256, uploadedAt: at, uploadedBy } satisfies Metadata;
        target.end();
        await finished(target);
        return { name, size: target.length, sha256 };
      } catch (error) {
        await discard(target);
        throw error;
      }
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
        .find({ 'metadata.engagementId': engagementId })
        .sort({ filename: 1, ...NEWEST_FIRST })
        .toArray();
      return versions.filter(({ filename }, at) => filename !== versions[at - 1]?.filename).map(uploadedOf);
    },
  };
}

const filenameOf = (engagementId: string, name: string): string => `${engagementId}/${name}`;

const uploadedOf = ({ length, metadata: { name, sha256 } }: File): Uploaded => ({ name, size: length, sha256 });

/** Writes the content piece by piece, each when the one before is stored; answers its SHA-256 in hexadecimal. */
async function fill(
  target: GridFSBucketWriteStream,
  stream: Upload['stream'],
  { maxBytes, expectedSha256 }: Pick<Upload, 'maxBytes' | 'expectedSha256'>,
): Promise<string> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of stream) {
    size += piece.byteLength;
    if (size > maxBytes) throw new UploadRefused('tooLarge', `more than ${maxBytes} bytes`);
    hash.update(piece);
    await new Promise<void>((resolve, reject) => {
      target.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
  const sha256 = hash.digest('hex');
  if (expectedSha256 !== undefined && expectedSha256 !== sha256)
    throw new UploadRefused('digestMismatch', `the content has SHA-256 ${sha256}, announced was ${expectedSha256}`);
  return sha256;
}

/** Pieces that cannot be deleted now are unreachable; the error that led here matters more. */
async function discard(target: GridFSBucketWriteStream): Promise<void> {
  await target.abort().catch(() => undefined);
}
