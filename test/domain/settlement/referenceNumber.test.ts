import type { PaymentRequest } from '../../../contracts/engagement';
import { slipIn } from '../../../domain/settlement/referenceNumber';

const request: Pick<PaymentRequest, 'reference' | 'invoice' | 'vouchers'> = {
  reference: 'E-1:invoice:1',
  vouchers: [
    { voucherId: 'V-0001', serviceLevelDays: 5, redeemedOn: '2020-08-14' },
    { voucherId: 'V-0002', serviceLevelDays: 10, redeemedOn: '2020-08-15' },
  ],
  invoice: { number: '2020-00001', date: '2020-08-17' },
};

describe('a number that is ours cannot be Microsoft’s', () => {
  test.each([
    ['E-1:invoice:1', 'our own reference'],
    ['e-1:INVOICE:1 ', 'our own reference'],
    ['2020-00001', 'our invoice number'],
    ['V-0001', 'the number of a voucher'],
    [' v-0002', 'the number of a voucher'],
  ])('%j is %s', (typed, slip) => expect(slipIn(typed, request)).toBe(slip));

  test.each(['7001234567', 'MS-E-1:invoice:1', '00001', 'V-0003', ''])('%j may be Microsoft’s', (typed) =>
    expect(slipIn(typed, request)).toBeUndefined(),
  );

  test('without an invoice of its own there is no such number to confuse', () =>
    expect(slipIn('2020-00001', { ...request, invoice: undefined })).toBeUndefined());
});
