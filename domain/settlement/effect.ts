import type { PaymentRequest } from '../../contracts/engagement';
import type { PaymentStatus } from '../../contracts/names';
import type { Progress } from './statusOrder';
import type { Engagement } from '../engagement/state';

/** What the engagement wants of SAVB right now. The same `id` is the same want. */
export type Effect =
  | { kind: 'submit'; id: string; engagementId: string; request: PaymentRequest }
  | { kind: 'poll'; id: string; reference: string; microsoftReferenceNumber: string; known: Progress };

/** Statuses after which SAVB has nothing more to tell by itself. */
const SETTLED: readonly PaymentStatus[] = ['paid', 'denied', 'rejected', 'cancelled'];

/** Tasks that put the sending into a person's hands. */
const BY_HAND: readonly string[] = ['manualSubmission', 'submissionUnknown', 'paymentWindowLapsed'];

/** True when the window was over at the last thing recorded, though nobody has been asked about it yet (E17). */
const windowIsOver = ({ deadlines, updatedAt }: Engagement): boolean =>
  deadlines.some(({ kind, at }) => kind === 'paymentWindowEnd' && at <= updatedAt);

/** The one effect that is due, if any: derived from the state, so a restart, a reset or a second start wants the same. */
export function pendingEffect(state: Engagement): Effect | undefined {
  const { stage, paymentRequest, openTasks, engagementId } = state;
  if (!paymentRequest) return undefined;
  const { seq: _seq, statuses, ...request } = paymentRequest;
  const { reference, status, approvedAt, microsoftReferenceNumber } = request;
  if (stage === 'redeemed') {
    const byHand = openTasks.some(({ kind }) => BY_HAND.includes(kind));
    return status === 'prepared' && !byHand && !windowIsOver(state)
      ? { kind: 'submit', id: `submit:${reference}:${statuses}`, engagementId, request }
      : undefined;
  }
  const polled = (stage === 'paymentRequested' || stage === 'paymentApproved') && request.gateway === 'http';
  if (!polled || SETTLED.includes(status) || microsoftReferenceNumber === undefined) return undefined;
  return {
    kind: 'poll',
    id: `poll:${reference}:${statuses}`,
    reference,
    microsoftReferenceNumber,
    known: { status, ...(approvedAt !== undefined && { approvedAt }) },
  };
}
