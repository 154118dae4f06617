import { given, givenState } from '../support/given';
import { again, path, resolved, savb, status, submitted, tell } from '../support/story';
import type { AllPayloads } from '../../domain/engagement/message';
import type { Facts } from '../../domain/engagement/decision';
import { claimsOf } from '../../domain/engagement/claims';
import { pendingEffect } from '../../domain/settlement/effect';

const rejected = savb({ status: 'rejected', code: 'R7', message: 'location closed' });
const corrected = (
  changes: AllPayloads['correctPaymentRequest']['changes'] = {},
  { on = '2020-08-20', facts }: { on?: string; facts?: Partial<Facts> } = {},
) => tell('correctPaymentRequest', { changes, reason: 'as SAVB asked' }, { on, facts });

const refused = given(...path.redeemed, rejected);

describe('after a definite no the request is corrected (E20)', () => {
  test('and asked for anew: next number, new key, new invoice; the rejected one is history', () => {
    const outcome = refused.when(corrected({ locationId: 'contoso-se', invoiceDate: '2020-08-19' }));
    outcome.thenRecorded(
      {
        type: 'PaymentRequestCorrected',
        data: {
          reference: 'E-1:invoice:1',
          changes: { locationId: 'contoso-se', invoiceDate: '2020-08-19' },
          reason: 'as SAVB asked',
        },
      },
      {
        type: 'PaymentRequestPrepared',
        data: {
          reference: 'E-1:invoice:2',
          seq: 2,
          gateway: 'http',
          offering: 'DDPS',
          country: 'SE',
          locationId: 'contoso-se',
          vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-08-03' }],
          amount: { minor: 8_250_000, currency: 'SEK' },
          invoice: { number: 'pending', date: '2020-08-19' },
        },
      },
      {
        type: 'TaskResolved',
        data: { taskId: 'E-1:paymentRejected:1', kind: 'paymentRejected', resolution: 'noLongerNeeded' },
      },
    );
    expect(pendingEffect(outcome.after!)).toMatchObject({ kind: 'submit', id: 'submit:E-1:invoice:2:0' });
    expect(outcome.view?.paymentRequest).not.toHaveProperty('rejection');
  });
  test('dated that day, and otherwise as it was, where nothing else is said', () =>
    expect(refused.when(corrected()).view?.paymentRequest).toMatchObject({
      locationId: 'contoso-se',
      amount: { minor: 8_250_000, currency: 'SEK' },
      invoice: { date: '2020-08-20' },
    }));
  test('an amount is taken as it is given', () =>
    expect(
      refused.when(corrected({ amount: { minor: 5, currency: 'SEK' } })).view?.paymentRequest?.amount,
    ).toStrictEqual({ minor: 5, currency: 'SEK' }));
  test('another country has another rate', () =>
    expect(
      refused.when(
        corrected(
          { deliveryCountry: 'DE', locationId: 'contoso-de' },
          { facts: { rate: { minor: 7_000_00, currency: 'EUR' } } },
        ),
      ).view?.paymentRequest,
    ).toMatchObject({ country: 'DE', locationId: 'contoso-de', amount: { minor: 7_000_00, currency: 'EUR' } }));
  test('after SAVB had taken it, too: the stage does not go back', () => {
    const taken = given(...path.paymentRequested, status({ status: 'cancelled' }));
    const { view, after } = taken.when(corrected({}, { on: '2020-08-21' }));
    expect([view?.stage, view?.paymentRequest?.status]).toStrictEqual(['paymentRequested', 'prepared']);
    expect(view?.paymentRequest).not.toHaveProperty('microsoftReferenceNumber');
    const answered = givenState(after!).when(
      tell(
        'recordSavbAnswer',
        { reference: 'E-1:invoice:2', answer: { status: 'submitted', microsoftReferenceNumber: 'MS-2' } },
        { on: '2020-08-22' },
      ),
    );
    expect(answered.view?.paymentRequest).toMatchObject({ status: 'submitted', microsoftReferenceNumber: 'MS-2' });
  });
  test('the answer to the rejected one, come late, is no news', () =>
    given(...path.redeemed, rejected, corrected())
      .when(submitted({}, { on: '2020-08-21' }))
      .thenQuiet());
  test('the number of the one before stays used', () => {
    const taken = given(...path.paymentRequested, status({ status: 'cancelled' }), corrected({}, { on: '2020-08-21' }));
    expect(claimsOf(taken.state)).toContainEqual({ kind: 'referenceNumber', key: 'MS-1' });
    expect(
      taken.when(status({ status: 'submitted', microsoftReferenceNumber: 'MS-1' }, { on: '2020-08-22' })).decision,
    ).toMatchObject({
      refusal: { code: 'reference-number-used', detail: 'MS-1 belongs to the request that was rejected before' },
    });
  });
  test('rejected again, the same words correct it again', () => {
    const first = corrected();
    const rejectedAgain = tell(
      'recordSavbAnswer',
      { reference: 'E-1:invoice:2', answer: { status: 'rejected', message: 'no' } },
      { on: '2020-08-21' },
    );
    const { view } = given(...path.redeemed, rejected, first, rejectedAgain).when(again(first));
    expect(view?.paymentRequest?.reference).toBe('E-1:invoice:3');
  });
});

describe('it is not corrected', () => {
  const awaiting = { message: 'correctPaymentRequest', from: 'operator', until: '2020-10-03T00:00:00.000Z' };
  test.each([
    ['prepared', path.redeemed],
    ['submitted', path.paymentRequested],
    ['unknown', [...path.redeemed, savb({ status: 'unknown', why: 'w' })]],
  ] as const)('while it is %s: it may be with SAVB', (name, story) =>
    expect(given(...story).when(corrected()).decision).toMatchObject({
      kind: 'refused',
      refusal: { code: 'nothing-to-correct', detail: `the request is ${name}` },
    }),
  );
  test('before there is one', () =>
    expect(given(...path.completionReported).when(corrected()).decision).toMatchObject({
      kind: 'refused',
      refusal: { code: 'wrong-stage' },
    }));
  test.each([
    ['in another country', { locationId: 'contoso-de' }, 'contoso-de is no location of the partner in SE', 'SE'],
    ['that is none', { locationId: 'nowhere' }, 'nowhere is no location of the partner in SE', 'SE'],
    ['left behind by its country', { deliveryCountry: 'DE' }, 'contoso-se is no location of the partner in DE', 'DE'],
  ])('to a location %s (E4)', (_, changes, detail, country) =>
    refused.when(corrected(changes)).thenRefused({
      code: 'location-not-in-country',
      detail,
      errors: [{ pointer: '/changes/locationId', message: `a location in ${country}` }],
      awaiting,
    }),
  );
  test('to a country without a rate, unless the amount is given', () => {
    const changes = { deliveryCountry: 'DE', locationId: 'contoso-de' };
    refused.when(corrected(changes, { facts: { rate: undefined } })).thenRefused({
      code: 'rate-unknown',
      detail: 'no rate for DDPS in DE',
      errors: [{ pointer: '/changes/amount', message: 'required' }],
      awaiting,
    });
    const amount = { minor: 100, currency: 'EUR' };
    expect(
      refused.when(corrected({ ...changes, amount }, { facts: { rate: undefined } })).view?.paymentRequest?.amount,
    ).toStrictEqual(amount);
  });
  test.each(['2020-08-02', '2020-08-21'])('to an invoice of %s: before redemption, or in the future', (invoiceDate) =>
    refused.when(corrected({ invoiceDate })).thenRefused({
      code: 'dates-out-of-order',
      detail: 'an invoice is dated between redemption and today',
      errors: [{ pointer: '/changes/invoiceDate', message: 'from 2020-08-03 until 2020-08-20' }],
      awaiting,
    }),
  );
});

describe('the payment window', () => {
  const windowEnd = { kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' } as const;
  const passed = tell('passDeadline', windowEnd, { at: windowEnd.at });
  test('holds a request corrected after its end until a person decides', () => {
    const late = given(...path.redeemed, rejected, passed, corrected({}, { on: '2020-10-05' }));
    expect(pendingEffect(late.state)).toBeUndefined();
    const decided = late.when(resolved('E-1:paymentWindowLapsed:1', 'submitAnyway', { on: '2020-10-06' }));
    expect(pendingEffect(decided.after!)).toMatchObject({ id: 'submit:E-1:invoice:2:0' });
  });
  test('submitted before its end by hand, its number is recorded, and nobody is asked to type it in again', () => {
    const { view } = given(...path.redeemed, passed).when(
      resolved('E-1:paymentWindowLapsed:1', 'recordSubmitted', { on: '2020-10-05' }),
    );
    expect(view?.tasks).toMatchObject([{ kind: 'manualSubmission', about: 'submittedBefore' }]);
    expect(view?.tasks[0]?.instructions).toContain('Type it in only when it is certainly not there.');
  });
  test('may be given up with a rejected request, which is certainly not with SAVB', () =>
    expect(
      given(...path.redeemed, rejected, passed).when(
        resolved('E-1:paymentWindowLapsed:1', 'giveUp', { on: '2020-10-06' }),
      ).view?.stage,
    ).toBe('paymentLapsed'));
});

describe('SAVB does not know the registration (E16)', () => {
  const notRegistered = savb({ status: 'notRegistered', why: 'contoso-se is not registered for DDPS' });
  const waiting = given(...path.redeemed, notRegistered);

  test('a task says so, and SAVB is asked until it does', () => {
    expect(waiting.state.openTasks.map(({ kind }) => kind)).toStrictEqual(['savbRegistrationMissing']);
    expect(waiting.state.openTasks[0]?.instructions).toMatch(/^contoso-se is not registered for DDPS\n/);
    expect(pendingEffect(waiting.state)).toStrictEqual({
      kind: 'awaitRegistration',
      id: 'registration:E-1:invoice:1:1',
      reference: 'E-1:invoice:1',
      offering: 'DDPS',
      locationId: 'contoso-se',
    });
  });
  test('registered, the request goes out by itself, under its own key', () => {
    const { view, after } = waiting.when(savb({ status: 'registered' }, { on: '2020-08-06' }));
    expect(view?.tasks).toStrictEqual([]);
    expect(pendingEffect(after!)).toMatchObject({ kind: 'submit', id: 'submit:E-1:invoice:1:2' });
  });
  test('a person may say so earlier; where SAVB still does not know it, a new task says so', () => {
    const said = waiting.when(resolved('E-1:savbRegistrationMissing:1', 'registered', { on: '2020-08-06' }));
    expect(pendingEffect(said.after!)).toMatchObject({ kind: 'submit', id: 'submit:E-1:invoice:1:2' });
    const still = givenState(said.after!).when(again(notRegistered));
    expect(still.view?.tasks.map(({ taskId }) => taskId)).toStrictEqual(['E-1:savbRegistrationMissing:2']);
  });
  test('the window runs meanwhile, and at its end nothing more is asked', () => {
    const end = { kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' } as const;
    const { after } = waiting.when(tell('passDeadline', end, { at: end.at }));
    expect(pendingEffect(after!)).toBeUndefined();
  });
  test('said again, or of a request that is sent, it is no news', () => {
    waiting.when(again(notRegistered)).thenQuiet();
    given(...path.paymentRequested)
      .when(notRegistered)
      .thenQuiet();
    given(...path.redeemed)
      .when(savb({ status: 'registered' }))
      .thenQuiet();
  });
});

describe('SAVB and the record name different numbers', () => {
  test('somebody looks whether it was submitted twice', () => {
    const { view } = given(...path.redeemed, status({ status: 'submitted', microsoftReferenceNumber: 'MS-9' })).when(
      submitted({}, { on: '2020-08-21' }),
    );
    expect(view?.paymentRequest?.microsoftReferenceNumber).toBe('MS-9');
    expect(view?.tasks.map(({ kind, role }) => [kind, role])).toStrictEqual([['recordsDiffer', 'support']]);
    expect(view?.tasks[0]?.instructions).toMatch(/^SAVB took E-1:invoice:1 as MS-1, recorded is MS-9\.\n/);
  });
  test.each([
    ['E-1:invoice:1', 'our own reference'],
    ['v-1', 'the number of a voucher'],
  ])('%s is no number of Microsoft’s: it is %s', (microsoftReferenceNumber, slip) =>
    given(...path.redeemed)
      .when(status({ status: 'submitted', microsoftReferenceNumber }))
      .thenRefused({
        code: 'reference-number-wrong',
        detail: `${microsoftReferenceNumber} is ${slip}`,
        errors: [{ pointer: '/microsoftReferenceNumber', message: 'the number SAVB gave' }],
        awaiting: { message: 'recordPaymentStatus', from: 'Microsoft', until: '2020-10-03T00:00:00.000Z' },
      }),
  );
});

describe('asked for with a batch', () => {
  const batched = given(
    ...path.completionReported,
    tell('redeemVoucher', { confirmed: true }, { on: '2020-08-03', facts: { gateway: 'batch' } }),
  );
  const collected = savb({ status: 'collected', batchId: 'B-1' });
  const inBatch = given(
    ...path.completionReported,
    tell('redeemVoucher', { confirmed: true }, { on: '2020-08-03', facts: { gateway: 'batch' } }),
    collected,
  );

  test('the request has no invoice of its own, and joins', () => {
    expect(batched.state.paymentRequest).not.toHaveProperty('invoice');
    expect(pendingEffect(batched.state)).toMatchObject({
      kind: 'join',
      id: 'join:E-1:invoice:1:0',
      member: { engagementId: 'E-1', partnerId: 'contoso', paymentRequestDueOn: '2020-10-02' },
    });
  });
  test('collected, it waits for the batch', () => {
    expect(inBatch.state.paymentRequest).toMatchObject({ status: 'collected', batchId: 'B-1' });
    expect(pendingEffect(inBatch.state)).toBeUndefined();
    inBatch.when(again(collected)).thenQuiet();
  });
  test('what is said of the whole batch is not said of one', () =>
    expect(inBatch.when(status({ status: 'submitted', microsoftReferenceNumber: 'MS-1' })).decision).toMatchObject({
      kind: 'refused',
      refusal: { code: 'settled-by-batch' },
    }));
  test.each(['rejected', 'cancelled'] as const)(
    'nor is it %s before it is known to be collected: it may be in a batch already',
    (no) =>
      expect(batched.when(status({ status: no })).decision).toMatchObject({
        kind: 'refused',
        refusal: { code: 'settled-by-batch', detail: 'E-1:invoice:1 is asked for with a batch' },
      }),
  );
  test('the batch watches over window and payment; that the window is over the engagement says, too', () => {
    expect(batched.state.deadlines.map(({ kind }) => kind)).toContain('paymentWindowClosing');
    expect(inBatch.state.deadlines).toStrictEqual([{ kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' }]);
    const paid = { by: { subject: 'system', role: 'system' } as const, on: '2020-08-16' };
    const submitted = { status: 'submitted', at: '2020-08-15T10:00:00Z', microsoftReferenceNumber: 'MS-1' } as const;
    const approved = given(
      ...path.completionReported,
      tell('redeemVoucher', { confirmed: true }, { on: '2020-08-03', facts: { gateway: 'batch' } }),
      collected,
      tell('recordPaymentStatus', submitted, paid),
      tell('recordPaymentStatus', { status: 'approved', at: '2020-08-16T10:00:00Z' }, paid),
    );
    expect(approved.state.stage).toBe('paymentApproved');
    expect(approved.state.deadlines).toStrictEqual([]);
  });
  test('the batch tells how it went', () => {
    const told = tell(
      'recordPaymentStatus',
      { status: 'submitted', at: '2020-08-15T10:00:00Z', microsoftReferenceNumber: 'MS-1' },
      { on: '2020-08-15', by: { subject: 'system', role: 'system' } },
    );
    expect(inBatch.when(told).view).toMatchObject({
      stage: 'paymentRequested',
      paymentRequest: { status: 'submitted', microsoftReferenceNumber: 'MS-1', batchId: 'B-1' },
    });
  });
  test('nor before it is told which batch it is: it may be in one', () =>
    expect(batched.when(status({ status: 'submitted', microsoftReferenceNumber: 'MS-1' })).decision).toMatchObject({
      kind: 'refused',
      refusal: { code: 'settled-by-batch' },
    }));
  test('which batch it is, is news though the batch was quicker with SAVB’s answer', () => {
    const told = tell(
      'recordPaymentStatus',
      { status: 'submitted', at: '2020-08-15T10:00:00Z', microsoftReferenceNumber: 'MS-1' },
      { on: '2020-08-15', by: { subject: 'system', role: 'system' } },
    );
    const named = givenState(batched.when(told).after!).when(
      savb({ status: 'collected', batchId: 'B-1' }, { on: '2020-08-16' }),
    );
    expect(named.view?.paymentRequest).toMatchObject({ status: 'submitted', batchId: 'B-1' });
  });
  test('after its window it is not submitted alone: the batch asks for it', () => {
    const end = { kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' } as const;
    const lapsing = givenState(batched.when(tell('passDeadline', end, { at: end.at })).after!);
    for (const way of ['recordSubmitted', 'giveUp'])
      expect(lapsing.when(resolved('E-1:paymentWindowLapsed:1', way, { on: '2020-10-04' })).decision).toMatchObject({
        kind: 'refused',
        refusal: { code: 'resolution-not-possible' },
      });
  });
  test('it does not lapse while the batch may have sent it', () => {
    const end = { kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' } as const;
    const lapsing = inBatch.when(tell('passDeadline', end, { at: end.at })).after!;
    expect(
      givenState(lapsing).when(resolved('E-1:paymentWindowLapsed:1', 'giveUp', { on: '2020-10-04' })).decision,
    ).toMatchObject({ kind: 'refused', refusal: { code: 'resolution-not-possible' } });
  });
});
