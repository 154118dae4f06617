import { claimId, claimsOf } from '../domain/engagement/claims';
import type { Started } from '../domain/engagement/decide';
import type { Engagement } from '../domain/engagement/state';
import { viewOf } from '../domain/engagement/view';
import { requestBodyOf } from '../domain/settlement/paymentRequest';
import type { Records } from '../records/connect';

/**
 * Brings everything that follows from the record up to `after`: the view, the task list, the intent to invoice; gives
 * back the claims that are no longer held. Each step may be repeated and none of them goes back to an older version.
 */
export async function projectDocuments(records: Records, before: Started, after: Engagement): Promise<void> {
  const { paymentRequest } = after;
  const prepared = paymentRequest && paymentRequest.reference !== before?.paymentRequest?.reference;
  const held = new Set(claimsOf(after).map(claimId));
  const released = before ? claimsOf(before).filter((claim) => !held.has(claimId(claim))) : [];
  await Promise.all([
    records.engagements.project(viewOf(after)),
    ...(prepared ? [records.paymentRequests.intend(paymentRequest.reference, requestBodyOf(paymentRequest))] : []),
    ...released.map((claim) => records.claims.release(claim, after.engagementId)),
  ]);
}
