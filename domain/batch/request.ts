import { invoiceReference } from '../../contracts/names';
import { dayOf } from '../days';
import { sumMoney } from '../money';
import { INVOICE_NUMBER_PENDING } from '../settlement/paymentRequest';
import type { BatchFacts } from './decision';
import type { NewBatchEvent } from './events';
import type { Batch } from './state';

/** What a corrected request has of its own. */
interface Corrected {
  locationId?: string | undefined;
  invoiceDate?: string | undefined;
}

/**
 * Step 8 for all members together, the intent: what will be asked of SAVB, under a key that never changes for this invoice.
 * The total is the sum of the vouchers (source: SAVB-TRN, 9.3). Throws `RangeError` without a member.
 */
export function preparedRequest(
  state: Batch,
  { gateway }: BatchFacts,
  at: string,
  { locationId, invoiceDate }: Corrected = {},
): NewBatchEvent {
  const { batchId, offering, country, members, paymentRequest, utcOffset } = state;
  const seq = (paymentRequest?.seq ?? 0) + 1;
  return {
    type: 'PaymentRequestPrepared',
    data: {
      reference: invoiceReference(batchId, seq),
      seq,
      gateway,
      offering,
      country,
      locationId: locationId ?? paymentRequest?.locationId ?? state.locationId,
      vouchers: members.map(({ voucherId, serviceLevelDays, redeemedOn }) => ({
        voucherId,
        serviceLevelDays,
        redeemedOn,
      })),
      amount: sumMoney(members.map(({ amount }) => amount)),
      invoice: { number: INVOICE_NUMBER_PENDING, date: invoiceDate ?? dayOf(at, utcOffset) },
    },
  };
}
