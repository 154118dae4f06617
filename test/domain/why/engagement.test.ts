import type { Stage } from '../../../contracts/names';
import { viewOf } from '../../../domain/engagement/view';
import { whyEngagement } from '../../../domain/why/engagement';
import { given } from '../../support/given';
import { IN_STAGE } from '../../support/inEveryStage';
import {
  eligibilityChanged,
  licenseEnds,
  passed,
  path,
  redeemed,
  reported,
  resolved,
  savb,
  status,
  type Told,
} from '../../support/story';

const why = (...story: readonly Told[]) => whyEngagement(viewOf(given(...story).state));

const RUNS_OUT =
  'People are reminded; at 2020-12-30 00:00 UTC the voucher has run out. A redemption made in time can be recorded for some days more; then it ends as expired, and nothing is paid.';
const REQUEST = 'The voucher was redeemed on 2020-08-03. The payment request E-1:invoice:1 (82500.00 SEK';

test.each<[Stage, where: string, waitsFor: string, otherwise: string]>([
  [
    'awaitingVoucher',
    'It began on 2020-07-01, and no voucher is assigned yet.',
    'It waits for the customer to assign a voucher, until 2020-08-15 00:00 UTC.',
    'The customer is reminded; at 2020-08-15 00:00 UTC an operator is asked to look after it. Nothing expires.',
  ],
  [
    'voucherAssigned',
    'Voucher V-1 (DDPS, 5 days) was assigned on 2020-07-02 and is not reserved yet.',
    'It waits for a Partner Admin to reserve the voucher in Partner Center, until 2020-12-30 00:00 UTC.',
    RUNS_OUT,
  ],
  [
    'reserved',
    'Voucher V-1 was reserved on 2020-07-10; the work is planned in SE from 2020-07-20 to 2020-07-31.',
    'It waits for a consultant to deliver the work and report it, until 2020-12-30 00:00 UTC.',
    RUNS_OUT,
  ],
  [
    'completionReported',
    '5 days of work were delivered by 2020-07-31 and reported; the voucher is not redeemed yet.',
    'It waits for a Partner Admin to redeem the voucher in Partner Center, until 2020-12-30 00:00 UTC.',
    RUNS_OUT,
  ],
  [
    'redeemed',
    `${REQUEST}) is ready and not with SAVB yet.`,
    'It waits for SAVB to take the payment request, until 2020-10-03 00:00 UTC.',
    'It goes out by itself, and again and again while SAVB does not answer. The payment window ends on 2020-10-02; after it nothing is sent by itself, and an operator decides.',
  ],
  [
    'paymentRequested',
    `${REQUEST}, Microsoft’s number MS-1) is with SAVB since 2020-08-04 09:00 UTC.`,
    'It waits for Microsoft to approve the payment request.',
    'SAVB is asked by itself until it answers; nobody has to act.',
  ],
  [
    'paymentApproved',
    `${REQUEST}, Microsoft’s number MS-1) was approved at 2020-08-15 10:00 UTC.`,
    'It waits for Microsoft to pay, until 2020-09-15 00:00 UTC.',
    'At 2020-09-15 00:00 UTC an operator is asked to chase the payment.',
  ],
  [
    'paid',
    `${REQUEST}, Microsoft’s number MS-1) was paid at 2020-08-30 10:00 UTC.`,
    'It waits for nothing: its business is over.',
    'Nothing is left to do.',
  ],
  [
    'expired',
    'Voucher V-1 ran out on 2020-12-29 at the latest without being redeemed; nothing is paid.',
    'It waits for nothing: its business is over.',
    'Nothing is left to do.',
  ],
  [
    'cancelled',
    'It was cancelled before the voucher was redeemed.',
    'Its business is over; only its open tasks are left.',
    'What is still open at 2020-10-31 00:00 UTC is closed by itself.',
  ],
  [
    'paymentDenied',
    `${REQUEST}) was denied by Microsoft, for good.`,
    'It waits for nothing: its business is over.',
    'Nothing is left to do.',
  ],
  [
    'paymentLapsed',
    'The voucher was redeemed on 2020-08-03, and the payment was given up after its window.',
    'It waits for nothing: its business is over.',
    'Nothing is left to do.',
  ],
])('in stage %s', (stage, where, waitsFor, otherwise) =>
  expect(whyEngagement(viewOf(IN_STAGE[stage]))).toMatchObject({ where, waitsFor, otherwise }),
);

test('the command for the next step is there, with what is known of it', () =>
  expect(why(...path.completionReported).ways).toStrictEqual([
    {
      leadsTo: 'redeemed: this is final',
      command: 'engagements send redeemVoucher E-1 --set confirmed=true --set redeemedOn=DAY',
    },
  ]));

describe('what somebody has to decide first', () => {
  test('is what it waits for, and has its commands with the task', () => {
    const told = why(...path.reserved, reported({ startedOn: '2020-07-09' }));
    expect(told.waitsFor).toBe(
      'It waits for an operator to resolve a task: Work began before the reservation, until 2020-12-30 00:00 UTC.',
    );
    expect(told.ways).toStrictEqual([]);
    expect(told.tasks).toMatchObject([
      {
        taskId: 'E-1:engagementStartedEarly:1',
        title: 'Work began before the reservation',
        who: 'for an operator',
        instructions: [
          'Work began on 2020-07-09, the voucher was reserved on 2020-07-10.',
          'Microsoft may deny the payment (E6). Correct the report if the day is wrong, or resolve as proceedAtRisk.',
        ],
        means: 'The redemption is held: Microsoft may not pay for work that began before the reservation.',
        ways: [
          { leadsTo: 'the day in the report was wrong' },
          {
            leadsTo: 'the voucher may be redeemed; the payment is at risk',
            command: 'engagements resolve E-1:engagementStartedEarly:1 proceedAtRisk',
          },
        ],
      },
    ]);
  });

  test('says for whom, where, until when and who is at it', () => {
    const { view } = given(...path.completionReported).when(redeemed({}, { facts: { rate: undefined } }));
    const tasks = view!.tasks.map((task) => ({ ...task, accountKind: 'Partner Center', claimedBy: 'olga' }));
    expect(whyEngagement({ ...view!, tasks }).tasks[0]?.who).toBe(
      'for an operator, in Partner Center, due 2020-10-03 00:00 UTC, claimed by olga',
    );
  });
});

test('a risk that was taken, what the partner lacks and an ending licence are told', () => {
  const early = resolved('E-1:engagementStartedEarly:1');
  expect(why(...path.reserved, reported({ startedOn: '2020-07-09' }), early).atRisk).toStrictEqual([
    'Microsoft may deny the payment (engagement started early); somebody decided to go on.',
  ]);
  const news = [
    eligibilityChanged({ requirement: 'complianceTraining' }, { on: '2020-07-04' }),
    licenseEnds({}, { on: '2020-07-05' }),
  ];
  expect(why(...path.voucherAssigned, ...news).atRisk).toStrictEqual([
    'The partner lacks compliance training: the redemption is held until that is put right.',
    'The customer’s licence enrollment ends on 2020-09-30: days of a voucher that runs out later are lost.',
  ]);
});

test.each<[Stage, string[]]>([
  [
    'reserved',
    [
      'It is reserved for delivery in DE, and the customer is in SE: a wrong country can be put right until the voucher is redeemed.',
    ],
  ],
  ['paid', []],
])('%s for another country than the customer’s, it says so as long as that can be changed', (stage, atRisk) => {
  const view = viewOf(IN_STAGE[stage]);
  const reservation = { ...view.reservation!, deliveryCountry: 'DE' };
  expect(whyEngagement({ ...view, reservation }).atRisk).toStrictEqual(atRisk);
});

test('when the last day is over, the week for recording a redemption is what remains', () =>
  expect(
    why(...path.completionReported, passed({ kind: 'voucherExpiry', at: '2020-12-30T00:00:00.000Z' })),
  ).toMatchObject({
    waitsFor: 'It waits for a Partner Admin to redeem the voucher in Partner Center, until 2021-01-06 00:00 UTC.',
    otherwise: 'It ends as expired at 2021-01-06 00:00 UTC, and nothing is paid.',
  }));

test('when the customer was reminded for long, it just waits on', () =>
  expect(
    why(...path.awaitingVoucher, passed({ kind: 'voucherMissing', at: '2020-08-15T00:00:00.000Z' })),
  ).toMatchObject({
    waitsFor: 'It waits for the customer to assign a voucher.',
    otherwise: 'Nothing happens by itself any more: it goes on waiting.',
  }));

describe('of a payment request', () => {
  const where = (...story: Told[]) => why(...path.redeemed, ...story).where.replace(`${REQUEST}`, '');

  test.each<[told: Told, where: string, waitsFor: string]>([
    [
      savb({ status: 'byHand', sheet: 's' }),
      ') is ready and not with SAVB yet.',
      'It waits for an operator to submit the payment request by hand, until 2020-10-03 00:00 UTC.',
    ],
    [
      savb({ status: 'unknown', why: 'reset' }),
      ') was sent, and it is unknown whether SAVB has it.',
      'It waits for an operator to resolve a task: It is unknown whether SAVB has the payment request, until 2020-10-03 00:00 UTC.',
    ],
    [
      savb({ status: 'notRegistered', why: 'no' }),
      ') is ready, but SAVB has no registration of contoso-se for DDPS yet.',
      'It waits for a Global Admin to resolve a task: Not registered with SAVB for this offering, until 2020-10-03 00:00 UTC.',
    ],
    [
      savb({ status: 'rejected', message: 'wrong rate' }),
      ') was rejected by SAVB. SAVB says: wrong rate',
      'It waits for an operator to correct the payment request, until 2020-10-03 00:00 UTC.',
    ],
  ])('$message.payload', (told, expected, waitsFor) => {
    expect(where(told)).toBe(expected);
    expect(why(...path.redeemed, told).waitsFor).toBe(waitsFor);
  });

  test('that is held or lacks its invoice waits for whoever can help', () =>
    expect(why(...path.paymentRequested, status({ status: 'held' }))).toMatchObject({
      waitsFor: 'It waits for what Microsoft asks for.',
      otherwise: 'Nothing happens by itself.',
    }));

  test('nothing is sent by itself after its window', () =>
    expect(
      why(
        ...path.redeemed,
        savb({ status: 'notRegistered', why: 'no' }),
        passed({ kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' }),
      ).otherwise,
    ).toBe('Nothing more is sent by itself: the task decides.'));

  test('that cannot be made for want of a rate says that there is none', () =>
    expect(
      whyEngagement(given(...path.completionReported).when(redeemed({}, { facts: { rate: undefined } })).view!).where,
    ).toBe('The voucher was redeemed on 2020-08-03. There is no payment request.'));

  test('that is asked for with others waits for the batch', () => {
    const view = viewOf(IN_STAGE.redeemed);
    const paymentRequest = {
      ...view.paymentRequest!,
      gateway: 'batch' as const,
      batchId: 'B-1',
      status: 'collected' as const,
    };
    expect(whyEngagement({ ...view, paymentRequest })).toMatchObject({
      where: `${REQUEST}) is asked for with others in batch B-1.`,
      waitsFor: 'It waits for the batch to be asked for, until 2020-10-03 00:00 UTC.',
    });
  });

  test('for which SAVB wants the invoice asks for it until it is recorded how it was given', () => {
    const wanted = [...path.paymentRequested, status({ status: 'awaitingInvoice' })];
    const invoiceDocument = { kind: 'courier' as const, reference: 'C-7' };
    const handed = status({ status: 'awaitingInvoice', invoiceDocument });
    expect(why(...wanted)).toMatchObject({
      where: `${REQUEST}, Microsoft’s number MS-1) is with SAVB, which asks for the invoice.`,
      waitsFor: 'It waits for what Microsoft asks for.',
    });
    expect(why(...wanted, handed)).toMatchObject({
      where: `${REQUEST}, Microsoft’s number MS-1) is with SAVB, which was given the invoice (courier C-7).`,
      waitsFor: 'It waits for Microsoft to approve the payment request.',
      tasks: [],
    });
  });

  test('by hand has its statuses recorded by a person', () => {
    const view = viewOf(given(...path.paymentRequested).state);
    const byHand = { ...view, awaiting: { message: 'recordPaymentStatus', from: 'operator' } };
    expect(whyEngagement(byHand)).toMatchObject({
      waitsFor: 'It waits for an operator to record what SAVB shows.',
      otherwise: 'Nothing happens by itself.',
      ways: [{ command: 'engagements send recordPaymentStatus E-1 --set status=STATUS --set at=INSTANT' }],
    });
  });
});
