import type { PaymentRequestBody, PaymentRequestReply } from '../../contracts/savb';
import type { Behavior, LedgerEntry } from './ledger';

/** A payment request in SAVB's books: what was sent, how it is answered, and since when it has its status. */
export interface BookedRequest {
  request: PaymentRequestBody;
  reply: PaymentRequestReply;
  since: string;
}

/** All of SAVB's state: nothing but its ledger, read from the start. */
export interface Book {
  /** Gives back the payment request the entry is about. */
  enter(entry: LedgerEntry): BookedRequest | undefined;
  /** In the order booked. */
  all(): BookedRequest[];
  /** In the order booked; more than one only where SAVB did not de-duplicate. */
  byReference(reference: string): BookedRequest[];
  byNumber(microsoftReferenceNumber: string): BookedRequest | undefined;
  isRegistered(offering: string, locationId: string): boolean;
  behavior(): Behavior;
}

/** Which locations are registered for an offering: those named in `at`, and all others. */
interface Registrations {
  elsewhere: boolean;
  at: Map<string, boolean>;
}

export function createBook(): Book {
  const byNumber = new Map<string, BookedRequest>();
  const byReference = new Map<string, BookedRequest[]>();
  const registrations = new Map<string, Registrations>();
  let behavior: Behavior = { deduplicates: true, lookupLagMs: 0 };

  const withReference = (reference: string) => byReference.get(reference) ?? [];
  const registrationsFor = (offering: string): Registrations =>
    registrations.get(offering) ?? { elsewhere: true, at: new Map() };

  return {
    enter(entry) {
      switch (entry.type) {
        case 'accepted': {
          const { microsoftReferenceNumber, request, at } = entry;
          const { reference, amount } = request;
          const reply = { microsoftReferenceNumber, reference, status: 'validating' as const, amount };
          const booked = { request, reply, since: at };
          byNumber.set(microsoftReferenceNumber, booked);
          byReference.set(reference, [...withReference(reference), booked]);
          return booked;
        }
        case 'status': {
          const { microsoftReferenceNumber, status, code, message, at } = entry;
          const booked = byNumber.get(microsoftReferenceNumber);
          if (!booked) throw new Error(`a status of ${microsoftReferenceNumber}, which was never accepted`);
          const { reference, amount } = booked.reply;
          booked.reply = { microsoftReferenceNumber, reference, status, amount, code, message };
          booked.since = at;
          return booked;
        }
        case 'registration': {
          const { offering, locationId, registered } = entry;
          if (locationId === undefined) registrations.set(offering, { elsewhere: registered, at: new Map() });
          else {
            const { elsewhere, at } = registrationsFor(offering);
            registrations.set(offering, { elsewhere, at: at.set(locationId, registered) });
          }
          return undefined;
        }
        case 'behavior':
          behavior = { deduplicates: entry.deduplicates, lookupLagMs: entry.lookupLagMs };
          return undefined;
      }
    },
    all: () => [...byNumber.values()],
    byReference: withReference,
    byNumber: (microsoftReferenceNumber) => byNumber.get(microsoftReferenceNumber),
    isRegistered(offering, locationId) {
      const { elsewhere, at } = registrationsFor(offering);
      return at.get(locationId) ?? elsewhere;
    },
    behavior: () => behavior,
  };
}
