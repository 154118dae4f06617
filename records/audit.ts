import { createHash } from 'node:crypto';
import { Long, type Db, type Filter } from 'mongodb';
import type { AuditEntry } from '../contracts/audit';
import { NO_LINK } from './auditChain';
import { createAuditWriter, type AuditStore } from './auditWriter';
import { idBefore, InvalidCursor, pageOf, type Page, type PageRequest } from './pages';

/** An entry; `_id` is its seq. */
type AuditRow = Omit<AuditEntry, 'seq'> & { _id: Long | number };

interface AuditFilter {
  /** Whatever the address named: an engagement, a partner, a task, a customer. */
  about?: string;
  subject?: string;
  tenant?: string;
  /** A problem's code. */
  code?: string;
}

/** Stands for a customer's id where it would be kept longer than the customer's data: whoever knows the id can find it. */
export const customerDigest = (customerId: string): string =>
  `customer:${createHash('sha256').update(customerId).digest('hex')}`;

export type Audit = ReturnType<typeof createAudit>;

/** What was asked of the API and what came of it, in a chain of hashes. Rows are only ever added. */
export function createAudit(db: Db) {
  const rows = db.collection<AuditRow>('audit');

  const store: AuditStore = {
    async head() {
      const last = await rows.findOne({}, { sort: { _id: -1 }, projection: { hash: 1 } });
      return last ? { seq: Number(last._id), hash: last.hash } : NO_LINK;
    },
    async append(entries) {
      await rows.insertMany(entries.map(rowOf));
    },
    async storedOf(entries) {
      const seqs = entries.map(({ seq }) => Long.fromNumber(seq));
      const found = await rows.find({ _id: { $in: seqs } }, { projection: { hash: 1 } }).toArray();
      const hashes = new Set(found.map(({ hash }) => hash));
      return entries.filter(({ hash }) => hashes.has(hash)).length;
    },
  };

  return {
    ...createAuditWriter(store),

    /** Entries in the order in which they were written, or the other way round. @throws InvalidCursor */
    async list({
      limit,
      after,
      order,
      ...filter
    }: AuditFilter & PageRequest & { order: 'oldest' | 'newest' }): Promise<Page<AuditEntry>> {
      const isOldest = order === 'oldest';
      const found = await rows
        .find(queryOf(filter, after === undefined ? undefined : { [isOldest ? '$gt' : '$lt']: seqBefore(after) }))
        .sort({ _id: isOldest ? 1 : -1 })
        .limit(limit + 1)
        .hint(indexFor(filter))
        .toArray();
      return pageOf(found.map(entryOf), limit, ({ seq }) => String(seq));
    },
  };
}

const rowOf = ({ seq, ...entry }: AuditEntry): AuditRow => ({ _id: Long.fromNumber(seq), ...entry });

const entryOf = ({ _id, ...entry }: AuditRow): AuditEntry => ({ ...entry, seq: Number(_id) });

/** @throws InvalidCursor */
function seqBefore(after: string): Long {
  const id = idBefore(after);
  if (!/^\d{1,15}$/.test(id)) throw new InvalidCursor(`not a cursor of this list: ${after}`);
  return Long.fromString(id);
}

/** Only what is asked for: the driver drops a condition whose value is undefined. */
function queryOf({ about, subject, tenant, code }: AuditFilter, seqs: Filter<AuditRow>['_id']): Filter<AuditRow> {
  return {
    ...(about !== undefined && { about: { $in: [about, customerDigest(about)] } }),
    ...(subject !== undefined && { subject }),
    ...(tenant !== undefined && { tenant }),
    ...(code !== undefined && { code }),
    ...(seqs !== undefined && { _id: seqs }),
  };
}

/** The most selective index, by name: the same plan on every server. */
function indexFor({ about, subject, tenant, code }: AuditFilter): string {
  if (about !== undefined) return 'about';
  if (subject !== undefined) return 'subject';
  if (code !== undefined) return 'code';
  return tenant !== undefined ? 'tenant' : '_id_';
}
