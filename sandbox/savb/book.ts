import type { PaymentRequestBody, PaymentRequestReply } from '../../contracts/savb';
import type { LedgerEntry } from './ledger';

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
  all(): BookedRequest[];
  byReference(reference: string): BookedRequest | undefined;
  byNumber(microsoftReferenceNumber: string): BookedRequest | undefined;
  isRegistered(offering: string, locationId: string): boolean;
}

export function createBook(): Book {
  const byNumber = new Map<string, BookedRequest>();
  const byReference = new Map<string, BookedRequest>();
  const unregistered = new Set<string>();
  const registration = (offering: string, locationId: string) => JSON.stringify([offering, locationId]);

  return {
    enter(entry) {
      switch (entry.type) {
        case 'accepted': {
          const { microsoftReferenceNumber, request, at } = entry;
          const { reference, amount } = request;
          const reply = { microsoftReferenceNumber, reference, status: 'validating' as const, amount };
          const booked = { request, reply, since: at };
          byNumber.set(microsoftReferenceNumber, booked);
          byReference.set(reference, booked);
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
        case 'registration':
          if (entry.registered) unregistered.delete(registration(entry.offering, entry.locationId));
          else unregistered.add(registration(entry.offering, entry.locationId));
          return undefined;
      }
    },
    all: () => [...byNumber.values()],
    byReference: (reference) => byReference.get(reference),
    byNumber: (microsoftReferenceNumber) => byNumber.get(microsoftReferenceNumber),
    isRegistered: (offering, locationId) => !unregistered.has(registration(offering, locationId)),
  };
}
