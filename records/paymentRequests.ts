import { setTimeout as pause } from 'node:timers/promises';
import { Long, type Db } from 'mongodb';
import type { PaymentRequestBody } from '../contracts/savb';
import type { Conflict, Reply } from '../domain/settlement/reply';
import { unlessDuplicate } from './errors';

/** How an attempt ended, in the words of the reply's class; `ABSENT` was found out afterwards, by looking it up. */
export interface AttemptOutcome {
  class: (Reply | Conflict)['kind'] | 'ABSENT' | 'byHand';
  microsoftReferenceNumber?: string;
  code?: string;
  message?: string;
}

/** What may still turn out otherwise: nothing known, or not there when somebody looked. */
const REVISABLE: readonly AttemptOutcome['class'][] = ['UNKNOWN', 'ABSENT'];

export interface Attempt {
  /** 1, 2, 3 … */
  attempt: number;
  /** Instant of its beginning. */
  startedAt: string;
  outcome?: AttemptOutcome;
}

/** One invoice: its number, then what is intended, then every attempt at sending it. Rows are never deleted. */
export interface PaymentRequestRecord {
  reference: string;
  engagementId: string;
  partnerId: string;
  year: number;
  number: number;
  /** Instant at which the number was given. */
  numberedAt: string;
  /** What is to be sent, once it is known. */
  request?: PaymentRequestBody;
  /** The attempt that may send; 0 before the first. */
  attempt: number;
  /** The latest attempts. */
  attempts: Attempt[];
  /** Attempts that left it unknown whether SAVB executed them. What is found out later does not lower it. */
  unknowns: number;
}

type PaymentRequestRow = Omit<PaymentRequestRecord, 'reference'> & { _id: string };

/** Attempts that are kept; with ten an hour at most they tell of several hours. */
const KEPT_ATTEMPTS = 50;

/** A wait grows from round to round up to this, so that hundreds at once soon stand apart. */
const LONGEST_WAIT_MS = 640;

/** `{year}-{number}`, the number padded to five digits. */
export const invoiceNumber = ({ year, number }: { year: number; number: number }): string =>
  `${year}-${String(number).padStart(5, '0')}`;

export type PaymentRequests = ReturnType<typeof createPaymentRequests>;

/** Payment requests by reference, our own stable key of an invoice. */
export function createPaymentRequests(db: Db) {
  const rows = db.collection<PaymentRequestRow>('paymentRequests');

  const existing = async (reference: string): Promise<PaymentRequestRow> => {
    const row = await rows.findOne({ _id: reference });
    if (!row) throw new Error(`payment request ${reference} has no invoice number yet`);
    return row;
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
    async claimInvoiceNumber(wanted: {
      reference: string;
      engagementId: string;
      partnerId: string;
      year: number;
      at: string;
    }): Promise<string> {
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

    /**
     * Begins the next attempt; every earlier one is fenced off. Answers the attempt before it, whose outcome is UNKNOWN
     * when none was recorded, and how many attempts ended so.
     */
    async beginAttempt(
      reference: string,
      at: string,
    ): Promise<{ attempt: number; previous?: Required<Attempt>; unknowns: number }> {
      for (;;) {
        const { attempt: latest, attempts, unknowns } = await existing(reference);
        const previous = attempts.at(-1);
        if (previous && !isFinished(previous)) {
          await finishAttempt(reference, latest, { class: 'UNKNOWN', message: 'no outcome was recorded' });
          continue;
        }
        const attempt = latest + 1;
        const { matchedCount } = await rows.updateOne(
          { _id: reference, attempt: latest },
          {
            $set: { attempt },
            $push: { attempts: { $each: [{ attempt, startedAt: at }], $slice: -KEPT_ATTEMPTS } },
          },
        );
        if (matchedCount === 1) return { attempt, ...(previous && { previous }), unknowns };
      }
    },

    /** Whether this attempt may still send: to be asked last thing before sending. */
    isCurrent: async (reference: string, attempt: number): Promise<boolean> =>
      (await rows.findOne({ _id: reference, attempt }, { projection: { _id: 1 } })) !== null,

    /**
     * Records how an attempt ended, even one that is no longer current. What is known stands; what is not may be replaced
     * by something that is.
     */
    finishAttempt,

    async get(reference: string): Promise<PaymentRequestRecord | undefined> {
      const row = await rows.findOne({ _id: reference });
      if (!row) return undefined;
      const { _id, ...rest } = row;
      return { reference: _id, ...rest };
    },
  };
}

const isFinished = (attempt: Attempt): attempt is Required<Attempt> => attempt.outcome !== undefined;
