import type { PaymentRequest } from '../../contracts/engagement';
import { facts, moneyText } from './text';

/** A payment request on one line of a card. */
export function paymentText(request: PaymentRequest): string {
  const { reference, status, amount, invoice, batchId, microsoftReferenceNumber, rejection } = request;
  return facts(
    reference,
    status,
    moneyText(amount),
    invoice && `invoice ${invoice.number}`,
    batchId && `with batch ${batchId}`,
    microsoftReferenceNumber && `Microsoft reference ${microsoftReferenceNumber}`,
    rejection?.message,
  );
}
