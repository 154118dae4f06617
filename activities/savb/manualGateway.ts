import type { PaymentRequestBody } from '../../contracts/savb';
import type { PaymentTool, SheetLine } from './paymentTool';

/**
 * The payment tool as the public knows it: no API, a person at a web form. What that person finds out comes back as
 * `recordPaymentStatus`.
 */
export const createManualGateway = (): PaymentTool => ({
  submit: async (request) => ({ kind: 'byHand', sheet: sheetOf(request) }),
  findByReference: async () => ({ kind: 'byHand' }),
  status: async () => ({ kind: 'byHand' }),
  isRegistered: async () => ({ kind: 'byHand' }),
  close: async () => undefined,
});

/** Everything to type or to choose, in the order of SAVB's form: vouchers by country and location, the total, the invoice. */
function sheetOf({
  reference,
  offering,
  country,
  locationId,
  vouchers,
  amount,
  invoice,
}: PaymentRequestBody): SheetLine[] {
  return [
    { label: 'Offering', value: offering },
    { label: 'Country', value: country },
    { label: 'Location', value: locationId },
    ...vouchers.map(({ voucherId, serviceLevelDays, redeemedOn }) => ({
      label: 'Voucher',
      value: `${voucherId}, service level ${serviceLevelDays}, redeemed on ${redeemedOn}`,
    })),
    { label: 'Total', value: inMajorUnits(amount) },
    { label: 'Invoice number', value: invoice.number },
    { label: 'Invoice date', value: invoice.date },
    ...(invoice.documentSha256 ? [{ label: 'Invoice document (SHA-256)', value: invoice.documentSha256 }] : []),
    { label: 'Our reference', value: reference },
  ];
}

/** An amount as a person types it, `2400.00 SEK`, with as many decimals as the currency has. */
function inMajorUnits({ minor, currency }: PaymentRequestBody['amount']): string {
  const { maximumFractionDigits: decimals = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  const digits = String(minor).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return decimals === 0 ? `${whole} ${currency}` : `${whole}.${digits.slice(-decimals)} ${currency}`;
}
