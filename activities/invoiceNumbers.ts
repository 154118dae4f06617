import type { Decision } from '../domain/decision';
import type { PaymentEventData } from '../domain/settlement/events';
import { INVOICE_NUMBER_PENDING } from '../domain/settlement/paymentRequest';
import type { Records } from '../records/connect';
import type { InvoiceOwner } from '../records/paymentRequests';

/**
 * Only a decision that stands uses up an invoice number: numbers are gap-free per partner and year. `at` is the instant of
 * the decision, `ownerAfter` who asks for the money, as it is once these events stand.
 */
export async function numbered<Event extends { type: string; data: object }>(
  { paymentRequests }: Pick<Records, 'paymentRequests'>,
  decision: Decision<Event>,
  at: string,
  ownerAfter: (events: readonly Event[]) => InvoiceOwner & { partnerId: string },
): Promise<Decision<Event>> {
  if (decision.kind !== 'accepted') return decision;
  const number = async (event: Event): Promise<Event> => {
    if (event.type !== 'PaymentRequestPrepared') return event;
    const { reference, invoice } = event.data as PaymentEventData['PaymentRequestPrepared'];
    if (invoice?.number !== INVOICE_NUMBER_PENDING) return event;
    const year = Number(invoice.date.slice(0, 4));
    const { engagementId, batchId, partnerId } = ownerAfter(decision.events);
    const claimed = await paymentRequests.claimInvoiceNumber({ reference, engagementId, batchId, partnerId, year, at });
    return { ...event, data: { ...event.data, invoice: { ...invoice, number: claimed } } };
  };
  return { ...decision, events: await Promise.all(decision.events.map(number)) };
}
