import { setTimeout as pause } from 'node:timers/promises';
import { Long, type Db } from 'mongodb';
import type { Money } from '../contracts/common';
import type { PaymentRequestBody } from '../contracts/savb';
import { REVISABLE, type Attempt, type AttemptOutcome } from '../domain/settlement/attempt';
import type { RequestOnRecord } from '../domain/settlement/ownBooks';
import { unlessDuplicate } from './errors';
import type { InvoiceDocument } from './invoiceDocuments';

/** Whose invoice it is: an engagement's, or a batch's. */
export type InvoiceOwner = { engagementId?: string; batchId?: string };

/** One invoice: its number, then what is intended, then every attempt at sending it. Rows are never deleted. */
export interface PaymentRequestRecord extends InvoiceOwner {
  reference: string;
  partnerId: string;
  year: number;
  number: number;
  /** Instant at which the number was given. */
  numberedAt: string;
  /** What is to be sent, once it is known. */
  request?: PaymentRequestBody;
  /** The invoice that goes with it, once it is stored. */
  document?: InvoiceDocument;
  /** The attempt that may send; 0 before the first. */
  attempt: number;
  /** The latest attempts. */
  attempts: Attempt[];
  /** Attempts that left it unknown whether SAVB executed them. What is found out later does not lower it. */
  unknowns: number;
}

export type PaymentRequestRow = Omit<PaymentRequestRecord, 'reference'> & { _id: string };

/** Attempts that are kept; with ten an hour at most they tell of several hours. */
const KEPT_ATTEMPTS = 50;

/** A wait grows from round to round up to this, so that hundreds at once soon stand apart. */
const LONGEST_WAIT_MS = 640;

/** Rows fetched at a time where all are read. */
const BATCH = 500;

/** `{year}-{number}`, the number padded to five digits. */
export const invoiceNumber = ({ year, number }: { year: number; number: number }): string =>
  `${year}-${String(number).padStart(5, '0')}`;

export type PaymentRequests = ReturnType<typeof createPaymentRequests>;

/** Payment requests by reference, our own stable key of an invoice. */
export function createPaymentRequests(db: Db) {
  const rows = db.collection<PaymentRequestRow>('paymentRequests');

  const get = async (reference: string): Promise<PaymentRequestRecord | undefined> => {
    const row = await rows.findOne({ _id: reference });
    if (!row) return undefined;
    const { _id, ...rest } = row;
    return { reference: _id, ...rest };
  };

  const existing = async (reference: string): Promise<PaymentRequestRecord> => {
    const record = await get(reference);
    if (!record) throw new Error(`payment request ${reference} has no invoice number yet`);
    return record;
  };

  const highestNumber = async (partnerId: string, year: number): Promise<number> => {
    const [row] = await rows.find({ partnerId, year }).sort({ number: -1 }).limit(1).toArray();
    return row?.number ?? 0;
  };

  const finishAttempt = async (reference: string, attempt: number, outcome: AttemptOutcome): Promise<void> => {
    const isUnknown = outcome.class === 'UNKNOWN';
    const replaceable = isUnknown ? [null] : [null, ...REVISABLE];
    await rows.updateOne(
      { _id: reference, attempts: { $elemMatch: { attempt, 'outcome.class': { $in: replaceable } } } },
      { $set: { 'attempts.$.outcome': outcome }, ...(isUnknown && { $inc: { unknowns: 1 } }) },
    );
  };

  return {
    /**
     * The invoice number of this reference: the next of the partner's year, without gaps, or the one it has already.
     * A number is given by the insert that nobody else made first; `year` and `at` come from the workflow.
     */
    async claimInvoiceNumber(
      wanted: InvoiceOwner & { reference: string; partnerId: string; year: number; at: string },
    ): Promise<string> {
      const { reference, at, ...owner } = wanted;
      for (let waitMs = 10; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
        const number = (await highestNumber(owner.partnerId, owner.year)) + 1;
        const row = { _id: reference, ...owner, number, numberedAt: at, attempt: 0, attempts: [], unknowns: 0 };
        if (await unlessDuplicate(rows.insertOne(row))) return invoiceNumber(row);
        const known = await rows.findOne({ _id: reference });
        if (known) return invoiceNumber(known);
        await pause(Math.random() * waitMs);
      }
    },

    /** Records what is to be sent, once. Answers what stands: the first intent, and nothing else, is what may be sent. */
    async intend(reference: string, intended: PaymentRequestBody): Promise<PaymentRequestBody> {
      const { offering, country, locationId, vouchers, invoice } = intended;
      // A plain number above 2^31 would be stored as floating point.
      const amount = { ...intended.amount, minor: Long.fromNumber(intended.amount.minor) as unknown as number };
      const request = { reference, offering, country, locationId, vouchers, amount, invoice };
      const isFirst = { _id: reference, request: { $exists: false } };
      const { modifiedCount } = await rows.updateOne(isFirst, { $set: { request } });
      if (modifiedCount === 1) return { ...request, amount: intended.amount };
      const { request: standing } = await existing(reference);
      return standing!;
    },

    /** Notes the invoice that goes with the request, once. Answers what stands. Throws when it has no invoice number yet. */
    async attachDocument(reference: string, document: InvoiceDocument): Promise<InvoiceDocument> {
      const isFirst = { _id: reference, document: { $exists: false } };
      const { modifiedCount } = await rows.updateOne(isFirst, { $set: { document } });
      return modifiedCount === 1 ? document : (await existing(reference)).document!;
    },

    /**
     * Begins the attempt after `latest`, the last one the caller knows of. Answers its number; undefined where another has
     * begun in the meantime, so that whoever was slower looks again before doing anything.
     */
    async beginAttempt(
      reference: string,
      latest: number,
      { startedAt, effectId }: Pick<Attempt, 'startedAt' | 'effectId'>,
    ): Promise<number | undefined> {
      const attempt = latest + 1;
      const begun = { attempt, startedAt, ...(effectId !== undefined && { effectId }) };
      const { matchedCount } = await rows.updateOne(
        { _id: reference, attempt: latest },
        { $set: { attempt }, $push: { attempts: { $each: [begun], $slice: -KEPT_ATTEMPTS } } },
      );
      return matchedCount === 1 ? attempt : undefined;
    },

    /** Whether this attempt may still send: to be asked last thing before sending. */
    isCurrent: async (reference: string, attempt: number): Promise<boolean> =>
      (await rows.findOne({ _id: reference, attempt }, { projection: { _id: 1 } })) !== null,

    /**
     * Records how an attempt ended, even one that is no longer current. What is known stands; what is not may be replaced
     * by something that is.
     */
    finishAttempt,

    get,

    /** Every row as far as it tells how it stands, in the order of the references. Read in bounded batches. */
    async *entries(): AsyncGenerator<RequestOnRecord> {
      const found = rows
        .find({})
        .project<Omit<RequestOnRecord, 'reference' | 'amount'> & { _id: string; request?: { amount: Money } }>({
          ...{ engagementId: 1, batchId: 1, partnerId: 1, numberedAt: 1, attempt: 1, attempts: 1 },
          'request.amount': 1,
        })
        .sort({ _id: 1 })
        .hint('_id_')
        .batchSize(BATCH);
      for await (const { _id, request, ...row } of found)
        yield { reference: _id, ...row, ...(request && { amount: request.amount }) };
    },

    /** As `get`; throws `Error` when nothing is on record under this reference. */
    existing,
  };
}
