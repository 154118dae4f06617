import type { PaymentRequestBody, PaymentRequestReply } from '../../contracts/savb';
import type { Conflict, Duplicate, NoAnswer, Reply } from '../../domain/settlement/reply';

/** A line of the form an operator fills in, in the form's order. */
export interface SheetLine {
  label: string;
  value: string;
}

/** What became of a payment request that was sent, or `byHand`: nothing was sent, a person must type the sheet into SAVB. */
export type SubmitOutcome = Exclude<Reply, Duplicate> | Conflict | { kind: 'byHand'; sheet: SheetLine[] };

/** What SAVB has. `byHand`: only a person can look. */
export type LookupOutcome =
  { kind: 'found'; paymentRequest: PaymentRequestReply } | { kind: 'none' } | { kind: 'byHand' } | NoAnswer;

export type RegistrationOutcome = { kind: 'registered' } | { kind: 'notRegistered' } | { kind: 'byHand' } | NoAnswer;

/**
 * Microsoft's Online Payment Tool (SAVB) as the rest of the system sees it. Whatever SAVB or the network does is an outcome and
 * never thrown; nothing is retried here. The http gateway answers within 35 s, after a duplicate within 70 s.
 */
export interface PaymentTool {
  /** Sends a payment request. Safe to repeat with the same content, except after UNKNOWN: then look first, and not too early. */
  submit(request: PaymentRequestBody): Promise<SubmitOutcome>;
  /** Looks a payment request up by our own reference. */
  findByReference(reference: string): Promise<LookupOutcome>;
  /** How far a payment request has come. */
  status(microsoftReferenceNumber: string): Promise<LookupOutcome>;
  /** Whether the location may invoice for the offering. */
  isRegistered(offering: string, locationId: string): Promise<RegistrationOutcome>;
  /** Ends connections after the calls under way. */
  close(): Promise<void>;
}
