import { contosoWith } from '../../support/partner';
import { givenBatch } from '../../support/batchGiven';
import {
  added,
  batchAgain,
  batchPath,
  batchRejected,
  corrected,
  memberNo,
  sent,
  voucherOf,
} from '../../support/batchStory';

const awaiting = { message: 'correctPaymentRequest', from: 'operator', until: '2020-10-03T00:00:00.000Z' };
const rejected = givenBatch(...batchPath.paymentRequested, batchRejected());
const lund = contosoWith({ locations: [{ locationId: 'contoso-lund', country: 'SE', name: 'Contoso Lund' }] });

describe('a rejected request is corrected for all in the batch (E20)', () => {
  test('and asked for under the next key, with another invoice number', () => {
    const changes = { locationId: 'contoso-lund', invoiceDate: '2020-08-19' };
    const anew = rejected.when(corrected(changes, { facts: { partner: lund } }));
    anew.thenRecorded(
      { type: 'PaymentRequestCorrected', data: { reference: 'B-1:invoice:1', changes, reason: 'SAVB said so' } },
      {
        type: 'PaymentRequestPrepared',
        data: {
          reference: 'B-1:invoice:2',
          seq: 2,
          gateway: 'http',
          offering: 'DDPS',
          country: 'SE',
          locationId: 'contoso-lund',
          vouchers: [1, 2, 3].map((number) => voucherOf(memberNo(number))),
          amount: { minor: 300_000, currency: 'SEK' },
          invoice: { number: 'pending', date: '2020-08-19' },
        },
      },
      {
        type: 'TaskResolved',
        data: { taskId: 'batch:B-1:paymentRejected:1', kind: 'paymentRejected', resolution: 'noLongerNeeded' },
      },
    );
    expect(anew.view).toMatchObject({ locationId: 'contoso-se', paymentRequest: { locationId: 'contoso-lund' } });
    expect(anew.told).toStrictEqual([]);
  });
  test('with nothing changed: what SAVB complained of was put right there', () =>
    expect(rejected.when(corrected()).view?.paymentRequest).toMatchObject({
      reference: 'B-1:invoice:2',
      status: 'prepared',
      locationId: 'contoso-se',
      invoice: { date: '2020-08-20' },
    }));
  test('in the same words again after the next no', () => {
    const same = corrected();
    const twice = givenBatch(...batchPath.paymentRequested, batchRejected(), same);
    twice.when(batchAgain(same)).thenQuiet(same.message.messageId);
    const again = givenBatch(
      ...batchPath.paymentRequested,
      batchRejected(),
      same,
      batchRejected({ on: '2020-08-21' }, 2),
    ).when(batchAgain(same));
    expect(again.view?.paymentRequest?.reference).toBe('B-1:invoice:3');
  });
});

describe('not', () => {
  test('before there is a definite no', () =>
    givenBatch(...batchPath.paymentRequested)
      .when(corrected())
      .thenRefused({
        code: 'nothing-to-correct',
        detail: 'the request is submitted',
        awaiting: { message: 'recordPaymentStatus', from: 'Microsoft' },
      }));
  test('amount or country: they follow from the vouchers', () =>
    rejected.when(corrected({ amount: { minor: 1, currency: 'SEK' }, deliveryCountry: 'DE' })).thenRefused({
      code: 'correct-by-splitting',
      detail: 'what is wrong with some vouchers is corrected without the others',
      errors: [
        { pointer: '/changes/amount', message: 'none: the sum of the vouchers' },
        { pointer: '/changes/deliveryCountry', message: 'none: SE' },
      ],
      awaiting,
    }));
  test.each(['contoso-de', 'nowhere'])('to %s, which is no location of the partner in the country', (locationId) =>
    rejected.when(corrected({ locationId })).thenRefused({
      code: 'location-not-in-country',
      detail: `${locationId} is no location of the partner in SE`,
      errors: [{ pointer: '/changes/locationId', message: 'a location in SE' }],
      awaiting,
    }),
  );
  test.each(['2020-08-06', '2020-08-21'])(
    'to an invoice of %s, before the last redemption or in the future',
    (invoiceDate) => {
      const later = added(memberNo(2, { redeemedOn: '2020-08-07' }), { on: '2020-08-08' });
      givenBatch(added(memberNo(1)), later, sent(), batchRejected())
        .when(corrected({ invoiceDate }))
        .thenRefused({
          code: 'dates-out-of-order',
          detail: 'an invoice is dated between redemption and today',
          errors: [{ pointer: '/changes/invoiceDate', message: 'from 2020-08-07 until 2020-08-20' }],
          awaiting,
        });
    },
  );
});
