import type { Payloads } from '../../contracts/messages';
import { accepted, refused } from '../decision';
import { dayOf } from '../days';
import { refusal, type Refusal } from '../refusals';
import { refuseInvoiceDate, refuseLocation, refuseUnlessRejected } from '../settlement/correction';
import { INVOICE_NUMBER_PENDING } from '../settlement/paymentRequest';
import type { OwnRequest } from '../settlement/request';
import { invoiceReference } from '../../contracts/names';
import type { Decision, Facts } from './decision';
import type { MessageOf } from './message';
import { withAwaiting } from './stages';
import type { Engagement } from './state';

/**
 * After a definite no the request is corrected and asked for anew: the next sequence number, so another key, and another
 * invoice number (E20). What SAVB may still have is never asked for twice. Whether it goes out at once is the payment
 * window's business.
 */
export function decideCorrection(
  state: Engagement,
  { payload, at }: MessageOf<'correctPaymentRequest'>,
  facts: Facts,
): Decision {
  const { paymentRequest, redemption, utcOffset } = state;
  const today = dayOf(at, utcOffset);
  const no =
    refuseUnlessRejected(paymentRequest) ??
    refuseChanges(payload.changes, paymentRequest!, facts, { from: redemption?.redeemedOn ?? today, until: today });
  if (no) return refused({ ...no, ...withAwaiting(state) });
  const { reference, seq, offering, country, locationId, vouchers, amount } = paymentRequest!;
  const { deliveryCountry, ...changes } = payload.changes;
  const rate = deliveryCountry === undefined || deliveryCountry === country ? amount : facts.rate!;
  const next = seq + 1;
  return accepted(
    { type: 'PaymentRequestCorrected', data: { reference, ...payload } },
    {
      type: 'PaymentRequestPrepared',
      data: {
        reference: invoiceReference(state.engagementId, next),
        seq: next,
        gateway: facts.gateway,
        offering,
        country: deliveryCountry ?? country,
        locationId: changes.locationId ?? locationId,
        vouchers,
        amount: changes.amount ?? rate,
        ...(facts.gateway !== 'batch' && {
          invoice: { number: INVOICE_NUMBER_PENDING, date: changes.invoiceDate ?? today },
        }),
      },
    },
  );
}

/** The corrected request names a location in the country of delivery and a day on which there could be an invoice (E4). */
function refuseChanges(
  changes: Payloads['correctPaymentRequest']['changes'],
  request: OwnRequest,
  { partner, rate }: Facts,
  days: { from: string; until: string },
): Refusal | undefined {
  const { locationId = request.locationId, deliveryCountry: country = request.country, amount, invoiceDate } = changes;
  const elsewhere = refuseLocation(partner, locationId, country);
  if (elsewhere) return elsewhere;
  if (country !== request.country && amount === undefined && !rate)
    return refusal('rate-unknown', `no rate for ${request.offering} in ${country}`, { 'changes/amount': 'required' });
  return refuseInvoiceDate(invoiceDate, days);
}
