import { claimId } from '../../domain/claims';
import { claimsOf, customerKey, fifteenDayClaim } from '../../domain/engagement/claims';
import { given } from '../support/given';
import {
  assigned,
  cancelled,
  path,
  replaced,
  reservationCancelled,
  reserved,
  started,
  status,
  tell,
  type Told,
} from '../support/story';

const claims = (...story: readonly Told[]) => claimsOf(given(...story).state).map(claimId);

describe('the voucher is held', () => {
  test('from its assignment', () => {
    expect(claims(started())).toStrictEqual([]);
    expect(claims(...path.voucherAssigned)).toStrictEqual(['voucher:V-1']);
  });
  test('also without its reservation', () =>
    expect(claims(...path.reserved, reservationCancelled())).toStrictEqual(['voucher:V-1']));
  test('until it is replaced: then the new one is', () =>
    expect(claims(...path.voucherAssigned, replaced())).toStrictEqual(['voucher:V-2']));
  test('until the engagement is cancelled', () => expect(claims(...path.reserved, cancelled())).toStrictEqual([]));
  test('until it has expired', () =>
    expect(
      claims(
        ...path.voucherAssigned,
        tell('passDeadline', { kind: 'recordingGraceEnd', at: '2021-01-06T00:00:00.000Z' }, { on: '2021-01-06' }),
      ),
    ).toStrictEqual([]));
  test('for good once it is redeemed, however the payment ends', () => {
    expect(claims(...path.paid)).toContain('voucher:V-1');
    expect(claims(...path.redeemed, status({ status: 'denied' }))).toStrictEqual(['voucher:V-1']);
  });
});

describe('the one 15-day engagement of a type for a customer is held', () => {
  const fifteen = [started(), assigned({ serviceLevelDays: 15 })];
  const claim = 'fifteenDay:customer:fabrikam:windowsOffice';

  test('from the reservation', () => {
    expect(claims(...fifteen)).toStrictEqual(['voucher:V-1']);
    expect(claims(...fifteen, reserved())).toStrictEqual(['voucher:V-1', claim]);
  });
  test('until the reservation is cancelled', () =>
    expect(claims(...fifteen, reserved(), reservationCancelled())).toStrictEqual(['voucher:V-1']));
  test('not by an exempted one', () =>
    expect(claims(...fifteen, reserved({ exemption: 'differentProducts' }))).toStrictEqual(['voucher:V-1']));
  test('not by a shorter one', () => expect(claims(...path.reserved)).toStrictEqual(['voucher:V-1']));
});

test('a Microsoft reference number is held from the submission on', () => {
  expect(claims(...path.redeemed)).toStrictEqual(['voucher:V-1']);
  expect(claims(...path.paymentRequested)).toStrictEqual(['voucher:V-1', 'referenceNumber:MS-1']);
});

describe('the same customer', () => {
  const fabrikam = { name: 'Fabrikam AB', country: 'SE' };
  test('is that of the same customer id, whatever its name', () =>
    expect(customerKey({ ...fabrikam, customerId: 'c1', licensingId: 'l1' })).toBe('customer:c1'));
  test('else that of the same licensing id', () =>
    expect(customerKey({ ...fabrikam, licensingId: 'l1' })).toBe('license:l1'));
  test('else that of the same name and country, however it is typed', () => {
    expect(customerKey({ name: ' FABRIKAM \t ab ', country: 'SE' })).toBe(customerKey(fabrikam));
    expect(customerKey({ name: 'Ｆａｂｒｉｋａｍ AB', country: 'SE' })).toBe(customerKey(fabrikam));
    expect(customerKey({ ...fabrikam, country: 'NO' })).not.toBe(customerKey(fabrikam));
  });
  test('has one 15-day engagement per type', () =>
    expect(fifteenDayClaim({ customer: fabrikam, engagementType: 'sharePoint' })).toStrictEqual({
      kind: 'fifteenDay',
      key: 'name:fabrikam ab:SE:sharePoint',
    }));
});
