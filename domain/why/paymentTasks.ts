import type { PAYMENT_TASK_RULES, PaymentTaskKind } from '../settlement/tasks';
import type { Doing } from './commands';
import type { Explained } from './explained';

const status = (reported: string, leadsTo: string, ...fields: string[]): Doing => ({
  does: 'recordPaymentStatus',
  fields: [`status=${reported}`, 'at=INSTANT', ...fields],
  leadsTo,
});

/** The number SAVB shows is the proof that it has the request. */
const submittedByHand = (leadsTo: string): Doing => status('submitted', leadsTo, 'microsoftReferenceNumber=NUMBER');

/** Whatever SAVB shows, recorded by a person. */
export const shown: Doing = status('STATUS', 'what SAVB shows is on record');

/** Tasks about a payment request, whoever makes it, explained. */
export const PAYMENT_EXPLAINED: {
  [Kind in PaymentTaskKind]: Explained<Extract<(typeof PAYMENT_TASK_RULES)[Kind]['resolutions'][number], string>>;
} = {
  savbRegistrationMissing: {
    means: 'The payment request waits for the registration and then goes out by itself; the payment window is running.',
    resolutions: { registered: 'SAVB is asked again' },
    doings: [
      {
        does: 'registerWithSavb',
        fields: ['offering=CODE', 'locationId=ID', 'bankAccountReference=TEXT'],
        leadsTo: 'the registration is on record; the request goes out by itself',
      },
    ],
  },
  invoiceDocumentRequired: {
    means: 'SAVB goes on once it has the invoice.',
    resolutions: { provided: 'SAVB is asked again' },
    doings: [
      { does: 'invoice', leadsTo: 'the invoice is a file to upload or to print' },
      status(
        'awaitingInvoice',
        'how it was given is on record',
        'invoiceDocument.kind=upload',
        'invoiceDocument.reference=TEXT',
      ),
    ],
  },
  manualSubmission: {
    means: 'Nothing is sent by itself: Microsoft has the request when somebody has typed it into SAVB.',
    resolutions: {},
    doings: [
      { does: 'sheet', leadsTo: 'what to type, in the order of the form' },
      submittedByHand('SAVB has it; its status is recorded by hand from then on'),
    ],
  },
  submissionUnknown: {
    means: 'SAVB was asked and gave no clear answer. Nothing more is sent: it might become a second invoice.',
    resolutions: { notReceived: 'SAVB certainly has nothing: it is sent again under the same reference' },
    doings: [submittedByHand('SAVB has it')],
  },
  paymentRejected: {
    means: 'This request is never sent again; a corrected one may follow inside the payment window.',
    resolutions: {},
    doings: [
      {
        does: 'splitBatch',
        fields: ['engagementIds=ID', 'reason=TEXT'],
        leadsTo: 'these leave the batch and are corrected on their own; what remains is asked for again',
      },
      {
        does: 'correctPaymentRequest',
        fields: ['changes.locationId=ID', 'reason=TEXT'],
        leadsTo: 'it is asked for anew under the next number; likewise with another deliveryCountry or invoiceDate',
      },
      status('denied', 'Microsoft will not pay: it ends unpaid'),
    ],
  },
  paymentHeld: {
    means: 'Microsoft pays nothing until the bank account of the location is right.',
    resolutions: { bankDetailsCorrected: 'SAVB is asked again' },
    doings: [
      {
        does: 'mapBankAccount',
        fields: ['locationId=ID', 'bankAccountReference=TEXT'],
        leadsTo: 'the other account is on record; SAVB is asked again by itself',
      },
    ],
  },
  paymentOverdue: {
    means: 'Microsoft approved it and should have paid by now.',
    resolutions: { chased: 'the task is done; the payment is still awaited' },
    doings: [status('paid', 'the money is there')],
  },
  paymentWindowClosing: {
    means: 'SAVB does not have the payment request, and after the last day nothing is sent by itself.',
    resolutions: { noted: 'the task is done; what holds the request holds it still' },
  },
  paymentWindowLapsed: {
    means: 'The last day for the payment request is over; nothing is sent until somebody decides.',
    resolutions: {
      submitAnyway: 'it is sent all the same; Microsoft may deny it',
      recordSubmitted: 'it was submitted by hand in time: its number is asked for',
      giveUp: 'the payment is given up; refused while SAVB may have the request',
    },
  },
};
