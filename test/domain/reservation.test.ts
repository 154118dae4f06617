import type { Payloads } from '../../contracts/messages';
import type { Facts } from '../../domain/engagement/decision';
import { given } from '../support/given';
import { contosoWith } from '../support/partner';
import {
  again,
  assigned,
  path,
  payloads,
  reported,
  rescheduled,
  reservationCancelled,
  reserved,
  resolved,
  started,
} from '../support/story';

const reservation = {
  locationId: 'contoso-se',
  deliveryCountry: 'SE',
  reservedOn: '2020-07-10',
  scheduledStart: '2020-07-20',
  scheduledEnd: '2020-07-31',
  consultantIds: ['eva.lind'],
};

const reserve = (payload: Partial<Payloads['reserveVoucher']> = {}, facts: Partial<Facts> = {}) =>
  given(...path.voucherAssigned).when(reserved(payload, { on: '2020-07-10', facts }));

describe('the partner reserves the voucher', () => {
  test('today, for a delivery in the customer’s country, unless it says otherwise', () =>
    reserve().thenRecorded({ type: 'VoucherReserved', data: { reservation } }));
  test('on an earlier day, when it was done in Partner Center before it was recorded', () =>
    reserve({ reservedOn: '2020-07-02' }).thenRecorded({
      type: 'VoucherReserved',
      data: { reservation: { ...reservation, reservedOn: '2020-07-02' } },
    }));
  test('in another country, under a location there', () =>
    reserve({ locationId: 'contoso-de', deliveryCountry: 'DE' }).thenRecorded({
      type: 'VoucherReserved',
      data: { reservation: { ...reservation, locationId: 'contoso-de', deliveryCountry: 'DE' } },
    }));
  test('and its work is awaited until the voucher runs out', () => {
    const { view } = reserve();
    expect(view?.stage).toBe('reserved');
    expect(view?.awaiting).toStrictEqual({
      message: 'submitCompletionReport',
      from: 'consultant',
      until: '2020-12-30T00:00:00.000Z',
    });
  });
  test('by number and administrator’s e-mail, the e-mail in any case of letters', () =>
    expect(reserve({ voucherAdministratorEmail: 'Admin@Fabrikam.EXAMPLE' }).decision.kind).toBe('accepted'));

  test('not with another number', () =>
    reserve({ voucherId: 'V-9' }).thenRefused({
      code: 'voucher-mismatch',
      detail: 'number and e-mail must be those of the assigned voucher',
      errors: [{ pointer: '/voucherId', message: 'not the assigned voucher' }],
    }));
  test('not with another e-mail (E1)', () =>
    reserve({ voucherAdministratorEmail: 'lars@fabrikam.example' }).thenRefused({
      code: 'voucher-mismatch',
      detail: 'number and e-mail must be those of the assigned voucher',
      errors: [{ pointer: '/voucherAdministratorEmail', message: 'not the e-mail of the voucher’s administrator' }],
    }));
  test.each(['2020-07-01', '2020-07-11'])('not on %s: between assignment and today', (reservedOn) =>
    reserve({ reservedOn }).thenRefused({
      code: 'dates-out-of-order',
      detail: `a voucher assigned on 2020-07-02 cannot be reserved on ${reservedOn}`,
      errors: [{ pointer: '/reservedOn', message: 'from 2020-07-02 until 2020-07-10' }],
    }),
  );
});

describe('a voucher that has run out', () => {
  const afterExpiry = (payload: Partial<Payloads['reserveVoucher']>) =>
    given(...path.voucherAssigned).when(
      reserved({ scheduledStart: '2020-12-29', scheduledEnd: '2020-12-29', ...payload }, { on: '2020-12-30' }),
    );
  test('cannot be reserved any more', () =>
    afterExpiry({}).thenRefused({
      code: 'voucher-expired',
      detail: 'the voucher ran out on 2020-12-29',
      errors: [{ pointer: '/reservedOn', message: 'at most 2020-12-29' }],
    }));
  test('may have been reserved on its last day', () =>
    expect(afterExpiry({ reservedOn: '2020-12-29' }).view?.stage).toBe('reserved'));
});

describe('the schedule', () => {
  const scheduled = (scheduledStart: string, scheduledEnd: string) => reserve({ scheduledStart, scheduledEnd });

  test('may begin on the day of the reservation and end on the voucher’s last day', () =>
    expect(scheduled('2020-07-10', '2020-12-29').decision.kind).toBe('accepted'));
  test('does not begin before the reservation', () =>
    scheduled('2020-07-09', '2020-07-31').thenRefused({
      code: 'dates-out-of-order',
      detail: 'every voucher is reserved before its engagement begins',
      errors: [{ pointer: '/scheduledStart', message: 'at least 2020-07-10' }],
    }));
  test('does not end before it begins', () =>
    scheduled('2020-07-20', '2020-07-19').thenRefused({
      code: 'dates-out-of-order',
      detail: 'the schedule ends before it begins',
      errors: [{ pointer: '/scheduledEnd', message: 'at least 2020-07-20' }],
    }));
  test('does not end after the voucher', () =>
    scheduled('2020-07-20', '2020-12-30').thenRefused({
      code: 'schedule-past-expiry',
      detail: 'the voucher runs out on 2020-12-29',
      errors: [{ pointer: '/scheduledEnd', message: 'at most 2020-12-29' }],
    }));
});

describe('only an eligible partner reserves', () => {
  test('a partner nobody knows does not', () =>
    reserve({}, { partner: undefined }).thenRefused({
      code: 'partner-unknown',
      detail: 'there is no partner contoso',
    }));
  test('an unmet requirement refuses by its own code', () =>
    reserve({}, { partner: contosoWith({ enrollments: [] }) }).thenRefused({
      code: 'not-enrolled',
      detail: 'Contoso Services is not enrolled in DDPS on 2020-07-10',
    }));
  test('of several, the first gives the code, all are told, and those about a field point at it', () =>
    reserve(
      { locationId: 'contoso-de', consultantIds: ['ola.ny'] },
      { partner: contosoWith({ competencies: [] }) },
    ).thenRefused({
      code: 'competency-missing',
      detail: [
        'Windows and Office Deployment Planning needs silver or gold windowsAndDevices, held on 2020-07-10',
        'location contoso-de is in DE, the delivery in SE; locations in SE: contoso-se',
        'ola.ny holds no assessment or exam for windowsAndDevices',
      ].join('; '),
      errors: [
        {
          pointer: '/locationId',
          message: 'location contoso-de is in DE, the delivery in SE; locations in SE: contoso-se',
        },
        { pointer: '/consultantIds', message: 'ola.ny holds no assessment or exam for windowsAndDevices' },
      ],
    }));
  test('it is judged today, whenever the reservation was made', () =>
    reserve(
      { reservedOn: '2020-07-02' },
      {
        partner: contosoWith({
          enrollments: [{ offering: 'DDPS', enrolledOn: '2019-07-01', enrolledUntil: '2020-07-09' }],
        }),
      },
    ).thenRefused({
      code: 'not-enrolled',
      detail: 'Contoso Services is not enrolled in DDPS on 2020-07-10',
    }));
});

describe('a second 15-day engagement of one type for one customer (E10)', () => {
  const fifteen = given(started(), assigned({ serviceLevelDays: 15 }));
  const heldElsewhere = { 'fifteenDay:customer:fabrikam:windowsOffice': 'E-2' };
  const known = { on: '2020-07-10', facts: { heldElsewhere } };

  test('is refused', () =>
    fifteen.when(reserved({}, known)).thenRefused({
      code: 'second-fifteen-day-engagement',
      detail: 'Fabrikam AB has a 15-day windowsOffice engagement already',
      errors: [{ pointer: '/exemption', message: 'differentDivision or differentProducts, if it applies' }],
      awaiting: { message: 'reserveVoucher', from: 'partnerAdmin', until: '2020-12-30T00:00:00.000Z' },
    }));
  test('is allowed for another division or other products, with a note', () =>
    fifteen
      .when(reserved({ exemption: 'differentDivision', exemptionNote: 'the shipyard, a company of its own' }, known))
      .thenRecorded({
        type: 'VoucherReserved',
        data: {
          reservation: {
            ...reservation,
            exemption: 'differentDivision',
            exemptionNote: 'the shipyard, a company of its own',
          },
        },
      }));
  test('does not stand against a shorter one', () =>
    expect(given(...path.voucherAssigned).when(reserved({}, known)).decision.kind).toBe('accepted'));
});

describe('a reservation said again', () => {
  const told = reserved();
  test('is quiet', () =>
    given(...path.voucherAssigned, told)
      .when(again(told))
      .thenQuiet(told.message.messageId));
  test('with other content is a conflict, however far the engagement is', () =>
    given(...path.redeemed)
      .when(reserved({ consultantIds: ['nils.berg'] }))
      .thenRefused({
        code: 'already-done-differently',
        detail: 'reserveVoucher took effect before, with other content; the engagement is redeemed',
        awaiting: { message: 'recordPaymentStatus', from: 'Microsoft', until: '2020-10-03T00:00:00.000Z' },
      }));
});

describe('a reservation is given up', () => {
  test('before the report', () =>
    given(...path.reserved)
      .when(reservationCancelled())
      .thenRecorded({ type: 'ReservationCancelled', data: { reason: 'wrong country' } }));
  test('after the report, which is kept as withdrawn', () => {
    const { deliverables, ...report } = payloads.submitCompletionReport;
    const withdrawnReport = {
      ...report,
      deliverables: [{ ...deliverables[0]!, sha256: 'a'.repeat(64), size: 1000 }],
    };
    const cancelled = given(...path.completionReported).when(reservationCancelled());
    cancelled.thenRecorded({ type: 'ReservationCancelled', data: { reason: 'wrong country', withdrawnReport } });
    expect(cancelled.view?.completionReport).toBeUndefined();
    expect(cancelled.view?.reservation).toBeUndefined();
    expect(cancelled.view?.stage).toBe('voucherAssigned');
  });
  test('and the voucher, still held, may be reserved anew with the very same words', () => {
    const told = reserved({ reservedOn: '2020-07-10' });
    const sameWords = reserved({ reservedOn: '2020-07-10' }, { on: '2020-08-03' });
    const { decision, view } = given(...path.voucherAssigned, told, reservationCancelled()).when(sameWords);
    expect(decision.kind).toBe('accepted');
    expect(view?.stage).toBe('reserved');
  });
  test('twice in the same words is once; in other words a conflict', () => {
    const told = reservationCancelled();
    given(...path.reserved, told)
      .when(again(told))
      .thenQuiet(told.message.messageId);
    given(...path.reserved, told)
      .when(reservationCancelled({ reason: 'another partner' }))
      .thenRefused({
        code: 'already-done-differently',
        detail: 'cancelReservation took effect before, with other content; the engagement is voucherAssigned',
        awaiting: { message: 'reserveVoucher', from: 'partnerAdmin', until: '2020-12-30T00:00:00.000Z' },
      });
  });
  test('a second time, in the same words, after it was reserved anew', () => {
    const told = reservationCancelled();
    const anew = reserved({ scheduledStart: '2020-08-10', scheduledEnd: '2020-08-20' }, { on: '2020-08-03' });
    expect(given(...path.reserved, told, anew).when(again(told)).view?.stage).toBe('voucherAssigned');
  });
  test('takes the risks with it that were accepted for it', () => {
    const early = reported({ startedOn: '2020-07-09' });
    const atRisk = given(...path.reserved, early, resolved('E-1:engagementStartedEarly:1', 'proceedAtRisk'));
    expect(atRisk.state.atRisk).toStrictEqual(['engagementStartedEarly']);
    expect(atRisk.when(reservationCancelled({}, { on: '2020-08-22' })).after?.atRisk).toStrictEqual([]);
  });
});

describe('the schedule changes', () => {
  const reschedule = (payload: Partial<Payloads['reschedule']> = {}, facts: Partial<Facts> = {}) =>
    given(...path.reserved).when(rescheduled(payload, { on: '2020-07-15', facts }));

  test('with the consultants there are, unless others are named (E8)', () => {
    const dates = { scheduledStart: '2020-08-03', scheduledEnd: '2020-08-14' };
    reschedule().thenRecorded({ type: 'EngagementRescheduled', data: { ...dates, consultantIds: ['eva.lind'] } });
    const other = reschedule({ consultantIds: ['nils.berg'] });
    other.thenRecorded({ type: 'EngagementRescheduled', data: { ...dates, consultantIds: ['nils.berg'] } });
    expect(other.view?.reservation).toStrictEqual({ ...reservation, ...dates, consultantIds: ['nils.berg'] });
  });
  test('within the bounds of the reservation', () => {
    reschedule({ scheduledStart: '2020-07-09' }).thenRefused({
      code: 'dates-out-of-order',
      detail: 'every voucher is reserved before its engagement begins',
      errors: [{ pointer: '/scheduledStart', message: 'at least 2020-07-10' }],
    });
    reschedule({ scheduledEnd: '2020-12-30' }).thenRefused({
      code: 'schedule-past-expiry',
      detail: 'the voucher runs out on 2020-12-29',
      errors: [{ pointer: '/scheduledEnd', message: 'at most 2020-12-29' }],
    });
  });
  test('by an eligible partner with qualified consultants', () => {
    reschedule({ consultantIds: ['ola.ny'] }).thenRefused({
      code: 'consultant-not-qualified',
      detail: 'ola.ny holds no assessment or exam for windowsAndDevices',
      errors: [{ pointer: '/consultantIds', message: 'ola.ny holds no assessment or exam for windowsAndDevices' }],
    });
    reschedule({}, { partner: contosoWith({ enrollments: [] }) }).thenRefused({
      code: 'not-enrolled',
      detail: 'Contoso Services is not enrolled in DDPS on 2020-07-15',
    });
  });
  test('said twice it changes once; after another change it may change back', () => {
    const told = rescheduled();
    given(...path.reserved, told)
      .when(again(told))
      .thenQuiet(told.message.messageId);
    const other = rescheduled({ scheduledEnd: '2020-08-21' }, { on: '2020-07-16' });
    expect(given(...path.reserved, told, other).when(again(told)).view?.reservation?.scheduledEnd).toBe('2020-08-14');
  });
  test('not after the report', () =>
    given(...path.completionReported)
      .when(rescheduled({}, { on: '2020-08-02' }))
      .thenRefused({
        code: 'wrong-stage',
        detail: 'reschedule belongs to reserved; the engagement is completionReported',
        awaiting: { message: 'redeemVoucher', from: 'partnerAdmin', until: '2020-12-30T00:00:00.000Z' },
      }));
});
