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
