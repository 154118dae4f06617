import { createManualGateway } from '../../activities/savb/manualGateway';
import { paymentRequest } from '../sandbox/running';

const gateway = createManualGateway();

async function sheetFor(changes: Parameters<typeof paymentRequest>[0]) {
  const outcome = await gateway.submit(paymentRequest(changes), Infinity);
  return outcome.kind === 'byHand' ? outcome.sheet.map(({ label, value }) => `${label}: ${value}`) : [];
}

describe('without an API', () => {
  test('an operator is told everything to type, in the order of the form', async () =>
    expect(
      await sheetFor({
        vouchers: [
          { voucherId: 'V-0001', serviceLevelDays: 5, redeemedOn: '2020-08-14' },
          { voucherId: 'V-0002', serviceLevelDays: 10, redeemedOn: '2020-08-15' },
        ],
        invoice: { number: '2020-1', date: '2020-08-17', documentSha256: 'a'.repeat(64) },
      }),
    ).toStrictEqual([
      'Offering: ddps',
      'Country: SE',
      'Location: contoso-se',
      'Voucher: V-0001, service level 5, redeemed on 2020-08-14',
      'Voucher: V-0002, service level 10, redeemed on 2020-08-15',
      'Total: 2400.00 SEK',
      'Invoice number: 2020-1',
      'Invoice date: 2020-08-17',
      `Invoice document (SHA-256): ${'a'.repeat(64)}`,
      'Our reference: E-1:invoice:1',
    ]));

  test('no document is named where there is none', async () =>
    expect((await sheetFor({})).some((line) => line.includes('SHA-256'))).toBe(false));

  test.each([
    [240_005, 'SEK', '2400.05 SEK'],
    [7, 'USD', '0.07 USD'],
    [0, 'USD', '0.00 USD'],
    [240_000, 'JPY', '240000 JPY'],
    [1_234, 'KWD', '1.234 KWD'],
  ])('%d minor units of %s are typed as %s', async (minor, currency, typed) =>
    expect(await sheetFor({ amount: { minor, currency } })).toContain(`Total: ${typed}`),
  );

  test('only a person can look', async () => {
    expect(await gateway.findByReference('E-1:invoice:1')).toStrictEqual({ kind: 'byHand' });
    expect(await gateway.status('7001234567')).toStrictEqual({ kind: 'byHand' });
    expect(await gateway.isRegistered('ddps', 'contoso-se')).toStrictEqual({ kind: 'byHand' });
    await expect(gateway.close()).resolves.toBeUndefined();
  });
});
