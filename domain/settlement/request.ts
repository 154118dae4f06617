import type { PaymentRequest } from '../../contracts/engagement';
import type { PaymentRequestBody } from '../../contracts/savb';
import type { PaymentEventData } from './events';

/** A payment request as its owner knows it. */
export type OwnRequest = PaymentRequest & {
  seq: number;
  /** Statuses recorded for this reference so far; numbers SAVB's answers. */
  statuses: number;
  /** Microsoft's numbers of requests that this one takes the place of. */
  earlierNumbers?: string[];
};

/** A request that is asked for on its own, with an invoice of its own. */
export type InvoicedRequest = PaymentRequest & Required<Pick<PaymentRequest, 'invoice'>>;

export const isInvoiced = (request: PaymentRequest): request is InvoicedRequest => request.invoice !== undefined;

/** What SAVB is sent, and nothing else. `documentSha256`: the invoice that goes with it, once there is one. */
export function requestBodyOf(request: InvoicedRequest, documentSha256?: string): PaymentRequestBody {
  const { reference, offering, country, locationId, vouchers, amount, invoice } = request;
  const document = documentSha256 !== undefined && { documentSha256 };
  return { reference, offering, country, locationId, vouchers, amount, invoice: { ...invoice, ...document } };
}

/** True while the request is still to be made or made again: SAVB has not taken it, or has given it back. */
export const awaitsSubmission = ({ status, submittedAt }: PaymentRequest): boolean =>
  submittedAt === undefined || isRefused(status);

/** A definite no, after which only a corrected request may follow. */
export const isRefused = (status: PaymentRequest['status']): boolean => status === 'rejected' || status === 'cancelled';

/** True while Microsoft may have the request, or get it without our doing. By hand it has not, until its number is recorded. */
export const mayBeWithSavb = ({ status, gateway }: PaymentRequest): boolean =>
  status === 'unknown' || status === 'collected' || (status === 'prepared' && gateway !== 'manual');

/** True while a batch asks for it, which watches over payment window and payment for all. */
export const isWithBatch = ({ gateway, status }: PaymentRequest): boolean =>
  gateway === 'batch' && status !== 'prepared' && !isRefused(status);

/** Every number Microsoft gave, for this request and those before it: each stays used. */
export const numbersOf = (request: OwnRequest | undefined): string[] => [
  ...(request?.earlierNumbers ?? []),
  ...(request?.microsoftReferenceNumber === undefined ? [] : [request.microsoftReferenceNumber]),
];

/** The request as everybody sees it. */
export function publicPart({
  seq: _seq,
  statuses: _statuses,
  earlierNumbers: _numbers,
  ...request
}: OwnRequest): PaymentRequest {
  return request;
}

/** As it is recorded: beside its data stands what is due from then on. */
type PaymentEvent = {
  [Type in keyof PaymentEventData]: { type: Type; data: PaymentEventData[Type] & { deadlines?: unknown } };
}[keyof PaymentEventData];

/** The request after what happened to it; undefined as long as there is none. */
function requestAfter(request: OwnRequest | undefined, event: PaymentEvent): OwnRequest | undefined {
  switch (event.type) {
    case 'PaymentRequestPrepared': {
      const { deadlines: _deadlines, ...prepared } = event.data;
      const earlierNumbers = numbersOf(request);
      return {
        ...prepared,
        status: 'prepared',
        statuses: 0,
        ...(earlierNumbers.length > 0 && { earlierNumbers }),
      };
    }
    case 'PaymentRequestSubmitted': {
      if (!request) return undefined;
      const { rejection: _rejection, approvedAt: _before, ...sent } = request;
      const { microsoftReferenceNumber, submittedAt, documentSha256 } = event.data;
      const invoice = sent.invoice && documentSha256 !== undefined && { ...sent.invoice, documentSha256 };
      return {
        ...sent,
        status: 'submitted',
        microsoftReferenceNumber,
        submittedAt,
        ...(invoice && { invoice }),
        statuses: request.statuses + 1,
      };
    }
    case 'PaymentStatusChanged':
      return request && withStatus(request, event.data);
    case 'PaymentDenied':
      return request && { ...request, status: 'denied' };
    case 'PaymentRequestCorrected':
      return request;
  }
}

function withStatus(
  request: OwnRequest,
  { status, reportedAt, batchId, rejection, invoiceDocument }: PaymentEventData['PaymentStatusChanged'],
): OwnRequest {
  const { approvedAt: approvedBefore, rejection: _rejection, invoiceDocument: given, ...rest } = request;
  const isApproved = status === 'approved' || status === 'sent' || status === 'paid';
  const approvedAt = rejection ? undefined : (approvedBefore ?? (isApproved ? reportedAt : undefined));
  // Whoever asks for the invoice again has not been helped by the one given before.
  const document = invoiceDocument ?? (status === 'awaitingInvoice' ? undefined : given);
  return {
    ...rest,
    status,
    statuses: request.statuses + 1,
    ...(batchId !== undefined && { batchId }),
    ...(approvedAt !== undefined && { approvedAt }),
    ...(status === 'paid' && { paidAt: reportedAt }),
    ...(rejection && { rejection }),
    ...(document && { invoiceDocument: document }),
  };
}

/** How far a payment may have come. */
type PaymentStage = 'paymentRequested' | 'paymentApproved' | 'paid' | 'paymentDenied';

/** Whoever asks for the money: an engagement, or a batch. */
interface Asking<Stage extends string> {
  stage: Stage;
  paymentRequest?: OwnRequest;
}

/** How far the payment has come, and the request, if there is one. */
export function paymentAfter<Stage extends string>(
  { stage, paymentRequest: before }: Asking<Stage>,
  event: PaymentEvent,
): Asking<Stage | PaymentStage> {
  const paymentRequest = requestAfter(before, event);
  const isKnown = paymentRequest !== undefined || event.type === 'PaymentDenied';
  return { ...(paymentRequest && { paymentRequest }), stage: isKnown ? stageAfter(stage, event) : stage };
}

/** A request that was rejected and is made again does not take its owner back. */
function stageAfter<Stage extends string>(stage: Stage, event: PaymentEvent): Stage | PaymentStage {
  switch (event.type) {
    case 'PaymentDenied':
      return 'paymentDenied';
    case 'PaymentRequestSubmitted':
      return stage === 'paymentApproved' ? stage : 'paymentRequested';
    case 'PaymentStatusChanged': {
      const { status } = event.data;
      if (status === 'paid') return 'paid';
      return status === 'approved' || status === 'sent' ? 'paymentApproved' : stage;
    }
    default:
      return stage;
  }
}
