import { dayOf } from '../days';
import { accepted, refused } from '../decision';
import { refusal, type Refusal } from '../refusals';
import { refuseInvoiceDate, refuseLocation, refuseUnlessRejected } from '../settlement/correction';
import type { BatchDecision, BatchFacts } from './decision';
import type { BatchMessageOf } from './message';
import { preparedRequest } from './request';
import { withAwaiting } from './stages';
import type { Batch } from './state';

/**
 * After a definite no the request is corrected for all members and made anew: the next sequence number, so another key, and
 * another invoice number (E20). Whether it goes out at once is the payment window's business.
 */
export function decideCorrection(
  state: Batch,
  { payload, at }: BatchMessageOf<'correctPaymentRequest'>,
  facts: BatchFacts,
): BatchDecision {
  const { paymentRequest, utcOffset } = state;
  const no = refuseUnlessRejected(paymentRequest) ?? refuseChanges(state, payload.changes, facts, dayOf(at, utcOffset));
  if (no) return refused({ ...no, ...withAwaiting(state) });
  return accepted(
    { type: 'PaymentRequestCorrected', data: { reference: paymentRequest!.reference, ...payload } },
    preparedRequest(state, facts, at, payload.changes),
  );
}

function refuseChanges(
  { country, locationId: ours, members, paymentRequest }: Batch,
  changes: BatchMessageOf<'correctPaymentRequest'>['payload']['changes'],
  { partner }: BatchFacts,
  today: string,
): Refusal | undefined {
  const { amount, deliveryCountry, invoiceDate, locationId = paymentRequest?.locationId ?? ours } = changes;
  if (amount !== undefined || deliveryCountry !== undefined)
    return refusal('correct-by-splitting', 'what is wrong with some vouchers is corrected without the others', {
      ...(amount !== undefined && { 'changes/amount': 'none: the sum of the vouchers' }),
      ...(deliveryCountry !== undefined && { 'changes/deliveryCountry': `none: ${country}` }),
    });
  const lastRedeemedOn = members
    .map(({ redeemedOn }) => redeemedOn)
    .reduce((one, other) => (one > other ? one : other));
  return (
    refuseLocation(partner, locationId, country) ??
    refuseInvoiceDate(invoiceDate, { from: lastRedeemedOn, until: today })
  );
}
