import type { Facts } from '../../domain/engagement/decision';
import type { SavbAnswer } from '../../domain/settlement/answer';
import { contosoWith } from '../support/partner';
import { given, givenState } from '../support/given';
import {
  again,
  approved,
  assigned,
  paid,
  partnerAdmin,
  path,
  redeemed,
  reported,
  reserved,
  resolved,
  savb,
  started,
  status,
  submitted,
} from '../support/story';

const reference = 'E-1:invoice:1';
const at = '2020-08-20T08:00:00Z';
const awaitingMicrosoft = { message: 'recordPaymentStatus', from: 'Microsoft' };

const byHand: Partial<Facts> = { gateway: 'manual' };
const redeemedBy = (facts: Partial<Facts>) => [...path.completionReported, redeemed({}, { on: '2020-08-03', facts })];

const changed = (to: string, more: object = {}) => ({
  type: 'PaymentStatusChanged' as const,
  data: { reference, status: to as 'held', reportedAt: at, ...more },
});

describe('what keeps the request from being made', () => {
  const unregistered: Partial<Facts> = { partner: contosoWith({ savbRegistrations: [] }) };
  const registrationMissing = 'E-1:savbRegistrationMissing:1';
  const rateMissing = 'E-1:rateMissing:1';

  test('without a registration for the offering: a task, until the window closes (E16)', () => {
    const { view, openTasks } = given(...path.completionReported).when(redeemedBy(unregistered).at(-1)!);
    expect(view?.stage).toBe('redeemed');
    expect(view?.paymentRequest).toBeUndefined();
    expect(openTasks).toStrictEqual(['savbRegistrationMissing']);
    expect(view?.tasks[0]).toMatchObject({
      taskId: registrationMissing,
      role: 'globalAdmin',
      dueAt: '2020-10-03T00:00:00.000Z',
    });
    expect(view?.tasks[0]?.instructions).toContain('No registration for DDPS.');
  });
  test('without a rate: a task, never a guess', () => {
    const { view, openTasks } = given(...path.completionReported).when(redeemedBy({ rate: undefined }).at(-1)!);
    expect(view?.paymentRequest).toBeUndefined();
    expect(openTasks).toStrictEqual(['rateMissing']);
    expect(view?.tasks[0]?.instructions).toContain('No rate for DDPS in SE, 5 days.');
  });
  test('once the registration is there, the request goes on by itself', () => {
    const waiting = given(...redeemedBy(unregistered));
    waiting.when(resolved(registrationMissing, 'registered', { on: '2020-08-10', facts: unregistered })).thenRefused({
      code: 'resolution-not-possible',
      detail: 'No registration for DDPS.',
      awaiting: {
        message: `resolveTask ${registrationMissing}`,
        from: 'globalAdmin',
        until: '2020-10-03T00:00:00.000Z',
      },
    });
    const { view, openTasks } = waiting.when(resolved(registrationMissing, 'registered', { on: '2020-08-10' }));
    expect(openTasks).toStrictEqual([]);
    expect(view?.paymentRequest?.status).toBe('prepared');
    expect(view?.paymentRequest?.invoice?.date).toBe('2020-08-10');
  });
  test('where both are missing, the request waits for both, whichever comes first', () => {
    const neither = given(...redeemedBy({ ...unregistered, rate: undefined }));
    expect(neither.state.openTasks.map(({ kind }) => kind)).toStrictEqual(['savbRegistrationMissing', 'rateMissing']);
    const registered = neither.when(
      resolved(registrationMissing, 'registered', { on: '2020-08-10', facts: { rate: undefined } }),
    );
    registered.thenRecorded({
      type: 'TaskResolved',
      data: { taskId: registrationMissing, kind: 'savbRegistrationMissing', resolution: 'registered' },
    });
    const rated = givenState(registered.after!).when(resolved(rateMissing, 'rateAdded', { on: '2020-08-11' }));
    expect(rated.view?.paymentRequest?.status).toBe('prepared');
  });
  test('until then a submission cannot be recorded: the answer names the task', () =>
    given(...redeemedBy(unregistered))
      .when(
        status({ status: 'submitted', microsoftReferenceNumber: 'MS-1' }, { on: '2020-08-20', facts: unregistered }),
      )
      .thenRefused({
        code: 'held-by-task',
        detail: 'the request cannot be made yet: No registration for DDPS.',
        awaiting: {
          message: `resolveTask ${registrationMissing}`,
          from: 'globalAdmin',
          until: '2020-10-03T00:00:00.000Z',
        },
      }));
  test('though the world has changed, a person says so first', () =>
    given(...redeemedBy(unregistered))
      .when(status({ status: 'submitted', microsoftReferenceNumber: 'MS-1' }))
      .thenRefused({
        code: 'held-by-task',
        detail: 'the request cannot be made yet: resolve the open task',
        awaiting: {
          message: `resolveTask ${registrationMissing}`,
          from: 'globalAdmin',
          until: '2020-10-03T00:00:00.000Z',
        },
      }));
});

describe('the request is submitted', () => {
  test('by the system, when SAVB says so', () => {
    const answered = given(...path.redeemed).when(submitted());
    answered.thenRecorded({
      type: 'PaymentRequestSubmitted',
      data: { reference, microsoftReferenceNumber: 'MS-1', submittedAt: '2020-08-04T09:00:00.000Z' },
    });
    expect(answered.view?.stage).toBe('paymentRequested');
    expect(answered.view?.awaiting).toStrictEqual(awaitingMicrosoft);
  });
  test('by hand, when the operator has the Microsoft reference number', () => {
    const sheet = { status: 'byHand', sheet: 'Offering: DDPS' } as const;
    const manual = given(...redeemedBy(byHand), savb(sheet));
    expect(manual.state.openTasks[0]).toMatchObject({ kind: 'manualSubmission', resolutions: [] });
    expect(manual.state.openTasks[0]?.instructions).toMatch(/^Offering: DDPS\n/);
    manual.when(status({ status: 'submitted', microsoftReferenceNumber: 'MS-1', note: 'typed in' })).thenRecorded(
      {
        type: 'PaymentRequestSubmitted',
        data: { reference, microsoftReferenceNumber: 'MS-1', submittedAt: at, note: 'typed in' },
      },
      {
        type: 'TaskResolved',
        data: { taskId: 'E-1:manualSubmission:1', kind: 'manualSubmission', resolution: 'noLongerNeeded' },
      },
    );
    manual.when(savb({ ...sheet, sheet: 'again' }, { on: '2020-08-06' })).thenQuiet();
  });
  test('not without the number', () =>
    given(...redeemedBy(byHand))
      .when(status({ status: 'submitted' }))
      .thenRefused({
        code: 'reference-number-missing',
        detail: 'a submitted request has a number',
        errors: [{ pointer: '/microsoftReferenceNumber', message: 'required with submitted' }],
        awaiting: { message: 'recordPaymentStatus', from: 'operator', until: '2020-10-03T00:00:00.000Z' },
      }));
  test('not with a number another engagement has', () =>
    given(...redeemedBy(byHand))
      .when(
        status(
          { status: 'submitted', microsoftReferenceNumber: 'MS-1' },
          { on: '2020-08-20', facts: { heldElsewhere: { 'referenceNumber:MS-1': 'E-2' } } },
        ),
      )
      .thenRefused({
        code: 'reference-number-used',
        detail: 'MS-1 belongs to another engagement',
        errors: [{ pointer: '/microsoftReferenceNumber', message: 'a number no other engagement has' }],
        awaiting: { message: 'recordPaymentStatus', from: 'operator', until: '2020-10-03T00:00:00.000Z' },
      }));
  test('when SAVB answers with a number another engagement has, nobody knows what was submitted', () => {
    const told = submitted({}, { on: '2020-08-04', facts: { heldElsewhere: { 'referenceNumber:MS-1': 'E-2' } } });
    const { view, openTasks } = given(...path.redeemed).when(told);
    expect(view?.stage).toBe('redeemed');
    expect(view?.paymentRequest?.status).toBe('unknown');
    expect(openTasks).toStrictEqual(['submissionUnknown']);
  });
  test('once: another number, or no number, is a conflict before it is anything else', () =>
    given(...path.paymentRequested)
      .when(status({ status: 'submitted' }))
      .thenRefused({
        code: 'payment-status-out-of-order',
        detail: 'the request was submitted as MS-1',
        awaiting: awaitingMicrosoft,
      }));
  test('and SAVB saying so again is no news', () =>
    given(...path.paymentRequested)
      .when(submitted({}, { on: '2020-08-09', as: 'savb:again' }))
      .thenQuiet());
});

describe('it is unknown whether SAVB has it', () => {
  const unknown = savb({ status: 'unknown', why: 'three attempts, no answer' });

  test('then a person has to look', () => {
    const { view, openTasks } = given(...path.redeemed).when(unknown);
    expect(view?.paymentRequest?.status).toBe('unknown');
    expect(openTasks).toStrictEqual(['submissionUnknown']);
    expect(view?.tasks[0]?.instructions).toMatch(/^three attempts, no answer\n/);
  });
  test('said again it opens no second task', () =>
    given(...path.redeemed, unknown)
      .when(savb({ status: 'unknown', why: 'still none' }))
      .thenQuiet());
  test('found there, it is recorded with its number', () => {
    const { view, openTasks } = given(...path.redeemed, unknown).when(
      status({ status: 'submitted', microsoftReferenceNumber: 'MS-1' }),
    );
    expect(view?.stage).toBe('paymentRequested');
    expect(openTasks).toStrictEqual([]);
  });
  test('certainly not there, it is sent again; and may be unknown again, in the same words', () => {
    const sentAgain = given(...path.redeemed, unknown).when(resolved('E-1:submissionUnknown:1', 'notReceived'));
    sentAgain.thenRecorded(
      {
        type: 'TaskResolved',
        data: { taskId: 'E-1:submissionUnknown:1', kind: 'submissionUnknown', resolution: 'notReceived' },
      },
      {
        type: 'PaymentStatusChanged',
        data: { reference, status: 'prepared', reportedAt: '2020-08-20T09:00:00.000Z' },
      },
    );
    const { view, openTasks } = givenState(sentAgain.after!).when(again(unknown));
    expect(view?.paymentRequest?.status).toBe('unknown');
    expect(openTasks).toStrictEqual(['submissionUnknown']);
  });
});

describe('SAVB’s statuses', () => {
  const requested = given(...path.paymentRequested);

  test('approved: payment is awaited within thirty days', () => {
    const outcome = requested.when(status({ status: 'approved' }));
    outcome.thenRecorded(changed('approved'));
    expect(outcome.view?.stage).toBe('paymentApproved');
    expect(outcome.view?.paymentRequest?.approvedAt).toBe(at);
    expect(outcome.view?.awaiting).toStrictEqual({ ...awaitingMicrosoft, until: '2020-09-20T00:00:00.000Z' });
  });
  test('paid: the business is over', () => {
    const { view } = given(...path.paymentApproved).when(paid());
    expect(view?.stage).toBe('paid');
    expect(view?.paymentRequest?.paidAt).toBe('2020-08-30T10:00:00Z');
    expect(view?.awaiting).toBeUndefined();
    expect(view?.nextDeadline).toBeUndefined();
  });
  test('sent or paid tell of an approval nobody saw', () => {
    expect(requested.when(status({ status: 'sent' })).view).toMatchObject({
      stage: 'paymentApproved',
      paymentRequest: { status: 'sent', approvedAt: at },
    });
    expect(requested.when(status({ status: 'paid' })).view).toMatchObject({
      stage: 'paid',
      paymentRequest: { status: 'paid', approvedAt: at, paidAt: at },
    });
  });
  test('are told by SAVB itself in the same way', () =>
    requested
      .when(savb({ status: 'approved' }))
      .thenRecorded(changed('approved', { reportedAt: '2020-08-05T09:00:00.000Z' })));

  test.each([
    ['validating', 'validating'],
    ['approved', 'validating'],
    ['approved', 'approved'],
    ['sent', 'approved'],
    ['held', 'held'],
    ['awaitingInvoice', 'awaitingInvoice'],
    ['rejected', 'rejected'],
  ] as const)('after %s comes no %s: a person is told, of SAVB it is no news', (first, second) => {
    const told = given(...path.paymentRequested, status({ status: first, at: '2020-08-19T08:00:00Z' }));
    expect(told.when(status({ status: second })).decision).toMatchObject({
      kind: 'refused',
      refusal: { code: 'payment-status-out-of-order', detail: `${second} cannot follow ${first}` },
    });
    if (second !== 'validating') told.when(savb({ status: second, message: 'm' })).thenQuiet();
  });
  test.each([
    ['held', 'validating'],
    ['held', 'approved'],
    ['awaitingInvoice', 'validating'],
    ['rejected', 'validating'],
    ['sent', 'held'],
    ['held', 'awaitingInvoice'],
  ] as const)('after %s may come %s', (first, second) =>
    expect(
      given(...path.paymentRequested, status({ status: first, at: '2020-08-19T08:00:00Z' })).when(
        status({ status: second }),
      ).view?.paymentRequest?.status,
    ).toBe(second),
  );
  test('held after the approval does not go back before it', () => {
    const held = given(...path.paymentApproved, status({ status: 'held' }));
    expect(held.when(status({ status: 'approved' })).decision.kind).toBe('accepted');
    expect(held.when(status({ status: 'validating' })).decision.kind).toBe('refused');
  });

  test.each(['validating', 'awaitingInvoice', 'approved', 'held', 'sent', 'paid'] as const)(
    '%s cannot be before the request is submitted',
    (early) => {
      given(...path.redeemed)
        .when(status({ status: early }))
        .thenRefused({
          code: 'payment-status-out-of-order',
          detail: `${early} cannot be: the request is not submitted yet`,
          awaiting: { ...awaitingMicrosoft, until: '2020-10-03T00:00:00.000Z' },
        });
      if (early !== 'validating')
        given(...path.redeemed)
          .when(savb({ status: early }))
          .thenQuiet();
    },
  );
  test('are of today or before; but first, whether they can be at all', () => {
    requested.when(status({ status: 'approved', at: '2020-08-21T00:00:00Z' })).thenRefused({
      code: 'dates-out-of-order',
      detail: '2020-08-21T00:00:00Z is in the future',
      errors: [{ pointer: '/at', message: 'at most 2020-08-20' }],
      awaiting: awaitingMicrosoft,
    });
    expect(requested.when(status({ status: 'approved', at: '2020-08-20T23:59:59Z' })).decision.kind).toBe('accepted');
    expect(
      given(...path.redeemed).when(status({ status: 'approved', at: '2020-08-21T00:00:00Z' })).decision,
    ).toMatchObject({ refusal: { code: 'payment-status-out-of-order' } });
  });
  test('reported twice in the same words are reported once', () => {
    const told = status({ status: 'approved' });
    given(...path.paymentRequested, told)
      .when(again(told))
      .thenQuiet(told.message.messageId);
  });
  test('of another request are no news', () =>
    requested
      .when(
        savbOther({
          status: 'paid',
        }),
      )
      .thenQuiet());
});

const savbOther = (answer: SavbAnswer) => {
  const told = savb(answer);
  return { ...told, message: { ...told.message, payload: { reference: 'E-1:invoice:2', answer } } } as typeof told;
};

describe('statuses that need a person', () => {
  const requested = given(...path.paymentRequested);

  test('held: the bank details (E19)', () => {
    const held = requested.when(status({ status: 'held', note: 'bank account unknown' }));
    expect(held.openTasks).toStrictEqual(['paymentHeld']);
    expect(held.view?.tasks[0]?.instructions).toMatch(/^bank account unknown\n/);
    const goesOn = givenState(held.after!).when(status({ status: 'approved' }, { on: '2020-08-25' }));
    expect(goesOn.openTasks).toStrictEqual([]);
  });
  test('held again after it went on: asked again', () => {
    const heldAgain = given(
      ...path.paymentRequested,
      savb({ status: 'held' }),
      savb({ status: 'approved' }, { on: '2020-08-06' }),
    ).when(savb({ status: 'held' }, { on: '2020-08-07' }));
    expect(heldAgain.view?.tasks.map(({ taskId }) => taskId)).toStrictEqual(['E-1:paymentHeld:2']);
  });

  test.each([
    ['held', 'paymentHeld', 'bankDetailsCorrected'],
    ['awaitingInvoice', 'invoiceDocumentRequired', 'provided'],
  ] as const)(
    '%s is looked at again once a person has acted, and is a task again where nothing has changed',
    (stopped, kind, way) => {
      const answered = given(...path.paymentRequested, savb({ status: stopped })).when(resolved(`E-1:${kind}:1`, way));
      expect(answered.view?.paymentRequest?.status).toBe('validating');
      expect(answered.openTasks).toStrictEqual([]);
      const still = givenState(answered.after!).when(savb({ status: stopped }, { on: '2020-08-21' }));
      expect(still.view?.tasks.map(({ taskId }) => taskId)).toStrictEqual([`E-1:${kind}:2`]);
    },
  );

  describe('awaitingInvoice (E18)', () => {
    const asked = given(...path.paymentRequested, status({ status: 'awaitingInvoice', at: '2020-08-18T08:00:00Z' }));
    const invoiceDocument = { kind: 'courier', reference: 'DHL 7' } as const;

    test('the invoice is asked for', () =>
      expect(asked.state.openTasks.map(({ kind }) => kind)).toStrictEqual(['invoiceDocumentRequired']));
    test('until it is recorded as given', () => {
      const given = asked.when(status({ status: 'awaitingInvoice', invoiceDocument }));
      given.thenRecorded(changed('awaitingInvoice', { invoiceDocument }), {
        type: 'TaskResolved',
        data: {
          taskId: 'E-1:invoiceDocumentRequired:1',
          kind: 'invoiceDocumentRequired',
          resolution: 'noLongerNeeded',
        },
      });
      expect(given.view?.paymentRequest?.invoiceDocument).toStrictEqual(invoiceDocument);
    });
    test('given at once, it is not asked for', () =>
      expect(requested.when(status({ status: 'awaitingInvoice', invoiceDocument })).openTasks).toStrictEqual([]));
    test('asked for once more, the one given before was not enough', () => {
      const again = given(
        ...path.paymentRequested,
        status({ status: 'awaitingInvoice', invoiceDocument }),
        status({ status: 'validating' }, { on: '2020-08-21' }),
      ).when(savb({ status: 'awaitingInvoice' }, { on: '2020-08-22' }));
      expect(again.openTasks).toStrictEqual(['invoiceDocumentRequired']);
      expect(again.view?.paymentRequest?.invoiceDocument).toBeUndefined();
    });
    test('it is kept while the request goes on', () =>
      expect(
        given(...path.paymentRequested, status({ status: 'awaitingInvoice', invoiceDocument })).when(
          status({ status: 'approved' }, { on: '2020-08-21' }),
        ).view?.paymentRequest?.invoiceDocument,
      ).toStrictEqual(invoiceDocument));
  });

  describe.each(['rejected', 'cancelled'] as const)('%s (E20)', (definite) => {
    test('by SAVB, with its reason', () => {
      const no = given(...path.redeemed).when(savb({ status: definite, code: 'R7', message: 'rate differs' }));
      no.thenRecorded(
        {
          type: 'PaymentStatusChanged',
          data: {
            reference,
            status: definite,
            reportedAt: '2020-08-05T09:00:00.000Z',
            rejection: { code: 'R7', message: 'rate differs' },
          },
        },
        { type: 'TaskOpened', data: { task: no.after!.openTasks[0]! } },
      );
      expect(no.after!.openTasks[0]).toMatchObject({ kind: 'paymentRejected', resolutions: [] });
      expect(no.after!.openTasks[0]?.instructions).toMatch(/^R7: rate differs\n/);
      expect(no.view?.stage).toBe('redeemed');
      expect(no.view?.awaiting?.from).toBe('operator');
    });
    test('by report, with the operator’s note', () => {
      const noted = requested.when(status({ status: definite, note: 'rate differs' }));
      expect(noted.view?.paymentRequest?.rejection).toStrictEqual({ message: 'rate differs' });
      const bare = requested.when(status({ status: definite }));
      expect(bare.view?.paymentRequest?.rejection).toStrictEqual({ message: `reported as ${definite}` });
      expect(bare.view?.stage).toBe('paymentRequested');
    });
    test('then submitted by hand under a new number, the reason is history', () => {
      const { view, openTasks } = given(...path.paymentRequested, status({ status: definite })).when(
        status({ status: 'submitted', microsoftReferenceNumber: 'MS-2' }, { on: '2020-08-25' }),
      );
      expect(view?.stage).toBe('paymentRequested');
      expect(view?.paymentRequest).toMatchObject({ status: 'submitted', microsoftReferenceNumber: 'MS-2' });
      expect(view?.paymentRequest).not.toHaveProperty('rejection');
      expect(openTasks).toStrictEqual([]);
    });
    test('after the approval, and submitted again: the stage does not go back, the approval no longer counts', () => {
      const story = [...path.paymentApproved, status({ status: definite })];
      expect(given(...story).state.paymentRequest).not.toHaveProperty('approvedAt');
      const resubmitted = given(...story).when(
        status({ status: 'submitted', microsoftReferenceNumber: 'MS-2' }, { on: '2020-08-25' }),
      );
      expect(resubmitted.view?.stage).toBe('paymentApproved');
      expect(resubmitted.dueAfter).toStrictEqual([]);
      const approvedAgain = givenState(resubmitted.after!).when(
        status({ status: 'approved', at: '2020-09-10T08:00:00Z' }, { on: '2020-09-10' }),
      );
      expect(approvedAgain.view?.paymentRequest?.approvedAt).toBe('2020-09-10T08:00:00Z');
    });
  });
});

describe('denied is final', () => {
  test.each(['redeemed', 'paymentRequested', 'paymentApproved'] as const)('in stage %s', (stage) => {
    const denied = given(...path[stage]).when(status({ status: 'denied', note: 'no deliverable' }));
    denied.thenRecorded({ type: 'PaymentDenied', data: { reference, reportedAt: at, note: 'no deliverable' } });
    expect(denied.view).toMatchObject({ stage: 'paymentDenied', paymentRequest: { status: 'denied' } });
  });
  test('and nothing SAVB says later changes that', () => {
    const recordsDiffer = [
      ...path.paymentRequested,
      status({ status: 'held' }, { on: '2020-08-20', facts: { rulebookDiffers: true } }),
    ];
    const denied = given(...recordsDiffer, status({ status: 'denied' }, { on: '2020-08-21' }));
    expect(denied.state.openTasks.map(({ kind }) => kind)).toStrictEqual(['recordsDiffer']);
    denied.when(savb({ status: 'approved' }, { on: '2020-08-22' })).thenQuiet();
    denied.when(savb({ status: 'rejected', message: 'late' }, { on: '2020-08-22' })).thenQuiet();
  });
  test('even where no request could be made', () => {
    const unregistered: Partial<Facts> = { partner: contosoWith({ savbRegistrations: [] }) };
    const denied = given(...redeemedBy(unregistered)).when(status({ status: 'denied' }));
    expect(denied.view?.stage).toBe('paymentDenied');
    expect(denied.openTasks).toStrictEqual([]);
  });
  test('it ends every task about the payment', () =>
    expect(
      given(...path.paymentRequested, status({ status: 'rejected' })).when(
        status({ status: 'denied' }, { on: '2020-08-21' }),
      ).openTasks,
    ).toStrictEqual([]));
});

test('before the redemption there is no payment to report on', () =>
  given(started(), assigned(), reserved(), reported())
    .when(approved())
    .thenRefused({
      code: 'wrong-stage',
      detail:
        'recordPaymentStatus belongs to redeemed or paymentRequested or paymentApproved; the engagement is completionReported',
      awaiting: { message: 'redeemVoucher', from: 'partnerAdmin', until: '2020-12-30T00:00:00.000Z' },
    }));

test('only an operator reports a status', () =>
  given(...path.paymentRequested)
    .when(status({ status: 'approved' }, { on: '2020-08-20', by: partnerAdmin }))
    .thenRefused({
      code: 'role-not-allowed',
      detail: 'recordPaymentStatus is for operator, not for partnerAdmin',
    }));
