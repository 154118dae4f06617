import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { PaymentRequestBody, Registration, SavbStatus } from '../../contracts/savb';
import { paymentRequestBodySchema } from '../../contracts/savb';
import type { Answer } from './answer';
import { notFound, refusal, withParsed } from './answer';
import { createBook } from './book';
import type { LedgerEntry } from './ledger';
import { openLedger } from './ledger';
import type { Pace } from './progress';
import { createProgress } from './progress';

export type Office = Awaited<ReturnType<typeof openOffice>>;

/**
 * What SAVB does, apart from HTTP. Everything is decided in memory at once; an answer may leave only after `durable`.
 * @throws Error when the ledger cannot be read
 */
export async function openOffice(ledgerFile: string, pace: Pace) {
  const book = createBook();
  const ledger = await openLedger(ledgerFile, (entry) => book.enter(entry));

  const now = () => new Date().toISOString();
  const record = (entry: LedgerEntry) => {
    const booked = book.enter(entry);
    if (booked) progress.follow(booked);
    ledger.append(entry);
    return booked;
  };
  const progress = createProgress(pace, (microsoftReferenceNumber, status) =>
    record({ type: 'status', at: now(), microsoftReferenceNumber, status }),
  );
  for (const booked of book.all()) progress.follow(booked);

  const accept = (request: PaymentRequestBody): Answer => {
    const { reference, offering, locationId } = request;
    const known = book.byReference(reference);
    if (known && isDeepStrictEqual(known.request, request)) return { status: 200, body: known.reply };
    if (known)
      return refusal(409, 'duplicateReference', `${reference} was sent before with other content`, 'reference');
    if (!book.isRegistered(offering, locationId))
      return refusal(422, 'notRegistered', `${locationId} is not registered for ${offering}`, 'locationId');
    const microsoftReferenceNumber = `SAVB-${randomBytes(6).toString('hex').toUpperCase()}`;
    const booked = record({ type: 'accepted', at: now(), microsoftReferenceNumber, request });
    return { status: 201, body: booked?.reply };
  };

  return {
    submit: (body: unknown): Answer => withParsed(paymentRequestBodySchema, body, accept),

    /** All payment requests, or those with this reference: one or none. */
    list(reference?: string): Answer {
      const items = book.all().filter(({ request }) => reference === undefined || request.reference === reference);
      return { status: 200, body: { items: items.map(({ reply }) => reply) } };
    },

    find(microsoftReferenceNumber: string): Answer {
      const booked = book.byNumber(microsoftReferenceNumber);
      return booked ? { status: 200, body: booked.reply } : notFound(`no payment request ${microsoftReferenceNumber}`);
    },

    registration(offering: string, locationId: string): Answer {
      return book.isRegistered(offering, locationId)
        ? { status: 200, body: { offering, locationId } satisfies Registration }
        : notFound(`${locationId} is not registered for ${offering}`);
    },

    /** Gives a payment request, named by its number or its reference, a new status. */
    advance(name: { microsoftReferenceNumber: string } | { reference: string }, change: StatusChange): Answer {
      const booked =
        'reference' in name ? book.byReference(name.reference) : book.byNumber(name.microsoftReferenceNumber);
      if (!booked) return notFound('no such payment request');
      const { microsoftReferenceNumber } = booked.reply;
      record({ type: 'status', at: now(), microsoftReferenceNumber, ...change });
      return { status: 200, body: booked.reply };
    },

    register(offering: string, locationId: string, registered: boolean): Answer {
      record({ type: 'registration', at: now(), offering, locationId, registered });
      return { status: 200, body: { offering, locationId, registered } };
    },

    durable: () => ledger.durable(),
    stop: () => progress.stop(),
    close: () => ledger.close(),
  };
}

export interface StatusChange {
  status: SavbStatus;
  code?: string;
  message?: string;
}
