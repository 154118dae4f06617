import type { PaymentRequestBody, PaymentRequestReply } from '../../contracts/savb';
import type { Looked, NoAnswer, Outcome } from '../../domain/settlement/reply';
import type { SheetLine } from '../../domain/settlement/sheet';

/** What became of a payment request that was sent, or `byHand`: nothing was sent, a person must type the sheet into SAVB. */
export type SubmitOutcome = Outcome | { kind: 'byHand'; sheet: SheetLine[] };

/** How far a payment request has come. `byHand`: only a person can look. */
type StatusOutcome = Exclude<Looked, { kind: 'several' }>;

export type RegistrationOutcome = { kind: 'registered' } | { kind: 'notRegistered' } | { kind: 'byHand' } | NoAnswer;

/** A page of everything SAVB has, in the order in which it came there; `next` leads to the next page, if there is one. */
export type ListOutcome = { kind: 'page'; items: PaymentRequestReply[]; next?: string } | { kind: 'byHand' } | NoAnswer;

/**
 * Microsoft's Online Payment Tool (SAVB) as the rest of the system sees it. Whatever SAVB or the network does is an outcome and
 * never thrown; nothing is retried here. The http gateway answers within 35 s, after a duplicate within 70 s.
 */
export interface PaymentTool {
  /**
   * Sends a payment request: its first byte leaves before `notAfterMs`, milliseconds since 1970, or nothing does. Safe to
   * repeat with the same content, except after UNKNOWN: then look first, and not too early.
   */
  submit(request: PaymentRequestBody, notAfterMs: number): Promise<SubmitOutcome>;
  /** Looks a payment request up by our own reference. */
  findByReference(reference: string): Promise<Looked>;
  /** How far a payment request has come. */
  status(microsoftReferenceNumber: string): Promise<StatusOutcome>;
  /** Everything SAVB has, page by page; `after` is the `next` of the page before. */
  list(after?: string): Promise<ListOutcome>;
  /** Whether the location may invoice for the offering. */
  isRegistered(offering: string, locationId: string): Promise<RegistrationOutcome>;
  /** Ends connections after the calls under way. */
  close(): Promise<void>;
}
