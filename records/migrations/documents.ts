import type { Document, IndexDescription } from 'mongodb';
import type { CollectionPlan } from './collections';
import { chunksOf, counted, digest, list, object, sentRequest, text, whole } from './schema';

/** Orders the versions of a deliverable. Files of old have no revision, and 0 is no version yet. */
export const DELIVERABLE_REVISIONS: IndexDescription = {
  name: 'revision',
  key: { filename: 1, 'metadata.revision': 1 },
  unique: true,
  partialFilterExpression: { 'metadata.revision': { $gt: 0 } },
};

const invoiceRow = (more: Document = {}): Document =>
  object(
    { _id: text, partnerId: text, year: counted, number: counted, attempt: whole, attempts: list, unknowns: whole },
    { engagementId: text, batchId: text, request: sentRequest, ...more },
  );

/** An invoice is an engagement's, or a batch's. */
export const INVOICES_OF_BATCHES: Document = invoiceRow();

/** An invoice knows its document. */
export const INVOICES_WITH_DOCUMENT: Document = invoiceRow({ document: object({ sha256: digest, size: counted }) });

/** The invoices that partners send to Microsoft, one for each payment request. */
export const INVOICE_COLLECTIONS: CollectionPlan[] = [
  {
    name: 'invoices.files',
    schema: object({ filename: text, length: counted, metadata: object({ sha256: digest }) }),
    indexes: [{ key: { filename: 1, uploadDate: 1 } }, { name: 'reference', key: { filename: 1 }, unique: true }],
  },
  chunksOf('invoices'),
];

/** The collections of the notices. */
export const NOTICE_COLLECTIONS: CollectionPlan[] = [
  {
    name: 'notices',
    schema: object({ _id: text, to: text, subject: text, text, status: text, attempts: counted, at: text }),
    indexes: [],
  },
];
