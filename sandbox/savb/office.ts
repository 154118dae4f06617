import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { SavbStatus } from '../../contracts/names';
import type { PaymentRequestBody, PaymentRequestList, Registration } from '../../contracts/savb';
import { paymentRequestBodySchema } from '../../contracts/savb';
import type { Spoken } from './answer';
import { notFound, refusal, withParsed } from './answer';
import { createBook } from './book';
import type { Behavior, LedgerEntry } from './ledger';
import { openLedger } from './ledger';
import type { Pace } from './progress';
import { createProgress } from './progress';
import { createReplica } from './replica';

export type Office = Awaited<ReturnType<typeof openOffice>>;

/**
 * What SAVB does, apart from HTTP. Everything is decided in memory at once; an answer may leave only after `durable`.
 * @throws Error when the ledger cannot be read
 */
export async function openOffice(ledgerFile: string, pace: Pace) {
  const book = createBook();
  const replica = createReplica();
  const entries: LedgerEntry[] = [];
  const enter = (entry: LedgerEntry) => {
    const booked = book.enter(entry);
    replica.enter(entry);
    entries.push(entry);
    return booked;
  };
  const ledger = await openLedger(ledgerFile, enter);

  const now = () => new Date().toISOString();
  const record = (entry: LedgerEntry) => {
    const booked = enter(entry);
    if (booked) progress.follow(booked);
    ledger.append(entry);
    return booked;
  };
  const progress = createProgress(pace, (microsoftReferenceNumber, status) =>
    record({ type: 'status', at: now(), microsoftReferenceNumber, status }),
  );
  for (const booked of book.all()) progress.follow(booked);

  const accept = (request: PaymentRequestBody): Spoken => {
    const { reference, offering, locationId } = request;
    const earlier = book.byReference(reference);
    const [known] = book.behavior().deduplicates ? earlier : [];
    if (known && isDeepStrictEqual(known.request, request)) return { status: 200, body: known.reply };
    if (known)
      return refusal(409, 'duplicateReference', `${reference} was sent before with other content`, 'reference');
    if (!book.isRegistered(offering, locationId))
      return refusal(422, 'notRegistered', `${locationId} is not registered for ${offering}`, 'locationId');
    const microsoftReferenceNumber = numberFor(reference, earlier.length);
    const booked = record({ type: 'accepted', at: now(), microsoftReferenceNumber, request });
    return { status: 201, body: booked?.reply };
  };

  const late = createLateCalls();

  return {
    submit: (body: unknown): Spoken => withParsed(paymentRequestBodySchema, body, accept),

    /** A page of the payment requests, or of those with this reference, in the order booked. */
    list({ reference, limit, after }: ListQuery): Spoken {
      const known = replica.book();
      const wanted = reference === undefined ? known.all() : known.byReference(reference);
      const replies = wanted.map(({ reply }) => reply);
      const last = replies.findIndex(({ microsoftReferenceNumber }) => microsoftReferenceNumber === after);
      if (after !== undefined && last === -1) return refusal(422, 'invalidField', `no page follows ${after}`, 'after');
      const items = replies.slice(last + 1, last + 1 + limit);
      const next = last + 1 + limit < replies.length ? items.at(-1)?.microsoftReferenceNumber : undefined;
      return { status: 200, body: { items, next } satisfies PaymentRequestList };
    },

    find(microsoftReferenceNumber: string): Spoken {
      const booked = replica.book().byNumber(microsoftReferenceNumber);
      return booked ? { status: 200, body: booked.reply } : notFound(`no payment request ${microsoftReferenceNumber}`);
    },

    registration(offering: string, locationId: string): Spoken {
      return replica.book().isRegistered(offering, locationId)
        ? { status: 200, body: { offering, locationId } satisfies Registration }
        : notFound(`${locationId} is not registered for ${offering}`);
    },

    /** Gives a payment request, named by its number or its reference, a new status. */
    advance(name: { microsoftReferenceNumber: string } | { reference: string }, change: StatusChange): Spoken {
      const [booked, ...more] =
        'reference' in name ? book.byReference(name.reference) : [book.byNumber(name.microsoftReferenceNumber)];
      if (!booked) return notFound('no such payment request');
      if (more.length > 0) return refusal(409, 'severalBookings', 'say which, by its number', 'reference');
      const { microsoftReferenceNumber } = booked.reply;
      record({ type: 'status', at: now(), microsoftReferenceNumber, ...change });
      return { status: 200, body: booked.reply };
    },

    /** Registers a location for the offering or no longer; without a location all of them. */
    register(offering: string, locationId: string | undefined, registered: boolean): Spoken {
      record({ type: 'registration', at: now(), offering, locationId, registered });
      return { status: 200, body: { offering, locationId, registered } };
    },

    /** Changes what is named, and answers how SAVB behaves from now on. */
    behave(change: Partial<Behavior>): Spoken {
      const behavior = { ...book.behavior(), ...change };
      record({ type: 'behavior', at: now(), ...behavior });
      return { status: 200, body: behavior };
    },

    entries: (): readonly LedgerEntry[] => entries,
    /** Acts `ms` later, or when the office stops, whichever comes first. */
    later: (ms: number, act: () => unknown) => late.add(ms, act),
    durable: () => ledger.durable(),
    stop() {
      progress.stop();
      late.stop();
    },
    close: () => ledger.close(),
  };
}

export interface ListQuery {
  reference?: string;
  limit: number;
  after?: string;
}

export interface StatusChange {
  status: SavbStatus;
  code?: string;
  message?: string;
}

/** Derived, not drawn, so that a repeated run meets the same numbers. `earlier`: how many have this reference already. */
const numberFor = (reference: string, earlier: number): string =>
  `SAVB-${createHash('sha256').update(`${reference} ${earlier}`).digest('hex').slice(0, 12).toUpperCase()}`;

/** Calls that wait to be executed. */
function createLateCalls() {
  const waiting = new Map<NodeJS.Timeout, () => unknown>();
  let stopped = false;
  return {
    add(ms: number, act: () => unknown) {
      if (stopped) return void act();
      const timer = setTimeout(() => {
        waiting.delete(timer);
        act();
      }, ms);
      waiting.set(timer, act);
    },
    stop() {
      stopped = true;
      for (const [timer, act] of waiting) {
        clearTimeout(timer);
        act();
      }
    },
  };
}
