import type { Payloads } from '../../contracts/messages';
import { given } from '../support/given';
import { edition2021 } from '../support/rulebook';
import { again, assigned, extended, path, payloads, replaced, reserved, started } from '../support/story';

const voucher = { ...payloads.assignVoucher, expiresOn: '2020-12-29' };
const awaitingVoucher = {
  message: 'assignVoucher',
  from: 'customer',
  until: '2020-08-15T00:00:00.000Z',
};

describe('the customer assigns a voucher', () => {
  const assign = (payload: Partial<Payloads['assignVoucher']>, facts = {}) =>
    given(...path.awaitingVoucher).when(assigned(payload, { on: '2020-07-03', facts }));

  test('which runs 180 days from assignment where the mail names no last day', () =>
    assign({}).thenRecorded({ type: 'VoucherAssigned', data: { voucher } }));
  test('or until the day the mail names', () =>
    assign({ expiresOn: '2021-01-31' }).thenRecorded({
      type: 'VoucherAssigned',
      data: { voucher: { ...voucher, expiresOn: '2021-01-31' } },
    }));
  test('so that it can be reserved', () => {
    const { view } = assign({});
    expect(view?.stage).toBe('voucherAssigned');
    expect(view?.awaiting).toStrictEqual({
      message: 'reserveVoucher',
      from: 'partnerAdmin',
      until: '2020-12-30T00:00:00.000Z',
    });
  });
  test('which may have run out by the time it is recorded: it may have been used in time', () =>
    expect(assign({ assignedOn: '2020-01-02' }).decision.kind).toBe('accepted'));

  test('of the engagement type’s offering', () =>
    assign({ offering: 'SDPS' }).thenRefused({
      code: 'wrong-offering',
      detail: 'windowsOffice belongs to DDPS, not to SDPS',
      errors: [{ pointer: '/offering', message: 'must be DDPS' }],
    }));
  test.each([2, 7, 20])('of a level that exists, which %i days is not', (serviceLevelDays) =>
    assign({ serviceLevelDays }).thenRefused({
      code: 'service-level-unknown',
      detail: `there is no level of ${serviceLevelDays} days`,
      errors: [{ pointer: '/serviceLevelDays', message: 'one of 1, 3, 5, 10, 15' }],
    }),
  );
  test('not before it happened', () =>
    assign({ assignedOn: '2020-07-04' }).thenRefused({
      code: 'dates-out-of-order',
      detail: '2020-07-04 is in the future',
      errors: [{ pointer: '/assignedOn', message: 'at most 2020-07-03' }],
    }));
  test('on the same day is in time', () => expect(assign({ assignedOn: '2020-07-03' }).decision.kind).toBe('accepted'));
  test('that does not end before it begins', () =>
    assign({ expiresOn: '2020-07-01' }).thenRefused({
      code: 'dates-out-of-order',
      detail: 'the voucher ends before it begins',
      errors: [{ pointer: '/expiresOn', message: 'at least 2020-07-02' }],
    }));
  test('no other engagement holds', () =>
    assign({}, { heldElsewhere: { 'voucher:V-1': 'E-2' } }).thenRefused({
      code: 'voucher-held',
      detail: 'voucher V-1 is held by another engagement',
      errors: [{ pointer: '/voucherId', message: 'a voucher no other engagement holds' }],
      awaiting: awaitingVoucher,
    }));

  test('of the level agreed at the start, if one was (E9)', () => {
    const agreed = given(started({ serviceLevelDays: 10 }));
    expect(agreed.when(assigned({ serviceLevelDays: 10 })).decision.kind).toBe('accepted');
    agreed.when(assigned()).thenRefused({
      code: 'service-level-differs',
      detail: 'agreed were 10 days, the voucher is for 5',
      errors: [{ pointer: '/serviceLevelDays', message: 'must be 10' }],
    });
  });

  describe('within the window in which vouchers could be assigned (edition of April 2021)', () => {
    const assignedOn = (day: string) =>
      given(started({}, { on: '2021-05-01' })).when(
        assigned({ assignedOn: day }, { on: '2021-07-10', facts: { rulebook: edition2021 } }),
      );
    test('to its last day', () => expect(assignedOn('2021-06-30').decision.kind).toBe('accepted'));
    test('and not after', () =>
      assignedOn('2021-07-01').thenRefused({
        code: 'outside-assign-window',
        detail: 'vouchers were assigned from the beginning until 2021-06-30',
        errors: [{ pointer: '/assignedOn', message: 'from the beginning until 2021-06-30' }],
      }));
  });

  test('once: the same again is quiet, another one is a conflict', () => {
    const told = assigned();
    given(started(), told).when(again(told)).thenQuiet(told.message.messageId);
    given(started(), told)
      .when(assigned({ voucherId: 'V-9' }))
      .thenRefused({
        code: 'already-done-differently',
        detail: 'assignVoucher took effect before, with other content; the engagement is voucherAssigned',
        awaiting: { message: 'reserveVoucher', from: 'partnerAdmin', until: '2020-12-30T00:00:00.000Z' },
      });
  });
});

describe('the customer gives another voucher', () => {
  const replace = (payload: Partial<Payloads['replaceVoucher']>, facts = {}) =>
    given(...path.voucherAssigned).when(replaced(payload, { on: '2020-07-05', facts }));

  test('and the record says instead of which, and why', () =>
    replace({ assignedOn: '2020-07-04', note: 'first one was reserved by another partner' }).thenRecorded({
      type: 'VoucherReplaced',
      data: {
        voucher: { ...voucher, voucherId: 'V-2', assignedOn: '2020-07-04', expiresOn: '2020-12-31' },
        replacedVoucherId: 'V-1',
        reason: 'reissued',
        note: 'first one was reserved by another partner',
      },
    }));
  test('whose last day is watched from now on', () =>
    expect(replace({ assignedOn: '2020-07-04' }).view?.nextDeadline).toStrictEqual({
      kind: 'expiryReminder',
      at: '2020-12-01T00:00:00.000Z',
    }));
  test('by the rules of assignment', () => {
    replace({ offering: 'SDPS' }).thenRefused({
      code: 'wrong-offering',
      detail: 'windowsOffice belongs to DDPS, not to SDPS',
      errors: [{ pointer: '/offering', message: 'must be DDPS' }],
    });
    replace({}, { heldElsewhere: { 'voucher:V-2': 'E-2' } }).thenRefused({
      code: 'voucher-held',
      detail: 'voucher V-2 is held by another engagement',
      errors: [{ pointer: '/voucherId', message: 'a voucher no other engagement holds' }],
      awaiting: { message: 'reserveVoucher', from: 'partnerAdmin', until: '2020-12-30T00:00:00.000Z' },
    });
  });
  test('before any was assigned there is none to replace', () =>
    given(started()).when(replaced()).thenRefused({
      code: 'wrong-stage',
      detail: 'replaceVoucher belongs to voucherAssigned; the engagement is awaitingVoucher',
      awaiting: awaitingVoucher,
    }));
  test('once reserved it cannot be replaced', () =>
    given(...path.reserved)
      .when(replaced())
      .thenRefused({
        code: 'wrong-stage',
        detail: 'replaceVoucher belongs to voucherAssigned; the engagement is reserved',
        awaiting: { message: 'submitCompletionReport', from: 'consultant', until: '2020-12-30T00:00:00.000Z' },
      }));
  test('said twice it is done once; replaced again, the first may come back', () => {
    const second = replaced();
    given(...path.voucherAssigned, second)
      .when(again(second))
      .thenQuiet(second.message.messageId);
    const third = replaced({ voucherId: 'V-3' });
    expect(given(...path.voucherAssigned, second, third).when(again(second)).view?.voucher?.voucherId).toBe('V-2');
  });
});

describe('Microsoft extends the voucher', () => {
  const extend = (payload: Partial<Payloads['extendVoucher']>) =>
    given(...path.voucherAssigned).when(extended(payload));

  test('by a number of days', () =>
    extend({ addDays: 90 }).thenRecorded({
      type: 'VoucherExtended',
      data: { expiresOn: '2021-03-29', previousExpiresOn: '2020-12-29', reason: 'granted by Microsoft' },
    }));
  test('or until a day', () => {
    const { view } = extend({ addDays: undefined, expiresOn: '2020-12-30' });
    expect(view?.voucher?.expiresOn).toBe('2020-12-30');
    expect(view?.awaiting?.until).toBe('2020-12-31T00:00:00.000Z');
  });
  test.each(['2020-12-29', '2020-12-28'])('never to %s: an extension does not shorten', (expiresOn) =>
    extend({ addDays: undefined, expiresOn }).thenRefused({
      code: 'extension-not-later',
      detail: 'the voucher runs until 2020-12-29 already',
      errors: [{ pointer: '/expiresOn', message: 'after 2020-12-29' }],
    }),
  );
  test('once, however often it is said: a bulk extension can be repeated', () => {
    const told = extended();
    given(...path.voucherAssigned, told)
      .when(again(told))
      .thenQuiet(told.message.messageId);
  });
  test('of a new voucher anew: what was granted to the old one ended with it', () => {
    const told = extended();
    const { view } = given(...path.voucherAssigned, told, replaced({ assignedOn: '2020-07-05' })).when(again(told));
    expect(view?.voucher?.expiresOn).toBe('2021-04-01');
  });
  test.each(['reserved', 'completionReported'] as const)('also while %s', (stage) =>
    expect(given(...path[stage]).when(extended({}, { on: '2020-08-02' })).view?.stage).toBe(stage),
  );
  test('not before there is one, nor after it is redeemed', () => {
    given(started()).when(extended()).thenRefused({
      code: 'wrong-stage',
      detail:
        'extendVoucher belongs to voucherAssigned or reserved or completionReported; the engagement is awaitingVoucher',
      awaiting: awaitingVoucher,
    });
    given(...path.redeemed)
      .when(extended({}, { on: '2020-08-04' }))
      .thenRefused({
        code: 'wrong-stage',
        detail:
          'extendVoucher belongs to voucherAssigned or reserved or completionReported; the engagement is redeemed',
        awaiting: { message: 'recordPaymentStatus', from: 'Microsoft', until: '2020-10-03T00:00:00.000Z' },
      });
  });
});

test('the edition of April 2021 redeems until 2022-01-01, whatever the voucher says', () => {
  const facts = { rulebook: edition2021 };
  const late = assigned({ assignedOn: '2021-06-30', expiresOn: '2022-03-31' }, { on: '2021-07-01', facts });
  const { view } = given(started({}, { on: '2021-06-01' })).when(late);
  expect(view?.voucher?.expiresOn).toBe('2022-03-31');
  expect(view?.awaiting?.until).toBe('2022-01-02T00:00:00.000Z');
  given(started({}, { on: '2021-06-01' }), late)
    .when(
      reserved(
        { scheduledStart: '2021-12-01', scheduledEnd: '2022-01-02' },
        { on: '2021-07-02', facts: { ...facts, partner: reserved().facts.partner } },
      ),
    )
    .thenRefused({
      code: 'schedule-past-expiry',
      detail: 'the voucher runs out on 2022-01-01',
      errors: [{ pointer: '/scheduledEnd', message: 'at most 2022-01-01' }],
    });
});
