import type { InvoicedRequest } from '../../domain/settlement/request';
import { requestBodyOf } from '../../domain/settlement/request';
import type { InvoiceDocument } from '../../records/invoiceDocuments';
import type { Dependencies } from '../dependencies';
import { renderInvoice } from './renderInvoice';

/** The partner's own invoice for each payment request: made once, and the same for ever after. */
export function createInvoiceDocuments({
  records,
}: {
  records: Pick<Dependencies['records'], 'paymentRequests' | 'partners' | 'invoiceDocuments'>;
}) {
  const { paymentRequests, partners, invoiceDocuments } = records;

  return {
    /**
     * The invoice that goes with a request; makes and stores it when there is none. May run again, late, or twice at once:
     * what was stored first is what every caller gets, even if the partner has changed its name since. Throws when the
     * request has no invoice number on record, or its partner no view.
     */
    async documentFor(request: InvoicedRequest): Promise<InvoiceDocument> {
      const { reference } = request;
      const row = await paymentRequests.get(reference);
      if (row?.document) return row.document;
      const issuer = row && (await partners.view(row.partnerId));
      if (!issuer) throw new Error(`whose invoice is ${reference}? There is no partner on record`);
      const pdf = await renderInvoice({ request: requestBodyOf(request), issuer });
      return paymentRequests.attachDocument(reference, await invoiceDocuments.store(reference, pdf));
    },
  };
}
