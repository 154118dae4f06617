import type { Money } from '../contracts/common';

/** Adds amounts of one currency. Throws `RangeError` on mixed currencies or when the sum leaves the safe integers. */
export function addMoney(one: Money, other: Money): Money {
  if (one.currency !== other.currency) throw new RangeError(`cannot add ${other.currency} to ${one.currency}`);
  const minor = one.minor + other.minor;
  if (!Number.isSafeInteger(minor)) throw new RangeError('the sum is larger than money can be');
  return { minor, currency: one.currency };
}

/** Sum of at least one amount; throws `RangeError` as `addMoney` does, and on an empty list. */
export function sumMoney(amounts: readonly Money[]): Money {
  const [first, ...rest] = amounts;
  if (!first) throw new RangeError('nothing to add: the currency is unknown');
  return rest.reduce(addMoney, first);
}

export function sameMoney(one: Money, other: Money): boolean {
  return one.minor === other.minor && one.currency === other.currency;
}

/** Currencies whose unit is not divided into a hundred (source: ISO 4217, list one). */
const UNDIVIDED = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ');
const IN_THOUSANDTHS = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');
const IN_TEN_THOUSANDTHS = 'CLF UYW'.split(' ');

/** How many decimals a currency has. Not a question for ICU: it leaves out what shops leave out, such as the fillér. */
export function decimalsOf(currency: string): number {
  if (UNDIVIDED.includes(currency)) return 0;
  if (IN_THOUSANDTHS.includes(currency)) return 3;
  return IN_TEN_THOUSANDTHS.includes(currency) ? 4 : 2;
}

/** An amount as a person types it, in major units: `2400.00 SEK`. */
export function amountText({ minor, currency }: Money): string {
  const decimals = decimalsOf(currency);
  if (decimals === 0) return `${minor} ${currency}`;
  const digits = String(minor).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)} ${currency}`;
}
