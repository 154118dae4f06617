import { fc, test as check } from '@fast-check/jest';
import { addMoney, amountText, decimalsOf, sameMoney, sumMoney } from '../../domain/money';

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

test.each([
  [240_005, 'SEK', '2400.05 SEK'],
  [7, 'USD', '0.07 USD'],
  [0, 'USD', '0.00 USD'],
  [1_250_000, 'HUF', '12500.00 HUF'],
  [240_000, 'JPY', '240000 JPY'],
  [0, 'JPY', '0 JPY'],
  [1_234, 'KWD', '1.234 KWD'],
  [12, 'CLF', '0.0012 CLF'],
  [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91 EUR'],
])('%d minor units of %s are typed as %s', (minor, currency, typed) =>
  expect(amountText({ minor, currency })).toBe(typed),
);

check.prop([fc.nat(), fc.constantFrom('SEK', 'JPY', 'KWD', 'CLF', 'XAF', 'IQD')])(
  'a typed amount is exactly the amount',
  (minor, currency) => {
    const [number = ''] = amountText({ minor, currency }).split(' ');
    expect(Number(number.replace('.', ''))).toBe(minor);
    expect(number.split('.')[1]?.length ?? 0).toBe(decimalsOf(currency));
  },
);
