import { pendingEffect } from '../../domain/settlement/effect';
import { isInvoiced, requestBodyOf } from '../../domain/settlement/request';
import { given, givenState } from '../support/given';
import { cancelled, passed, path, redeemed, resolved, savb, status, submitted, type Told } from '../support/story';

const effect = (...story: readonly Told[]) => pendingEffect(given(...story).state);
const reference = 'E-1:invoice:1';
const request = {
  reference,
  gateway: 'http',
  offering: 'DDPS',
  country: 'SE',
  locationId: 'contoso-se',
  vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-08-03' }],
  amount: { minor: 8_250_000, currency: 'SEK' },
  invoice: { number: 'pending', date: '2020-08-03' },
  status: 'prepared',
};
const windowEnd = { kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' } as const;
const submitAnyTime = { kind: 'submit', id: `submit:${reference}:0`, engagementId: 'E-1', request };
const submit = { ...submitAnyTime, notAfter: windowEnd.at };
const poll = (statuses: number, known: object, microsoftReferenceNumber = 'MS-1') => ({
  kind: 'poll',
  id: `poll:${reference}:${statuses}`,
  reference,
  microsoftReferenceNumber,
  known,
});
const unknown = savb({ status: 'unknown', why: 'w' });
const lapsed = [...path.redeemed, passed(windowEnd)];

describe('the request is to be sent', () => {
  test('as soon as it is intended', () => expect(effect(...path.redeemed)).toStrictEqual(submit));
  test('with its business content alone', () => {
    const { gateway: _gateway, status: _status, ...body } = request;
    const prepared = given(...path.redeemed).state.paymentRequest!;
    expect(isInvoiced(prepared) && requestBodyOf(prepared)).toStrictEqual(body);
  });
  test.each(['awaitingVoucher', 'voucherAssigned', 'reserved', 'completionReported'] as const)(
    'not in stage %s',
    (stage) => expect(effect(...path[stage])).toBeUndefined(),
  );
  test('not while it is unknown whether SAVB has it', () => expect(effect(...path.redeemed, unknown)).toBeUndefined());
  test('again, under the same key, when SAVB certainly does not', () =>
    expect(effect(...path.redeemed, unknown, resolved('E-1:submissionUnknown:1', 'notReceived'))).toStrictEqual({
      ...submit,
      id: `submit:${reference}:2`,
    }));
  test('not once SAVB rejected it', () =>
    expect(effect(...path.redeemed, savb({ status: 'rejected', message: 'no' }))).toBeUndefined());
  test('not by the system while a person is to do it by hand', () =>
    expect(effect(...path.redeemed, savb({ status: 'byHand', sheet: 's' }))).toBeUndefined());
});

describe('when the window is over', () => {
  test('nothing is sent by itself', () => expect(effect(...lapsed)).toBeUndefined());
  test('nor where the redemption itself is recorded too late, before anybody could be asked', () =>
    expect(
      effect(...path.completionReported, redeemed({ redeemedOn: '2020-08-01' }, { on: '2020-10-10' })),
    ).toBeUndefined());
  test('it is sent when a person says so', () =>
    expect(
      effect(...lapsed, resolved('E-1:paymentWindowLapsed:1', 'submitAnyway', { on: '2020-10-05' })),
    ).toStrictEqual(submitAnyTime));
  test('it is not when a person says that it was submitted', () =>
    expect(
      effect(...lapsed, resolved('E-1:paymentWindowLapsed:1', 'recordSubmitted', { on: '2020-10-05' })),
    ).toBeUndefined());
});

describe('SAVB is asked how far it is', () => {
  test('from the submission on', () =>
    expect(effect(...path.paymentRequested)).toStrictEqual(poll(1, { status: 'submitted' })));
  test('anew after each status, whoever reported it: a report cuts the wait short', () => {
    expect(effect(...path.paymentApproved)).toStrictEqual(
      poll(2, { status: 'approved', approvedAt: '2020-08-15T10:00:00Z' }),
    );
    expect(effect(...path.paymentRequested, status({ status: 'held' }))).toStrictEqual(poll(2, { status: 'held' }));
  });
  test('until it is paid, denied or definitely refused', () => {
    expect(effect(...path.paid)).toBeUndefined();
    expect(effect(...path.paymentRequested, status({ status: 'denied' }))).toBeUndefined();
    expect(effect(...path.paymentRequested, status({ status: 'rejected' }))).toBeUndefined();
    expect(effect(...path.paymentApproved, status({ status: 'cancelled' }))).toBeUndefined();
  });
  test('under the new number, once it was submitted again', () =>
    expect(
      effect(
        ...path.paymentApproved,
        status({ status: 'cancelled' }),
        status({ status: 'submitted', microsoftReferenceNumber: 'MS-2' }, { on: '2020-08-25' }),
      ),
    ).toStrictEqual(poll(4, { status: 'submitted' }, 'MS-2')));
  test('not where there is nobody to ask', () => {
    const manual = redeemed({}, { on: '2020-08-03', facts: { gateway: 'manual' } });
    expect(effect(...path.completionReported, manual, submitted())).toBeUndefined();
  });
});

test('an engagement that never comes to a payment wants nothing of SAVB', () =>
  expect(pendingEffect(givenState(given(...path.reserved, cancelled()).state).state)).toBeUndefined());
