import type { PaymentRequest } from '../../contracts/engagement';
import type { PaymentStatus } from '../../contracts/names';
import { amountText } from '../money';
import { moment } from '../wording';

/** How far each status is, in the words after “The payment request …”. */
const STANDING: Record<PaymentStatus, (request: PaymentRequest) => string> = {
  prepared: ({ gateway }) =>
    gateway === 'manual' ? 'is to be typed into SAVB by hand' : 'is ready and not with SAVB yet',
  notRegistered: ({ offering, locationId }) =>
    `is ready, but SAVB has no registration of ${locationId} for ${offering} yet`,
  collected: ({ batchId }) => `is asked for with others in batch ${batchId}`,
  unknown: () => 'was sent, and it is unknown whether SAVB has it',
  submitted: ({ submittedAt }) => `is with SAVB${submittedAt === undefined ? '' : ` since ${moment(submittedAt)}`}`,
  validating: () => 'is with SAVB, which is checking it',
  awaitingInvoice: ({ invoiceDocument }) =>
    invoiceDocument === undefined
      ? 'is with SAVB, which asks for the invoice'
      : `is with SAVB, which was given the invoice (${invoiceDocument.kind} ${invoiceDocument.reference})`,
  approved: ({ approvedAt }) => `was approved${approvedAt === undefined ? '' : ` at ${moment(approvedAt)}`}`,
  held: () => 'is with SAVB, and Microsoft holds the payment',
  sent: () => 'was approved, and Microsoft has sent the money',
  paid: ({ paidAt }) => `was paid${paidAt === undefined ? '' : ` at ${moment(paidAt)}`}`,
  rejected: () => 'was rejected by SAVB',
  cancelled: () => 'was cancelled in SAVB',
  denied: () => 'was denied by Microsoft, for good',
};

/** How far a payment request has come, in one or two sentences. */
export function standingOf(request: PaymentRequest): string {
  const { reference, amount, status, rejection, microsoftReferenceNumber } = request;
  const number = microsoftReferenceNumber === undefined ? '' : `, Microsoft’s number ${microsoftReferenceNumber}`;
  const reason = rejection === undefined ? '' : ` SAVB says: ${rejection.message}`;
  return `The payment request ${reference} (${amountText(amount)}${number}) ${STANDING[status](request)}.${reason}`;
}

/** What Microsoft, or whoever speaks for it, is to do with a request next. */
export function nextOf(request: PaymentRequest | undefined, isByHand: boolean): string {
  const { status, submittedAt, approvedAt, gateway, invoiceDocument } = request ?? {};
  if (gateway === 'batch' && submittedAt === undefined) return 'the batch to be asked for';
  if (approvedAt !== undefined) return 'Microsoft to pay';
  if (isByHand && submittedAt === undefined) return 'an operator to submit the payment request by hand';
  if (isByHand) return 'an operator to record what SAVB shows';
  if (status === 'held' || (status === 'awaitingInvoice' && invoiceDocument === undefined))
    return 'what Microsoft asks for';
  return submittedAt === undefined ? 'SAVB to take the payment request' : 'Microsoft to approve the payment request';
}
