/** What SAVB let us know about a payment request. */
export type SavbAnswer =
  | { status: 'submitted'; microsoftReferenceNumber: string; documentSha256?: string }
  | { status: 'notRegistered'; why: string }
  | { status: 'registered' }
  | { status: 'collected'; batchId: string }
  | { status: 'byHand'; sheet: string }
  | { status: 'rejected' | 'cancelled'; code?: string; message: string }
  | { status: 'unknown'; why: string }
  | { status: 'validating' | 'awaitingInvoice' | 'approved' | 'held' | 'sent' | 'paid'; message?: string };
