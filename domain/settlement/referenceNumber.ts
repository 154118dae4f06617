import type { PaymentRequest } from '../../contracts/engagement';

/**
 * What a number typed as the Microsoft reference number really is, when it is one of ours: the typical slip of copying the
 * wrong line. Undefined for a number that may be Microsoft's.
 */
export function slipIn(
  typed: string,
  { reference, invoice, vouchers }: Pick<PaymentRequest, 'reference' | 'invoice' | 'vouchers'>,
): string | undefined {
  const is = (ours: string | undefined) => ours !== undefined && sameNumber(typed, ours);
  if (is(reference)) return 'our own reference';
  if (is(invoice?.number)) return 'our invoice number';
  return vouchers.some(({ voucherId }) => is(voucherId)) ? 'the number of a voucher' : undefined;
}

const sameNumber = (one: string, other: string): boolean => one.trim().toUpperCase() === other.trim().toUpperCase();
