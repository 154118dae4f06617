import type { PaymentRequest } from '../../contracts/engagement';
import type { PaymentStatus } from '../../contracts/names';
import { isFinal, type Engagement } from '../engagement/state';
import { awaitsSubmission, isInvoiced, publicPart, type InvoicedRequest, type OwnRequest } from './request';
import type { Progress } from './statusOrder';

/**
 * What an engagement or a batch wants of SAVB right now. The same `id` is the same want. `notAfter` is the instant from which
 * nothing goes out any more unless a person says so.
 */
export type Effect =
  | ({ kind: 'submit'; id: string; request: InvoicedRequest; notAfter?: string } & Owner)
  | { kind: 'join'; id: string; reference: string; member: Member; notAfter?: string }
  | { kind: 'awaitRegistration'; id: string; reference: string; offering: string; locationId: string }
  | { kind: 'poll'; id: string; reference: string; microsoftReferenceNumber: string; known: Progress };

/** Whose payment request it is. */
type Owner = { engagementId: string; batchId?: never } | { batchId: string; engagementId?: never };

/** What a batch needs to know of whoever joins it. */
export interface Member {
  engagementId: string;
  partnerId: string;
  request: PaymentRequest;
  /** Last day of the payment window. */
  paymentRequestDueOn: string;
  utcOffset: string;
}

/** Statuses after which SAVB has nothing more to tell by itself. */
const SETTLED: readonly PaymentStatus[] = ['paid', 'denied', 'rejected', 'cancelled'];

/** Tasks that put the sending into a person's hands. */
const BY_HAND: readonly string[] = ['manualSubmission', 'submissionUnknown', 'paymentWindowLapsed'];

/** Whoever asks for the money: an engagement, or a batch. */
interface Asking {
  stage: string;
  paymentRequest?: OwnRequest;
  openTasks: readonly { kind: string }[];
  deadlines: readonly { kind: string; at: string }[];
  updatedAt: string;
}

/**
 * The one effect that is due, if any: derived from the state, so a restart, a reset or a second start wants the same. An
 * engagement's request may be one of several in a batch.
 */
export function pendingEffect(state: Engagement): Effect | undefined {
  if (isFinal(state)) return undefined;
  const { engagementId } = state;
  return effectOf(state, { engagementId }) ?? joining(state);
}

/** What is wanted for a request of one's own, by an owner whose business is not over. */
export function effectOf(owner: Asking, whose: Owner): Effect | undefined {
  if (!owner.paymentRequest) return undefined;
  const { statuses } = owner.paymentRequest;
  const request = publicPart(owner.paymentRequest);
  if (!awaitsSubmission(request)) return polling(owner, request, statuses);
  if (isHeld(owner)) return undefined;
  const { reference, status, offering, locationId } = request;
  if (status === 'notRegistered')
    return { kind: 'awaitRegistration', id: `registration:${reference}:${statuses}`, reference, offering, locationId };
  if (status !== 'prepared' || !isInvoiced(request)) return undefined;
  return { kind: 'submit', id: `submit:${reference}:${statuses}`, ...whose, request, ...windowOf(owner) };
}

/** True while a person has the sending in hand, or has not been asked yet, though the window was over at the last event (E17). */
const isHeld = ({ openTasks, deadlines, updatedAt }: Asking): boolean =>
  openTasks.some(({ kind }) => BY_HAND.includes(kind)) ||
  deadlines.some(({ kind, at }) => kind === 'paymentWindowEnd' && at <= updatedAt);

/** The end of the payment window; none once a person has decided about it. */
function windowOf({ deadlines }: Asking): { notAfter?: string } {
  const end = deadlines.find(({ kind }) => kind === 'paymentWindowEnd');
  return end ? { notAfter: end.at } : {};
}

function polling({ stage }: Asking, request: PaymentRequest, statuses: number): Effect | undefined {
  const { reference, status, approvedAt, microsoftReferenceNumber, gateway } = request;
  const polled = (stage === 'paymentRequested' || stage === 'paymentApproved') && gateway === 'http';
  if (!polled || SETTLED.includes(status) || microsoftReferenceNumber === undefined) return undefined;
  return {
    kind: 'poll',
    id: `poll:${reference}:${statuses}`,
    reference,
    microsoftReferenceNumber,
    known: { status, ...(approvedAt !== undefined && { approvedAt }) },
  };
}

/** The request goes to SAVB with others, in a batch. */
function joining(state: Engagement): Effect | undefined {
  const { engagementId, partnerId, paymentRequest, redemption, utcOffset } = state;
  if (paymentRequest?.gateway !== 'batch' || paymentRequest.status !== 'prepared' || !redemption || isHeld(state))
    return undefined;
  const { reference, statuses } = paymentRequest;
  const { paymentRequestDueOn } = redemption;
  const member = { engagementId, partnerId, request: publicPart(paymentRequest), paymentRequestDueOn, utcOffset };
  return { kind: 'join', id: `join:${reference}:${statuses}`, reference, member, ...windowOf(state) };
}
