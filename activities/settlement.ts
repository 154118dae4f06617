import { activityInfo } from '@temporalio/activity';
import type { PaymentStatus } from '../contracts/names';
import type { PaymentRequestReply } from '../contracts/savb';
import type { SavbAnswer } from '../domain/settlement/answer';
import type { Effect } from '../domain/settlement/effect';
import type { NoAnswer } from '../domain/settlement/reply';
import { isNews, type Progress } from '../domain/settlement/statusOrder';
import type { Dependencies } from './dependencies';
import { alive } from './savb/alive';
import { askAgain, noNews } from './savb/askAgain';
import { createSubmission } from './savb/submission';

type Of<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;

/**
 * The activities that speak to SAVB. All are safe to run again at any point. While SAVB does not answer they throw the
 * retryable failures of `askAgain`, which carry the delay to the next try.
 */
export function createSettlement(dependencies: Dependencies) {
  const { paymentTool, pace } = dependencies;
  const submit = createSubmission(dependencies);
  const again = (because: NoAnswer) => askAgain(because, pace.longestRetryMs);

  return {
    /**
     * Sends a payment request, once, whatever breaks, by the protocol in `domain/settlement/protocol`. Throws the retryable
     * `SavbUnknown` while a request of unknown fate may still be under way.
     */
    submitPaymentRequest: ({ id, request, notAfter }: Of<'submit'>): Promise<SavbAnswer> =>
      alive(() => submit(request, id, notAfter)),

    /** Waits, by failing and being tried again, until SAVB's status is news. Throws the benign `SavbHasNoNews` until then. */
    async pollPaymentStatus({ microsoftReferenceNumber, known }: Of<'poll'>): Promise<SavbAnswer> {
      // Whoever was told that its reason is gone is given time to see it.
      if (known.status === 'validating' && activityInfo().attempt === 1)
        throw noNews(`${microsoftReferenceNumber} is looked at again`, pace.pollIntervalMs);
      const found = await alive(() => paymentTool.status(microsoftReferenceNumber));
      if (found.kind === 'none' || found.kind === 'byHand')
        throw again({ kind: 'UNKNOWN', why: `no request ${microsoftReferenceNumber}` });
      if (found.kind !== 'found') throw again(found);
      const answer = newsIn(found.paymentRequest, known);
      if (answer) return answer;
      throw noNews(`${microsoftReferenceNumber} is still ${found.paymentRequest.status}`, pace.pollIntervalMs);
    },

    /** Waits in the same way until SAVB knows the location for the offering. */
    async awaitSavbRegistration({ offering, locationId }: Of<'awaitRegistration'>): Promise<SavbAnswer> {
      const found = await alive(() => paymentTool.isRegistered(offering, locationId));
      if (found.kind === 'registered' || found.kind === 'byHand') return { status: 'registered' };
      if (found.kind !== 'notRegistered') throw again(found);
      throw noNews(`${locationId} is not registered with SAVB for ${offering}`, pace.pollIntervalMs);
    },
  };
}

/** SAVB waits for a person; that it goes on makes it news when it stops again. */
const WAITS_FOR_US: readonly PaymentStatus[] = ['held', 'awaitingInvoice'];

/** What is worth waking the workflow for: eventful statuses that are news, and a `sent` that tells of an approval nobody saw. */
function newsIn({ status, code, message }: PaymentRequestReply, known: Progress): SavbAnswer | undefined {
  if (!isNews(known, status)) return undefined;
  switch (status) {
    case 'validating':
      return WAITS_FOR_US.includes(known.status) ? { status } : undefined;
    case 'sent':
      return known.approvedAt === undefined ? { status } : undefined;
    case 'rejected':
    case 'cancelled':
      return { status, message: message ?? `SAVB reports ${status}`, ...(code !== undefined && { code }) };
    default:
      return { status, ...(message !== undefined && { message }) };
  }
}
