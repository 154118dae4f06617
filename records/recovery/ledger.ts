import { Long, type Db } from 'mongodb';
import type { Invoiced } from '../../domain/recovery/invoices';
import type { AttemptOutcome } from '../../domain/settlement/attempt';
import { requestBodyOf, type InvoicedRequest } from '../../domain/settlement/request';
import { unlessDuplicate } from '../errors';
import { invoiceNumber, type InvoiceOwner, type PaymentRequestRow } from '../paymentRequests';

/** After these nothing is sent any more. */
const DEFINITE: readonly AttemptOutcome['class'][] = ['SUCCESS', 'CONFLICT', 'REJECTED'];

/** Whoever goes on looks the request up at SAVB before anything is sent. */
const LOST: AttemptOutcome = { class: 'UNKNOWN', message: 'attempts made since the dump are not on record' };

/** What became of the invoices of one record. */
export interface Settled {
  /** Rows that were missing or knew less than the record. */
  changed: number;
  /** Those that have no document. */
  undocumented: InvoicedRequest[];
  /** Numbers that another invoice has. */
  taken: string[];
}

/**
 * Brings the ledger up to what a record tells of its invoices: each has its row and its number, and of each whose fate nobody
 * knows an attempt may be under way since `at`, an instant, so that it is looked up before anything is sent. `dumpedAt` is the
 * instant at which the dump began. May be repeated. Only while nobody works with the database.
 */
export async function settleLedger(
  db: Db,
  owner: InvoiceOwner,
  invoices: readonly Invoiced[],
  { dumpedAt, at }: { dumpedAt: string; at: string },
): Promise<Settled> {
  const rows = db.collection<PaymentRequestRow>('paymentRequests');
  const settled: Settled = { changed: 0, undocumented: [], taken: [] };
  for (const invoice of invoices) {
    const { reference } = invoice.request;
    const wasMissing = await unlessDuplicate(rows.insertOne(rowOf(owner, invoice)));
    const row = await rows.findOne({ _id: reference });
    const given = invoice.request.invoice.number;
    if (!row || invoiceNumber(row) !== given) {
      settled.taken.push(`${reference} has number ${given}, and in the ledger ${row ? invoiceNumber(row) : 'none'}`);
      continue;
    }
    const changes = changesOf(row, invoice, { dumpedAt, at });
    if (changes) await rows.updateOne({ _id: reference }, changes);
    if (wasMissing || changes) settled.changed += 1;
    if (!row.document) settled.undocumented.push(invoice.request);
  }
  return settled;
}

function rowOf(owner: InvoiceOwner, { request, partnerId, at }: Invoiced): PaymentRequestRow {
  const [year, number] = request.invoice.number.split('-').map(Number);
  return {
    ...{ _id: request.reference, ...owner, partnerId, year: year!, number: number!, numberedAt: at },
    ...{ attempt: 0, attempts: [], unknowns: 0 },
  };
}

/** What the row does not know and the record does, if anything. */
function changesOf(
  row: PaymentRequestRow,
  { request, outcome, isOpen }: Invoiced,
  { dumpedAt, at }: { dumpedAt: string; at: string },
) {
  const isKnown = row.attempts.some((attempt) => attempt.outcome && DEFINITE.includes(attempt.outcome.class));
  // Of one that the dump has in doubt the quarantine would count from then, though later ones may be under way.
  const isNoted = row.attempts.some(
    (attempt) => attempt.startedAt >= dumpedAt && attempt.outcome?.message === LOST.message,
  );
  const found = isKnown ? undefined : (outcome ?? (isOpen && !isNoted ? LOST : undefined));
  if (row.request && !found) return undefined;
  const attempt = row.attempt + 1;
  return {
    $set: { ...(!row.request && { request: storedBody(request) }), ...(found && { attempt }) },
    ...(found && { $push: { attempts: { attempt, startedAt: at, outcome: found } } }),
    ...(found?.class === 'UNKNOWN' && { $inc: { unknowns: 1 } }),
  };
}

/** A plain number above 2^31 would be stored as floating point. */
function storedBody(request: InvoicedRequest) {
  const { amount, ...body } = requestBodyOf(request);
  return { ...body, amount: { ...amount, minor: Long.fromNumber(amount.minor) as unknown as number } };
}

/** Invoice numbers, as `partner year-number`, that lie below the highest of their year and are nobody's. */
export async function missingNumbers(db: Db): Promise<string[]> {
  const rows = db
    .collection<PaymentRequestRow>('paymentRequests')
    .find({}, { projection: { partnerId: 1, year: 1, number: 1 } })
    .sort({ partnerId: 1, year: 1, number: 1 });
  const missing: string[] = [];
  let latest: Pick<PaymentRequestRow, 'partnerId' | 'year' | 'number'> | undefined;
  for await (const row of rows) {
    const { partnerId, year, number } = row;
    const isSameYear = latest?.partnerId === partnerId && latest.year === year;
    for (let next = isSameYear ? latest!.number + 1 : 1; next < number; next += 1)
      missing.push(`${partnerId} ${invoiceNumber({ year, number: next })}`);
    latest = row;
  }
  return missing;
}
