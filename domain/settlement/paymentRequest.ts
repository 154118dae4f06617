import { invoiceReference } from '../../contracts/names';
import { dayOf, endOfDay } from '../days';
import type { Facts } from '../engagement/decision';
import type { NewEvent } from '../engagement/events';
import { openTask, type Engagement } from '../engagement/state';
import { taskOpened } from '../engagement/tasks';

/** Stands for the invoice number until the decision holds and one is claimed: a refused message must not use one up. */
export const INVOICE_NUMBER_PENDING = 'pending';

/**
 * Step 8, the intent: what will be asked of SAVB under a key that never changes for this invoice. Where the rate or the
 * registration is missing, a task instead (source: PS-264, PS-PAID; E16); a rate is never guessed.
 */
export function preparePaymentRequest(state: Engagement, facts: Facts, at: string): NewEvent[] {
  const { voucher, reservation, redemption } = state;
  if (!voucher || !reservation || !redemption) return [];
  const { rate, gateway } = facts;
  const missing = missingFor(state, facts);
  if (missing.length > 0 || !rate)
    return missing
      .filter(({ kind }) => !openTask(state, kind))
      .map(({ kind, detail }) =>
        taskOpened(state, kind, at, { detail, dueAt: endOfDay(redemption.paymentRequestDueOn, state.utcOffset) }),
      );
  const seq = (state.paymentRequest?.seq ?? 0) + 1;
  const { voucherId, serviceLevelDays } = voucher;
  return [
    {
      type: 'PaymentRequestPrepared',
      data: {
        reference: invoiceReference(state.engagementId, seq),
        seq,
        gateway,
        offering: voucher.offering,
        country: reservation.deliveryCountry,
        locationId: reservation.locationId,
        vouchers: [{ voucherId, serviceLevelDays, redeemedOn: redemption.redeemedOn }],
        amount: rate,
        ...(gateway !== 'batch' && { invoice: { number: INVOICE_NUMBER_PENDING, date: dayOf(at, state.utcOffset) } }),
      },
    },
  ];
}

/** What keeps the request from being prepared. */
export function missingFor(state: Engagement, { partner, rate }: Facts) {
  const { voucher, reservation } = state;
  const registered = partner?.savbRegistrations.some(({ offering }) => offering === voucher?.offering) ?? false;
  const rateMissing = `No rate for ${voucher?.offering} in ${reservation?.deliveryCountry}, ${voucher?.serviceLevelDays} days.`;
  return [
    ...(registered
      ? []
      : [{ kind: 'savbRegistrationMissing' as const, detail: `No registration for ${voucher?.offering}.` }]),
    ...(rate ? [] : [{ kind: 'rateMissing' as const, detail: rateMissing }]),
  ];
}
