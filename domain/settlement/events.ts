import type { PaymentRequest } from '../../contracts/engagement';
import type { Payloads } from '../../contracts/messages';
import type { PaymentStatus } from '../../contracts/names';

/** What happens to a payment request, whoever makes it: an engagement, or a batch. */
export interface PaymentEventData {
  PaymentRequestPrepared: Pick<
    PaymentRequest,
    'reference' | 'gateway' | 'offering' | 'country' | 'locationId' | 'vouchers' | 'amount' | 'invoice'
  > & { seq: number };
  /** `documentSha256`: the invoice that went with it. */
  PaymentRequestSubmitted: {
    reference: string;
    microsoftReferenceNumber: string;
    submittedAt: string;
    documentSha256?: string;
    note?: string;
  };
  PaymentStatusChanged: {
    reference: string;
    status: PaymentStatus;
    reportedAt: string;
    batchId?: string;
    rejection?: PaymentRequest['rejection'];
    invoiceDocument?: PaymentRequest['invoiceDocument'];
    note?: string;
  };
  PaymentDenied: { reference?: string; reportedAt: string; note?: string };
  /** The rejected request is given up; a new one follows in the same breath. */
  PaymentRequestCorrected: { reference: string } & Payloads['correctPaymentRequest'];
}

type Of<Type extends keyof PaymentEventData> = { [Each in Type]: { type: Each; data: PaymentEventData[Each] } }[Type];

/** What is heard of a request that is there. */
export type PaymentNews = Of<'PaymentRequestSubmitted' | 'PaymentStatusChanged' | 'PaymentDenied'>;
