import type { BatchTaskKind } from '../../contracts/names';
import type { Task } from '../../contracts/tasks';
import { refusal, type Refusal } from '../refusals';
import type { Particulars, TaskRule } from '../tasks';
import { isRefused, mayBeWithSavb, type OwnRequest } from './request';
import { whereToPrint } from './sheet';

const SAVB = 'SAVB Online Payment Tool in CHIP (Microsoft account)';

/** What a payment request may need of a person; where records differ, it depends on whose they are. */
export type PaymentTaskKind = Exclude<BatchTaskKind, 'recordsDiffer'>;

/** Everything about a payment request that only a person can do, by kind. */
export const PAYMENT_TASK_RULES = {
  savbRegistrationMissing: {
    role: 'globalAdmin',
    accountKind: SAVB,
    title: 'Not registered with SAVB for this offering',
    instructions:
      'Register the organisation for the offering in SAVB and map a bank account to the location, then resolve as registered (E16). The payment window is running.',
    resolutions: ['registered'],
  },
  invoiceDocumentRequired: {
    role: 'operator',
    accountKind: SAVB,
    title: 'SAVB asks for the invoice',
    instructions:
      'Upload the invoice in SAVB or send it by courier (E18), then record payment status awaitingInvoice with invoiceDocument, or resolve as provided.',
    resolutions: ['provided'],
  },
  manualSubmission: {
    role: 'operator',
    accountKind: SAVB,
    title: 'Submit the payment request by hand',
    instructions:
      'Type the payment request into SAVB, then record payment status submitted with the Microsoft reference number.',
    resolutions: [],
  },
  submissionUnknown: {
    role: 'operator',
    accountKind: SAVB,
    title: 'It is unknown whether SAVB has the payment request',
    instructions:
      'Look for our reference in SAVB. If it is there, record payment status submitted with the Microsoft reference number; if it is certainly not, resolve as notReceived and it is sent again.',
    resolutions: ['notReceived'],
  },
  paymentRejected: {
    role: 'operator',
    accountKind: SAVB,
    title: 'SAVB rejected the payment request',
    instructions:
      'Read the reason and correct the request inside the payment window (correctPaymentRequest), or record payment status denied (E20).',
    resolutions: [],
  },
  paymentHeld: {
    role: 'globalAdmin',
    accountKind: SAVB,
    title: 'Microsoft holds the payment',
    instructions:
      'Usually the bank account of the location is missing or wrong (E19). Correct it in SAVB, then resolve as bankDetailsCorrected.',
    resolutions: ['bankDetailsCorrected'],
  },
  paymentOverdue: {
    role: 'operator',
    title: 'The payment is overdue',
    instructions:
      'Microsoft pays within 30 days of approval. Ask for it, then resolve as chased; or record payment status paid.',
    resolutions: ['chased'],
  },
  paymentWindowClosing: {
    role: 'operator',
    title: 'The payment window closes soon',
    instructions:
      'The payment request is not submitted yet. Clear what holds it (see the other tasks), then it goes out by itself (E17).',
    resolutions: ['noted'],
  },
  paymentWindowLapsed: {
    role: 'operator',
    accountKind: SAVB,
    title: 'The payment window is over',
    instructions:
      'Nothing more is sent by itself (E17). Choose: submitAnyway, recordSubmitted when it was submitted in time by hand, or giveUp.',
    resolutions: ['submitAnyway', 'recordSubmitted', 'giveUp'],
  },
} as const satisfies Record<PaymentTaskKind, TaskRule>;

/** How `manualSubmission` differs where a person says that it was submitted before: typed in again, it would be a second invoice. */
export const SUBMITTED_BEFORE = {
  about: 'submittedBefore',
  title: 'Record the payment request that was submitted',
  instructions:
    'Find it in SAVB by our reference or its vouchers and record payment status submitted with its Microsoft reference number. Type it in only when it is certainly not there.',
} as const satisfies Particulars;

/** Whoever asks for the money: an engagement, or a batch. Its business is not over. */
interface Asking {
  paymentRequest?: OwnRequest | undefined;
  openTasks: readonly Pick<Task, 'kind'>[];
}

/** True while the reason of a task exists. `isSubmissionDue`: the request is to be made, or made again. */
export function isStillNeeded(kind: PaymentTaskKind, { paymentRequest, openTasks }: Asking, isSubmissionDue: boolean) {
  const { status, approvedAt, invoiceDocument } = paymentRequest ?? {};
  switch (kind) {
    case 'savbRegistrationMissing':
      return isSubmissionDue && (status === undefined || status === 'notRegistered');
    case 'paymentWindowClosing':
      return isSubmissionDue && !openTasks.some((task) => task.kind === 'paymentWindowLapsed');
    case 'paymentWindowLapsed':
      return isSubmissionDue;
    case 'manualSubmission':
      return isSubmissionDue && status === 'prepared';
    case 'submissionUnknown':
      return status === 'unknown';
    case 'invoiceDocumentRequired':
      return status === 'awaitingInvoice' && invoiceDocument === undefined;
    case 'paymentRejected':
      return status !== undefined && isRefused(status);
    case 'paymentHeld':
      return status === 'held';
    case 'paymentOverdue':
      return approvedAt !== undefined;
  }
}

/** Tasks without which a payment request goes nowhere. */
export const HOLDING_PAYMENT: readonly string[] = [
  'savbRegistrationMissing',
  'submissionUnknown',
  'paymentWindowLapsed',
] satisfies PaymentTaskKind[];

/** Whether `paymentWindowLapsed` may be given up: an intent without a final answer never lapses. */
export const refuseGivingUp = (request: OwnRequest | undefined): Refusal | undefined =>
  request && mayBeWithSavb(request)
    ? refusal(
        'resolution-not-possible',
        'SAVB may have the request: look for our reference, then record payment status submitted or denied',
      )
    : undefined;

/** The message that moves a payment request on, and who can bring it about. */
export function paymentAwaited(
  request: OwnRequest | undefined,
  openTasks: Asking['openTasks'],
): [message: string, from: string] {
  if (request && isRefused(request.status)) return ['correctPaymentRequest', 'operator'];
  const isByHand = request?.gateway === 'manual' || openTasks.some(({ kind }) => kind === 'manualSubmission');
  return ['recordPaymentStatus', isByHand ? 'operator' : 'Microsoft'];
}

/** A task `manualSubmission` tells below its sheet where that is to be had on paper. */
export function particularsOf(
  kind: Task['kind'],
  owner: Parameters<typeof whereToPrint>[0],
  given?: Particulars,
): Particulars | undefined {
  if (kind !== 'manualSubmission') return given;
  const lines = [given?.detail, whereToPrint(owner)].filter((line) => line !== undefined);
  return { ...given, detail: lines.join('\n') };
}
