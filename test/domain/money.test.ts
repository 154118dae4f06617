import { fc, test as check } from '@fast-check/jest';
import { addMoney, sameMoney, sumMoney } from '../../domain/money';

const sek = (minor: number) => ({ minor, currency: 'SEK' });

test('amounts of one currency add up in minor units', () =>
  expect(addMoney(sek(1999), sek(1))).toStrictEqual(sek(2000)));

test('amounts of different currencies do not', () =>
  expect(() => addMoney(sek(1), { minor: 1, currency: 'EUR' })).toThrow(new RangeError('cannot add EUR to SEK')));

test('a sum that could no longer be exact is refused', () =>
  expect(() => addMoney(sek(Number.MAX_SAFE_INTEGER), sek(1))).toThrow(
    new RangeError('the sum is larger than money can be'),
  ));

test('nothing adds up to nothing: the currency would be a guess', () =>
  expect(() => sumMoney([])).toThrow(new RangeError('nothing to add: the currency is unknown')));

test('amounts are the same in number and currency', () => {
  expect(sameMoney(sek(5), sek(5))).toBe(true);
  expect(sameMoney(sek(5), sek(6))).toBe(false);
  expect(sameMoney(sek(5), { minor: 5, currency: 'NOK' })).toBe(false);
});

check.prop([fc.array(fc.nat(1_000_000_000), { minLength: 1 })])('a sum does not depend on the order', (minors) => {
  const sum = sumMoney(minors.map(sek));
  expect(sumMoney(minors.toReversed().map(sek))).toStrictEqual(sum);
  expect(sum).toStrictEqual(sek(minors.reduce((total, minor) => total + minor)));
});
