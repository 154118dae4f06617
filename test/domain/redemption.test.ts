import type { Facts } from '../../domain/engagement/decision';
import { given, givenState } from '../support/given';
import { contosoWith } from '../support/partner';
import { edition2021 } from '../support/rulebook';
import {
  again,
  assigned,
  path,
  redeemed,
  reported,
  reservationCancelled,
  reserved,
  resolved,
  started,
} from '../support/story';

const prepared = {
  type: 'PaymentRequestPrepared' as const,
  data: {
    reference: 'E-1:invoice:1',
    seq: 1,
    gateway: 'http' as const,
    offering: 'DDPS',
    country: 'SE',
    locationId: 'contoso-se',
    vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-08-03' }],
    amount: { minor: 8_250_000, currency: 'SEK' },
    invoice: { number: 'pending', date: '2020-08-03' },
  },
};

const redeem = (redeemedOn?: string, on = '2020-08-03', facts: Partial<Facts> = {}) =>
  given(...path.completionReported).when(redeemed(redeemedOn === undefined ? {} : { redeemedOn }, { on, facts }));

describe('the voucher is redeemed', () => {
  test('today, and the invoice to Microsoft is intended in the same breath', () =>
    redeem().thenRecorded(
      {
        type: 'VoucherRedeemed',
        data: { redemption: { redeemedOn: '2020-08-03', paymentRequestDueOn: '2020-10-02' } },
      },
      prepared,
    ));
  test('or on an earlier day, from which the sixty days run; the invoice is dated today', () =>
    redeem('2020-08-01', '2020-08-20').thenRecorded(
      {
        type: 'VoucherRedeemed',
        data: { redemption: { redeemedOn: '2020-08-01', paymentRequestDueOn: '2020-09-30' } },
      },
      {
        ...prepared,
        data: {
          ...prepared.data,
          vouchers: [{ voucherId: 'V-1', serviceLevelDays: 5, redeemedOn: '2020-08-01' }],
          invoice: { number: 'pending', date: '2020-08-20' },
        },
      },
    ));
  test('at the rate and under the location of the country of delivery', () => {
    const delivered = reserved({ locationId: 'contoso-de', deliveryCountry: 'DE' });
    const rate = { minor: 780_000, currency: 'EUR' };
    const { view } = given(started(), assigned(), delivered, reported()).when(
      redeemed({}, { on: '2020-08-03', facts: { rate } }),
    );
    expect(view?.paymentRequest?.country).toBe('DE');
    expect(view?.paymentRequest?.locationId).toBe('contoso-de');
    expect(view?.paymentRequest?.amount).toStrictEqual(rate);
  });
  test('not tomorrow', () =>
    redeem('2020-08-04').thenRefused({
      code: 'dates-out-of-order',
      detail: 'a voucher is redeemed after delivery and recorded no earlier than it happens',
      errors: [{ pointer: '/redeemedOn', message: 'from 2020-07-31 until 2020-08-03' }],
    }));
  test('not before the plan was with the customer', () => {
    expect(redeem('2020-07-31').decision.kind).toBe('accepted');
    redeem('2020-07-30').thenRefused({
      code: 'dates-out-of-order',
      detail: 'a voucher is redeemed after delivery and recorded no earlier than it happens',
      errors: [{ pointer: '/redeemedOn', message: 'from 2020-07-31 until 2020-08-03' }],
    });
  });
  test('not before the reservation, however early the work was', () => {
    const early = reported({
      startedOn: '2020-07-06',
      completedOn: '2020-07-07',
      deliveredToCustomerOn: '2020-07-07',
    });
    given(...path.reserved, early, resolved('E-1:engagementStartedEarly:1', 'proceedAtRisk', { on: '2020-08-02' }))
      .when(redeemed({ redeemedOn: '2020-07-09' }))
      .thenRefused({
        code: 'dates-out-of-order',
        detail: 'a voucher is redeemed after delivery and recorded no earlier than it happens',
        errors: [{ pointer: '/redeemedOn', message: 'from 2020-07-10 until 2020-08-03' }],
      });
  });
  test('on its last day, recorded the day after', () =>
    expect(redeem('2020-12-29', '2020-12-30').view?.stage).toBe('redeemed'));
  test('not after its last day', () =>
    redeem(undefined, '2020-12-30').thenRefused({
      code: 'redeemed-after-last-day',
      detail: 'the last day was 2020-12-29',
      errors: [{ pointer: '/redeemedOn', message: 'at most 2020-12-29' }],
    }));
  test('nor after the last day of the programme (E22)', () => {
    const facts = { rulebook: edition2021 };
    const until2022 = given(
      started(),
      assigned({ expiresOn: '2022-03-31' }, { on: '2020-07-03', facts }),
      reserved(),
      reported(),
    );
    const partner = contosoWith({
      competencies: [
        { competency: 'windowsAndDevices', tier: 'gold', attainedOn: '2020-01-01', expiresOn: '2022-06-30' },
      ],
      enrollments: [{ offering: 'DDPS', enrolledOn: '2021-07-01', enrolledUntil: '2022-06-30' }],
    });
    const on = (day: string) => until2022.when(redeemed({}, { on: day, facts: { ...facts, partner } }));
    expect(on('2022-01-01').view?.stage).toBe('redeemed');
    on('2022-01-02').thenRefused({
      code: 'redeemed-after-last-day',
      detail: 'the last day was 2022-01-01',
      errors: [{ pointer: '/redeemedOn', message: 'at most 2022-01-01' }],
    });
  });
  test('once and for good: the same is quiet, anything else a conflict', () => {
    given(...path.redeemed)
      .when(again(redeemed()))
      .thenQuiet('redeemVoucher@2020-08-03T09:00:00.000Z');
    given(...path.redeemed)
      .when(redeemed({ redeemedOn: '2020-08-02' }))
      .thenRefused({
        code: 'already-done-differently',
        detail: 'redeemVoucher took effect before, with other content; the engagement is redeemed',
        awaiting: { message: 'recordPaymentStatus', from: 'Microsoft', until: '2020-10-03T00:00:00.000Z' },
      });
  });
});

describe('redemption before the report is refused with everything that is missing (E15)', () => {
  test.each([
    [
      'awaitingVoucher',
      'a voucher is assigned, it is reserved, the completion report is submitted, with the deliverable uploaded',
      { message: 'assignVoucher', from: 'customer', until: '2020-08-15T00:00:00.000Z' },
    ],
    [
      'voucherAssigned',
      'it is reserved, the completion report is submitted, with the deliverable uploaded',
      { message: 'reserveVoucher', from: 'partnerAdmin', until: '2020-12-30T00:00:00.000Z' },
    ],
    [
      'reserved',
      'the completion report is submitted, with the deliverable uploaded',
      { message: 'submitCompletionReport', from: 'consultant', until: '2020-12-30T00:00:00.000Z' },
    ],
  ] as const)('%s', (stage, missing, awaiting) =>
    given(...path[stage])
      .when(redeemed())
      .thenRefused({ code: 'report-missing', detail: `before redemption: ${missing}`, awaiting }),
  );
});

describe('a partner that is no longer eligible (E7)', () => {
  const lapsed: Partial<Facts> = { partner: contosoWith({ enrollments: [], competencies: [] }) };
  const detail =
    'Unmet: competency (Windows and Office Deployment Planning needs silver or gold windowsAndDevices, held on 2020-08-03); enrollment (Contoso Services is not enrolled in DDPS on 2020-08-03).';
  const taskId = 'E-1:eligibilityLapsed:1';
  const task = {
    taskId,
    kind: 'eligibilityLapsed' as const,
    status: 'open' as const,
    engagementId: 'E-1',
    partnerId: 'contoso',
    role: 'operator' as const,
    title: 'The partner is no longer eligible',
    instructions: `${detail}\nRestore what is missing and resolve as restored, or resolve as proceedAtRisk; then redeem again (E7).`,
    resolutions: ['restored', 'proceedAtRisk'],
    openedAt: '2020-08-03T09:00:00.000Z',
  };
  const refused = given(...path.completionReported).when(redeemed({}, { on: '2020-08-03', facts: lapsed }));
  const held = refused.after!;
  const hear = givenState(held);

  test('is refused, and in the same document a person is asked', () => {
    expect(refused.decision).toStrictEqual({
      kind: 'refused',
      refusal: { code: 'competency-missing', detail },
      besides: [{ type: 'TaskOpened', data: { task } }],
    });
    expect(refused.events.map(({ type, data }) => ({ type, data }))).toStrictEqual([
      { type: 'TaskOpened', data: { task } },
      {
        type: 'MessageRefused',
        data: { message: 'redeemVoucher', refusal: { code: 'competency-missing', detail } },
      },
    ]);
    expect(held.stage).toBe('completionReported');
    expect(held.effects).toStrictEqual(refused.before?.effects);
  });
  test('is held by the open task, even where all is well again', () =>
    hear.when(redeemed({}, { on: '2020-08-04' })).thenRefused({
      code: 'held-by-task',
      detail: `task ${taskId} (The partner is no longer eligible) is open`,
      awaiting: { message: `resolveTask ${taskId}`, from: 'operator', until: '2020-12-30T00:00:00.000Z' },
    }));
  test('restored is only what is restored', () => {
    hear.when(resolved(taskId, 'restored', { on: '2020-08-04', facts: lapsed })).thenRefused({
      code: 'resolution-not-possible',
      detail: 'still unmet: competency, enrollment',
      awaiting: { message: `resolveTask ${taskId}`, from: 'operator', until: '2020-12-30T00:00:00.000Z' },
    });
    const restored = hear.when(resolved(taskId, 'restored', { on: '2020-08-04' }));
    restored.thenRecorded({
      type: 'TaskResolved',
      data: { taskId, kind: 'eligibilityLapsed', resolution: 'restored' },
    });
  });
  test('who goes on at risk is not asked again about the same, and the payment is at risk', () => {
    const proceeding = hear.when(resolved(taskId, 'proceedAtRisk', { on: '2020-08-04', facts: lapsed }));
    proceeding.thenRecorded({
      type: 'TaskResolved',
      data: {
        taskId,
        kind: 'eligibilityLapsed',
        resolution: 'proceedAtRisk',
        acceptedRisks: ['competency', 'enrollment'],
      },
    });
    const { view } = givenState(proceeding.after!).when(redeemed({}, { on: '2020-08-05', facts: lapsed }));
    expect(view?.stage).toBe('redeemed');
    expect(view?.paymentAtRisk).toStrictEqual({ reasons: ['competency', 'enrollment'] });
  });
  test('but is asked about anything else that lapsed since', () => {
    const proceeding = hear.when(resolved(taskId, 'proceedAtRisk', { on: '2020-08-04', facts: lapsed }));
    const worse = { partner: contosoWith({ enrollments: [], competencies: [], complianceTraining: undefined }) };
    const { decision, openTasks } = givenState(proceeding.after!).when(
      redeemed({}, { on: '2020-08-05', facts: worse }),
    );
    expect(decision).toMatchObject({ kind: 'refused', refusal: { code: 'compliance-training-missing' } });
    expect(openTasks).toStrictEqual(['eligibilityLapsed']);
  });
  test('the task goes with the reservation', () =>
    expect(givenState(held).when(reservationCancelled()).openTasks).toStrictEqual([]));
});

test('a partner nobody knows any more cannot redeem', () =>
  redeem(undefined, '2020-08-03', { partner: undefined }).thenRefused({
    code: 'partner-unknown',
    detail: 'there is no partner contoso',
  }));

test('eligibility is that of whoever did the work, not of whoever was planned', () => {
  const evaLeft = { partner: contosoWith({ consultants: contosoWith({}).consultants.slice(1) }) };
  const done = given(...path.reserved, reported({ consultantIds: ['nils.berg'] }));
  expect(done.when(redeemed({}, { on: '2020-08-03', facts: evaLeft })).view?.stage).toBe('redeemed');
});

test('two tasks may hold it: the answer names the one that is awaited', () => {
  const lapsed = { partner: contosoWith({ enrollments: [] }) };
  const held = given(...path.completionReported).when(redeemed({}, { on: '2020-08-03', facts: lapsed })).after!;
  const both = givenState(held).when(reported({ startedOn: '2020-07-09', corrects: true })).after!;
  const taskId = 'E-1:eligibilityLapsed:1';
  givenState(both)
    .when(redeemed({}, { on: '2020-08-04' }))
    .thenRefused({
      code: 'held-by-task',
      detail: `task ${taskId} (The partner is no longer eligible) is open`,
      awaiting: { message: `resolveTask ${taskId}`, from: 'operator', until: '2020-12-30T00:00:00.000Z' },
    });
});
