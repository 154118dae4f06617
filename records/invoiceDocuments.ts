import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { GridFSBucket, type Db, type GridFSFile, type WithId } from 'mongodb';
import { unlessDuplicate } from './errors';

/** An invoice by its content: SHA-256 in hexadecimal, length in bytes. */
export interface InvoiceDocument {
  sha256: string;
  size: number;
}

type File = WithId<GridFSFile> & { metadata: { sha256: string } };

const BUCKET = 'invoices';

export type InvoiceDocuments = ReturnType<typeof createInvoiceDocuments>;

/** The partners' invoices to Microsoft, one for each reference: the first that is stored to its end is the one. */
export function createInvoiceDocuments(db: Db) {
  const bucket = new GridFSBucket(db, { bucketName: BUCKET });
  const files = db.collection<File>(`${BUCKET}.files`);

  const current = (reference: string): Promise<File | null> => files.findOne({ filename: reference });

  /**
   * GridFS writes the file's own document last, and its name is unique: so it is there as a whole or not at all. What was
   * written of one that comes second stays, out of reach: nobody may delete content that a lost answer was about.
   */
  async function upload(reference: string, content: Buffer, sha256: string): Promise<void> {
    const target = bucket.openUploadStream(reference, { metadata: { sha256 } });
    target.end(content);
    await finished(target);
  }

  return {
    /** Stores the invoice unless there is one already. Answers what stands. */
    async store(reference: string, content: Buffer): Promise<InvoiceDocument> {
      const sha256 = createHash('sha256').update(content).digest('hex');
      for (;;) {
        const standing = await current(reference);
        if (standing) return documentOf(standing);
        if (await unlessDuplicate(upload(reference, content, sha256))) return { sha256, size: content.byteLength };
      }
    },

    /** The invoice and its content. */
    async open(reference: string): Promise<{ stream: Readable; document: InvoiceDocument } | undefined> {
      const file = await current(reference);
      return file ? { stream: bucket.openDownloadStream(file._id), document: documentOf(file) } : undefined;
    },
  };
}

const documentOf = ({ length, metadata: { sha256 } }: File): InvoiceDocument => ({ sha256, size: length });
