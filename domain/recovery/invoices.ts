import type { Recorded } from '../record';
import type { AttemptOutcome } from '../settlement/attempt';
import type { PaymentEventData } from '../settlement/events';
import { isInvoiced, isRefused, publicPart, type InvoicedRequest, type OwnRequest } from '../settlement/request';
import type { Step } from './steps';

/** An invoice that a record tells of. */
export interface Invoiced {
  request: InvoicedRequest;
  /** Whose number it has. */
  partnerId: string;
  /** Instant of the decision. */
  at: string;
  /** What SAVB said to it, as far as that is on record. */
  outcome?: AttemptOutcome;
  /** SAVB may have it, or get it yet, and nobody knows. */
  isOpen: boolean;
}

/** Whoever asks for money. */
interface Asking {
  partnerId: string;
  paymentRequest?: OwnRequest;
}

type AnyEvent = { type: string; at: string; data: object };

/** Every invoice of a record, in the order of their numbers. */
export function invoicesOf(steps: readonly Step<Asking, Recorded<AnyEvent>>[], isOver: boolean): Invoiced[] {
  const invoices = new Map<string, Invoiced>();
  for (const { document, after } of steps)
    for (const event of document.events) {
      const { paymentRequest, partnerId } = after;
      const request = paymentRequest && publicPart(paymentRequest);
      if (event.type === 'PaymentRequestPrepared' && request && isInvoiced(request))
        invoices.set(request.reference, { request, partnerId, at: event.at, isOpen: false });
      const { reference } = event.data as { reference?: string };
      const invoice = reference === undefined ? undefined : invoices.get(reference);
      const outcome = invoice?.outcome ?? outcomeIn(event);
      if (invoice && outcome) invoices.set(invoice.request.reference, { ...invoice, outcome });
    }
  const latest = steps.at(-1)?.after.paymentRequest;
  return [...invoices.values()].map((invoice) => {
    const isLatest = latest?.reference === invoice.request.reference;
    return { ...invoice, isOpen: isLatest && !isOver && mayHaveBeenSent(latest) && !invoice.outcome };
  });
}

/** By hand nothing is sent; and what waits for a registration has not been tried. */
const mayHaveBeenSent = ({ gateway, status }: OwnRequest): boolean =>
  gateway !== 'manual' && (status === 'prepared' || status === 'unknown');

/** The first definite answer stands: what comes later is said of a request that SAVB has. */
function outcomeIn({ type, data }: AnyEvent): AttemptOutcome | undefined {
  if (type === 'PaymentRequestSubmitted') {
    const { microsoftReferenceNumber } = data as PaymentEventData['PaymentRequestSubmitted'];
    return { class: 'SUCCESS', microsoftReferenceNumber };
  }
  if (type !== 'PaymentStatusChanged') return undefined;
  const { status, rejection } = data as PaymentEventData['PaymentStatusChanged'];
  return isRefused(status) ? { class: 'REJECTED', ...rejection } : undefined;
}
