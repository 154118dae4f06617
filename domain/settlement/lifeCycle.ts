import type { Payloads } from '../../contracts/messages';
import type { BatchTaskKind, PaymentStatus } from '../../contracts/names';
import { claimId } from '../claims';
import { dayOf } from '../days';
import type { SavbAnswer } from './answer';
import { refusal, type Refusal } from '../refusals';
import type { Particulars } from '../tasks';
import type { PaymentNews } from './events';
import { slipIn } from './referenceNumber';
import { isRefused, type OwnRequest } from './request';
import { isNews } from './statusOrder';

/**
 * How a payment request lives from its submission until it is paid, by whatever is heard of it: from SAVB itself, or from
 * an operator who looked (source: SAVB-TRN, 9.3 to 9.6; E18, E19, E20). The same for an engagement's and a batch's.
 */

/** What is new, and what a person has to do about it. */
export interface News {
  events: PaymentNews[];
  task?: { kind: BatchTaskKind } & Particulars;
}

/** What is known beyond the request. */
interface Circumstances {
  /** Claims that turned out to be held by somebody else: claim id → the holder. */
  heldElsewhere: Record<string, string>;
  utcOffset: string;
  /** Instant of the decision. */
  at: string;
}

type Report = Payloads['recordPaymentStatus'];

/** What an operator read in the SAVB Online Payment Tool. */
export function hearReport(request: OwnRequest, report: Report, circumstances: Circumstances): News | Refusal {
  const { utcOffset, at, heldElsewhere } = circumstances;
  const no =
    report.status === 'submitted'
      ? refuseSubmission(request, report, heldElsewhere)
      : refuseStatus(request, report.status, saysMore(request, report));
  if (no) return no;
  const today = dayOf(at, utcOffset);
  if (dayOf(report.at, utcOffset) > today)
    return refusal('dates-out-of-order', `${report.at} is in the future`, { at: `at most ${today}` });
  return newsIn(request, report);
}

/** A report may say more than its status, so that the status itself is known already. */
const saysMore = (request: OwnRequest, report: Report): boolean =>
  report.status === 'awaitingInvoice' && request.status === 'awaitingInvoice' && report.invoiceDocument !== undefined;

function refuseSubmission(
  request: OwnRequest,
  { microsoftReferenceNumber }: Report,
  heldElsewhere: Circumstances['heldElsewhere'],
): Refusal | undefined {
  if (request.submittedAt !== undefined && !mayBeSubmittedAgain(request, microsoftReferenceNumber))
    return refusal('payment-status-out-of-order', `the request was submitted as ${request.microsoftReferenceNumber}`);
  if (microsoftReferenceNumber === undefined)
    return refusal('reference-number-missing', 'a submitted request has a number', {
      microsoftReferenceNumber: 'required with submitted',
    });
  const slip = slipIn(microsoftReferenceNumber, request);
  if (slip !== undefined)
    return refusal('reference-number-wrong', `${microsoftReferenceNumber} is ${slip}`, {
      microsoftReferenceNumber: 'the number SAVB gave',
    });
  const user = isHeldElsewhere(heldElsewhere, microsoftReferenceNumber)
    ? 'another engagement'
    : request.earlierNumbers?.includes(microsoftReferenceNumber) && 'the request that was rejected before';
  return user
    ? refusal('reference-number-used', `${microsoftReferenceNumber} belongs to ${user}`, {
        microsoftReferenceNumber: 'a number no other engagement has',
      })
    : undefined;
}

/** After a definite no; a batch's own no is not told to its members, so they hear of another number alone. */
const mayBeSubmittedAgain = ({ status, gateway, microsoftReferenceNumber }: OwnRequest, number: string | undefined) =>
  isRefused(status) || (gateway === 'batch' && number !== microsoftReferenceNumber);

const isHeldElsewhere = (heldElsewhere: Circumstances['heldElsewhere'], number: string): boolean =>
  heldElsewhere[claimId({ kind: 'referenceNumber', key: number })] !== undefined;

function refuseStatus(request: OwnRequest, status: PaymentStatus, isMore = false): Refusal | undefined {
  if (status === 'denied') return undefined;
  if (request.submittedAt === undefined && !isRefused(status))
    return refusal('payment-status-out-of-order', `${status} cannot be: the request is not submitted yet`);
  if (!isNews(request, status) && !isMore)
    return refusal('payment-status-out-of-order', `${status} cannot follow ${request.status}`);
  return undefined;
}

function newsIn({ reference }: OwnRequest, report: Report): News {
  const { status, at: reportedAt, note, microsoftReferenceNumber = '', invoiceDocument } = report;
  const noted = note !== undefined && { note };
  if (status === 'denied') return { events: [{ type: 'PaymentDenied', data: { reference, reportedAt, ...noted } }] };
  if (status === 'submitted') {
    const data = { reference, microsoftReferenceNumber, submittedAt: reportedAt, ...noted };
    return { events: [{ type: 'PaymentRequestSubmitted', data }] };
  }
  const rejection = isRefused(status) && { rejection: { message: note ?? `reported as ${status}` } };
  const changed = changedTo(reference, status, reportedAt, {
    ...rejection,
    ...(invoiceDocument && { invoiceDocument }),
    ...noted,
  });
  return { events: [changed], ...(invoiceDocument ? {} : taskFor(status, note)) };
}

/** Statuses that need a person (E18, E19, E20). */
const TASKS: Partial<Record<PaymentStatus, BatchTaskKind>> = {
  awaitingInvoice: 'invoiceDocumentRequired',
  held: 'paymentHeld',
  rejected: 'paymentRejected',
  cancelled: 'paymentRejected',
  unknown: 'submissionUnknown',
  notRegistered: 'savbRegistrationMissing',
};

function taskFor(status: PaymentStatus, detail: string | undefined): Pick<News, 'task'> {
  const kind = TASKS[status];
  return kind ? { task: { kind, ...(detail !== undefined && { detail }) } } : {};
}

/** What SAVB itself let us know. Undefined: nothing new. */
export function hearSavb(request: OwnRequest, answer: SavbAnswer, circumstances: Circumstances): News | undefined {
  const { reference } = request;
  const { at } = circumstances;
  const isOpen = request.submittedAt === undefined;
  const turned = (status: PaymentStatus, detail?: string, more?: Parameters<typeof changedTo>[3]): News => ({
    events: [changedTo(reference, status, at, more)],
    ...taskFor(status, detail),
  });
  switch (answer.status) {
    case 'byHand':
      return request.status === 'prepared'
        ? { events: [], task: { kind: 'manualSubmission', detail: answer.sheet } }
        : undefined;
    case 'notRegistered':
      return request.status === 'prepared' ? turned('notRegistered', answer.why) : undefined;
    case 'registered':
      return request.status === 'notRegistered' ? turned('prepared') : undefined;
    case 'collected': {
      const { batchId } = answer;
      if (request.status === 'prepared') return turned('collected', undefined, { batchId });
      // The batch may be quicker with SAVB's answer than with its own: which one it is, is news still.
      const isNamed = request.gateway !== 'batch' || request.batchId !== undefined;
      return isNamed ? undefined : { events: [changedTo(reference, request.status, at, { batchId })] };
    }
    case 'submitted':
      return hearSubmission(request, answer, circumstances);
    case 'unknown':
      return isOpen && request.status !== 'unknown' ? turned('unknown', answer.why) : undefined;
    case 'rejected':
    case 'cancelled': {
      if (refuseStatus(request, answer.status)) return undefined;
      const { code, message } = answer;
      const rejection = { message, ...(code !== undefined && { code }) };
      return turned(answer.status, code === undefined ? message : `${code}: ${message}`, { rejection });
    }
    default:
      return refuseStatus(request, answer.status) ? undefined : turned(answer.status, answer.message);
  }
}

const TWICE_AT_SAVB = {
  kind: 'recordsDiffer',
  title: 'SAVB may have the payment request twice',
  instructions: 'Look both numbers up in SAVB and cancel there what was submitted twice, then resolve as reconciled.',
} as const;

function hearSubmission(
  request: OwnRequest,
  answer: Extract<SavbAnswer, { status: 'submitted' }>,
  { heldElsewhere, at }: Circumstances,
): News | undefined {
  const { reference } = request;
  const { microsoftReferenceNumber, documentSha256 } = answer;
  if (request.submittedAt !== undefined) {
    if (request.microsoftReferenceNumber === microsoftReferenceNumber) return undefined;
    const detail = `SAVB took ${reference} as ${microsoftReferenceNumber}, recorded is ${request.microsoftReferenceNumber}.`;
    return { events: [], task: { ...TWICE_AT_SAVB, detail } };
  }
  if (isHeldElsewhere(heldElsewhere, microsoftReferenceNumber)) {
    const why = `SAVB answered with ${microsoftReferenceNumber}, which another engagement has.`;
    return { events: [changedTo(reference, 'unknown', at)], ...taskFor('unknown', why) };
  }
  const data = {
    reference,
    microsoftReferenceNumber,
    submittedAt: at,
    ...(documentSha256 !== undefined && { documentSha256 }),
  };
  return { events: [{ type: 'PaymentRequestSubmitted', data }] };
}

type Changed = Extract<PaymentNews, { type: 'PaymentStatusChanged' }>;

/** The request has another status; `reportedAt` is the instant it was heard. */
export function changedTo(
  reference: string,
  status: PaymentStatus,
  reportedAt: string,
  more: Partial<Pick<Changed['data'], 'batchId' | 'rejection' | 'invoiceDocument' | 'note'>> = {},
): Changed {
  return { type: 'PaymentStatusChanged', data: { reference, status, reportedAt, ...more } };
}
