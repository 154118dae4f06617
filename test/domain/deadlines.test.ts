import type { Deadline } from '../../contracts/engagement';
import { contosoWith } from '../support/partner';
import { given, givenState } from '../support/given';
import { edition2021, editionWith } from '../support/rulebook';
import {
  approved,
  assigned,
  cancelled,
  extended,
  noted,
  passed,
  path,
  redeemed,
  replaced,
  reported,
  rescheduled,
  reservationCancelled,
  reserved,
  resolved,
  savb,
  started,
  status,
  submitted,
  type Told,
} from '../support/story';

const deadline = (kind: Deadline['kind'], at: string): Deadline => ({
  kind,
  at: at.length > 10 ? at : `${at}T00:00:00.000Z`,
});

/** Lets every deadline up to the named kind pass, each at its time. */
function until(kind: Deadline['kind'], ...story: readonly Told[]) {
  let scene = given(...story);
  for (;;) {
    const [next] = scene.state.deadlines;
    if (!next || next.kind === kind) return scene;
    scene = givenState(scene.when(passed(next, { facts: story.at(-1)?.facts })).after!);
  }
}

const untilExpiry = [
  deadline('expiryReminder', '2020-11-29'),
  deadline('expiryReminder', '2020-12-22'),
  deadline('expiryReminder', '2020-12-28'),
  deadline('voucherExpiry', '2020-12-30'),
  deadline('recordingGraceEnd', '2021-01-06'),
];

describe('while a voucher is awaited', () => {
  test('the customer is reminded, and one day a person is asked', () =>
    expect(given(started()).state.deadlines).toStrictEqual([
      deadline('voucherReminder', '2020-07-08'),
      deadline('voucherReminder', '2020-07-22'),
      deadline('voucherMissing', '2020-08-15'),
    ]));
  test('a reminder is recorded, and the next one is awaited', () => {
    const reminded = given(started()).when(passed(deadline('voucherReminder', '2020-07-08')));
    reminded.thenRecorded({
      type: 'DeadlineReminded',
      data: {
        ...deadline('voucherReminder', '2020-07-08'),
        about: 'The customer has not assigned a voucher yet.',
      },
    });
    expect(reminded.dueAfter).toStrictEqual([
      deadline('voucherReminder', '2020-07-22'),
      deadline('voucherMissing', '2020-08-15'),
    ]);
  });
  test('after the last the engagement waits on, with a task', () => {
    const missing = until('voucherMissing', started()).when(passed(deadline('voucherMissing', '2020-08-15')));
    expect(missing.openTasks).toStrictEqual(['voucherMissing']);
    expect(missing.dueAfter).toStrictEqual([]);
    expect(missing.view?.stage).toBe('awaitingVoucher');
    const keptWaiting = givenState(missing.after!).when(resolved('E-1:voucherMissing:1', 'keepWaiting'));
    expect(keptWaiting.openTasks).toStrictEqual([]);
  });
  test('the voucher closes the task', () => {
    const missing = until('voucherMissing', started()).when(passed(deadline('voucherMissing', '2020-08-15')));
    const late = assigned({ assignedOn: '2020-08-20' }, { on: '2020-08-20' });
    expect(givenState(missing.after!).when(late).openTasks).toStrictEqual([]);
  });
});

describe('the voucher’s last day', () => {
  test('is watched from assignment to redemption, beside the planned end', () => {
    expect(given(...path.voucherAssigned).state.deadlines).toStrictEqual(untilExpiry);
    expect(given(...path.reserved).state.deadlines).toStrictEqual([
      deadline('plannedEnd', '2020-08-01'),
      ...untilExpiry,
    ]);
    expect(given(...path.completionReported).state.deadlines).toStrictEqual(untilExpiry);
  });
  test('counts to its end in the programme’s UTC offset', () => {
    const offset = started({ utcOffset: '+02:00' });
    expect(given(offset, assigned()).state.deadlines).toContainEqual(
      deadline('voucherExpiry', '2020-12-29T22:00:00.000Z'),
    );
  });
  test('is at most the last redemption day', () => {
    const late = assigned({ expiresOn: '2022-03-31' }, { on: '2020-07-03', facts: { rulebook: edition2021 } });
    expect(given(started(), late).state.deadlines).toStrictEqual([
      deadline('expiryReminder', '2021-12-02'),
      deadline('expiryReminder', '2021-12-25'),
      deadline('expiryReminder', '2021-12-31'),
      deadline('voucherExpiry', '2022-01-02'),
      deadline('recordingGraceEnd', '2022-01-09'),
    ]);
  });
  test('reminders already over are not made up for', () => {
    const late = assigned({ assignedOn: '2020-01-20' }, { on: '2020-07-03' });
    expect(given(started(), late).state.deadlines).toStrictEqual([
      deadline('expiryReminder', '2020-07-11'),
      deadline('expiryReminder', '2020-07-17'),
      deadline('voucherExpiry', '2020-07-19'),
      deadline('recordingGraceEnd', '2020-07-26'),
    ]);
  });
  test('a reminder that fell due while another message was taken up is not forgotten', () => {
    const overdue = given(...path.voucherAssigned).when(noted({}, { on: '2020-12-01' }));
    expect(overdue.dueAfter).toStrictEqual(untilExpiry);
  });
  test('moves with an extension', () => {
    const { dueAfter } = given(...path.voucherAssigned).when(extended({ addDays: 90 }));
    expect(dueAfter).toContainEqual(deadline('voucherExpiry', '2021-03-30'));
    expect(dueAfter).toHaveLength(5);
  });
  test('moves with another voucher', () =>
    expect(given(...path.voucherAssigned).when(replaced({ expiresOn: '2021-01-31' })).dueAfter).toContainEqual(
      deadline('voucherExpiry', '2021-02-01'),
    ));
});

describe('a voucher that ran out (E11)', () => {
  const ranOut = until('voucherExpiry', ...path.completionReported).when(
    passed(deadline('voucherExpiry', '2020-12-30')),
  );
  const inGrace = givenState(ranOut.after!);
  const taskId = 'E-1:voucherExpired:1';

  test('leaves a week to record what was done in time', () => {
    expect(ranOut.openTasks).toStrictEqual(['voucherExpired']);
    expect(ranOut.view?.tasks[0]).toMatchObject({
      role: 'partnerAdmin',
      resolutions: ['notRedeemed'],
      dueAt: '2021-01-06T00:00:00.000Z',
    });
    expect(ranOut.dueAfter).toStrictEqual([deadline('recordingGraceEnd', '2021-01-06')]);
    expect(ranOut.view?.awaiting).toStrictEqual({
      message: 'redeemVoucher',
      from: 'partnerAdmin',
      until: '2021-01-06T00:00:00.000Z',
    });
  });
  test('may have been redeemed on its last day', () => {
    const partner = contosoWith({ membershipRenewsOn: '2021-06-30' });
    const { view, openTasks, dueAfter } = inGrace.when(
      redeemed({ redeemedOn: '2020-12-29' }, { on: '2021-01-05', facts: { partner } }),
    );
    expect(view?.stage).toBe('redeemed');
    expect(view?.redemption?.paymentRequestDueOn).toBe('2021-02-27');
    expect(openTasks).toStrictEqual([]);
    expect(dueAfter?.map(({ kind }) => kind)).not.toContain('recordingGraceEnd');
  });
  test('may have been reserved and reported in time, too', () => {
    const assignedOnly = until('voucherExpiry', ...path.voucherAssigned).when(
      passed(deadline('voucherExpiry', '2020-12-30')),
    );
    const late = givenState(assignedOnly.after!).when(reserved({ reservedOn: '2020-07-10' }, { on: '2021-01-02' }));
    expect(late.openTasks).toStrictEqual(['voucherExpired']);
    const done = givenState(late.after!).when(reported({}, { on: '2021-01-03' }));
    expect(givenState(done.after!).when(redeemed({ redeemedOn: '2020-12-01' }, { on: '2021-01-04' })).view?.stage).toBe(
      'redeemed',
    );
  });
  test('cannot be redeemed now', () =>
    inGrace.when(redeemed({}, { on: '2021-01-05' })).thenRefused({
      code: 'redeemed-after-last-day',
      detail: 'the last day was 2020-12-29',
      errors: [{ pointer: '/redeemedOn', message: 'at most 2020-12-29' }],
    }));
  test('may be extended: then nothing has run out', () => {
    const told = extended({ addDays: 90 }, { on: '2021-01-02' });
    const { openTasks, dueAfter } = inGrace.when(told);
    expect(openTasks).toStrictEqual([]);
    expect(dueAfter).toStrictEqual([
      deadline('expiryReminder', '2021-02-27'),
      deadline('expiryReminder', '2021-03-22'),
      deadline('expiryReminder', '2021-03-28'),
      deadline('voucherExpiry', '2021-03-30'),
      deadline('recordingGraceEnd', '2021-04-06'),
    ]);
  });
  test('extended to a day that is over as well, it stays run out, with a week from that day', () => {
    const { openTasks, dueAfter } = inGrace.when(
      extended({ addDays: undefined, expiresOn: '2020-12-31' }, { on: '2021-01-02' }),
    );
    expect(openTasks).toStrictEqual(['voucherExpired']);
    expect(dueAfter).toStrictEqual([
      deadline('voucherExpiry', '2021-01-01'),
      deadline('recordingGraceEnd', '2021-01-08'),
    ]);
    const again = givenState(
      inGrace.when(extended({ addDays: undefined, expiresOn: '2020-12-31' }, { on: '2021-01-02' })).after!,
    ).when(passed(deadline('voucherExpiry', '2021-01-01'), { on: '2021-01-02' }));
    expect(again.openTasks).toStrictEqual(['voucherExpired']);
  });
  test('may be replaced', () => {
    const assignedOnly = until('voucherExpiry', ...path.voucherAssigned).when(
      passed(deadline('voucherExpiry', '2020-12-30')),
    );
    const { openTasks } = givenState(assignedOnly.after!).when(
      replaced({ assignedOn: '2021-01-02' }, { on: '2021-01-02' }),
    );
    expect(openTasks).toStrictEqual([]);
  });
  test('ends the engagement when nobody says so, and is no longer held', () => {
    const ended = inGrace.when(passed(deadline('recordingGraceEnd', '2021-01-06')));
    ended.thenRecorded(
      { type: 'VoucherExpired', data: { expiredOn: '2020-12-29', planningDays: 'returned', unpaidDays: 5 } },
      { type: 'TaskResolved', data: { taskId, kind: 'voucherExpired', resolution: 'noLongerNeeded' } },
    );
    expect(ended.view?.stage).toBe('expired');
    expect(ended.dueAfter).toStrictEqual([]);
    givenState(ended.after!)
      .when(redeemed({ redeemedOn: '2020-12-29' }, { on: '2021-01-07' }))
      .thenRefused({
        code: 'engagement-closed',
        detail: 'the engagement is expired and nothing is left to do',
      });
  });
  test('ends it at once when it was certainly not redeemed', () =>
    inGrace
      .when(resolved(taskId, 'notRedeemed', { on: '2021-01-02' }))
      .thenRecorded(
        { type: 'TaskResolved', data: { taskId, kind: 'voucherExpired', resolution: 'notRedeemed' } },
        { type: 'VoucherExpired', data: { expiredOn: '2020-12-29', planningDays: 'returned', unpaidDays: 5 } },
      ));
  test('ran out on the last redemption day where that came first', () => {
    const facts = { rulebook: edition2021 };
    const late = assigned({ expiresOn: '2022-03-31' }, { on: '2020-07-03', facts });
    const graceOver = until('recordingGraceEnd', started(), late);
    expect(
      graceOver.when(passed(deadline('recordingGraceEnd', '2022-01-09'), { facts })).events[0]?.data,
    ).toMatchObject({ expiredOn: '2022-01-01' });
  });
});

describe('the planned end', () => {
  test('passes with a reminder that the report is missing', () =>
    given(...path.reserved)
      .when(passed(deadline('plannedEnd', '2020-08-01')))
      .thenRecorded({
        type: 'DeadlineReminded',
        data: {
          ...deadline('plannedEnd', '2020-08-01'),
          about: 'The planned end has passed without a completion report.',
        },
      }));
  test('moves with the schedule', () =>
    expect(given(...path.reserved).when(rescheduled()).dueAfter?.[0]).toStrictEqual(
      deadline('plannedEnd', '2020-08-15'),
    ));
  test('goes with the reservation', () =>
    expect(given(...path.reserved).when(reservationCancelled({}, { on: '2020-07-20' })).dueAfter).toStrictEqual(
      untilExpiry,
    ));
  test('that was over when it was recorded reminds nobody', () =>
    expect(
      given(...path.voucherAssigned).when(reserved({ reservedOn: '2020-07-10' }, { on: '2020-08-03' })).dueAfter,
    ).toStrictEqual(untilExpiry));
});

describe('the payment window', () => {
  const window = [
    deadline('paymentWindowReminder', '2020-09-02'),
    deadline('paymentWindowClosing', '2020-09-25'),
    deadline('paymentWindowReminder', '2020-10-01'),
    deadline('paymentWindowEnd', '2020-10-03'),
  ];
  const unregistered = { partner: contosoWith({ savbRegistrations: [] }) };
  const waiting = [...path.completionReported, redeemed({}, { on: '2020-08-03', facts: unregistered })];
  const byHand = [...path.completionReported, redeemed({}, { on: '2020-08-03', facts: { gateway: 'manual' } })];
  const lapsed = 'E-1:paymentWindowLapsed:1';
  const over = (...story: readonly Told[]) =>
    givenState(until('paymentWindowEnd', ...story).when(passed(deadline('paymentWindowEnd', '2020-10-03'))).after!);
  const kinds = (scene: ReturnType<typeof over>) => scene.state.openTasks.map(({ kind }) => kind);

  test('runs sixty days from the redemption', () =>
    expect(given(...path.redeemed).state.deadlines).toStrictEqual(window));
  test('a week before its end a person is asked', () => {
    const closing = until('paymentWindowClosing', ...waiting).when(passed(window[1]!));
    expect(closing.openTasks).toStrictEqual(['savbRegistrationMissing', 'paymentWindowClosing']);
    expect(closing.view?.tasks[1]?.dueAt).toBe('2020-10-03T00:00:00.000Z');
  });
  test('ends with the submission', () => {
    const closing = until('paymentWindowEnd', ...path.redeemed);
    expect(closing.state.openTasks.map(({ kind }) => kind)).toStrictEqual(['paymentWindowClosing']);
    const { dueAfter, openTasks } = closing.when(submitted({}, { on: '2020-10-02' }));
    expect(dueAfter).toStrictEqual([]);
    expect(openTasks).toStrictEqual([]);
  });
  test('missed, it asks a person, and no longer says that it is closing', () => {
    const scene = over(...waiting);
    expect(kinds(scene)).toStrictEqual(['savbRegistrationMissing', 'paymentWindowLapsed']);
    expect(scene.state.stage).toBe('redeemed');
    expect(scene.state.openTasks[1]?.resolutions).toStrictEqual(['submitAnyway', 'recordSubmitted', 'giveUp']);
  });
  test('submitAnyway: it goes on as if in time', () =>
    expect(over(...waiting).when(resolved(lapsed, 'submitAnyway', { on: '2020-10-05' })).openTasks).toStrictEqual([
      'savbRegistrationMissing',
    ]));
  test('recordSubmitted: the operator records the number', () => {
    const recorded = over(...path.redeemed).when(resolved(lapsed, 'recordSubmitted', { on: '2020-10-05' }));
    expect(recorded.openTasks).toStrictEqual(['manualSubmission']);
    const submission = status({ status: 'submitted', microsoftReferenceNumber: 'MS-1' }, { on: '2020-10-05' });
    const { view, openTasks } = givenState(recorded.after!).when(submission);
    expect(view?.stage).toBe('paymentRequested');
    expect(openTasks).toStrictEqual([]);
    expect(over(...path.redeemed).when(submission).openTasks).toStrictEqual([]);
  });
  test('recordSubmitted: beside the task to submit by hand there is no second one', () =>
    expect(
      over(...byHand, savb({ status: 'byHand', sheet: 's' })).when(
        resolved(lapsed, 'recordSubmitted', { on: '2020-10-05' }),
      ).openTasks,
    ).toStrictEqual(['manualSubmission']));
  test('recordSubmitted: not while there is no request, which would later go out a second time', () =>
    over(...waiting)
      .when(resolved(lapsed, 'recordSubmitted', { on: '2020-10-05' }))
      .thenRefused({
        code: 'resolution-not-possible',
        detail: 'there is no request yet: resolve what is missing first',
        awaiting: { message: 'resolveTask E-1:savbRegistrationMissing:1', from: 'globalAdmin' },
      }));
  test.each([
    ['nothing was ever sent', waiting],
    ['it was to be submitted by hand', byHand],
    ['SAVB rejected it', [...path.redeemed, savb({ status: 'rejected', message: 'no' })]],
  ])('giveUp, where %s: the payment has lapsed and nothing is left to do', (_why, story) => {
    const givenUp = over(...story).when(resolved(lapsed, 'giveUp', { on: '2020-10-05' }));
    expect(givenUp.events[1]).toMatchObject({ type: 'PaymentWindowLapsed', data: {} });
    expect(givenUp.view?.stage).toBe('paymentLapsed');
    expect(givenUp.openTasks).toStrictEqual([]);
  });
  test.each([
    ['may be under way', path.redeemed],
    ['may have arrived', [...path.redeemed, savb({ status: 'unknown', why: 'w' })]],
  ])('giveUp is not possible for a request that %s', (_why, story) => {
    const { decision } = over(...story).when(resolved(lapsed, 'giveUp', { on: '2020-10-05' }));
    expect(decision).toMatchObject({
      kind: 'refused',
      refusal: {
        code: 'resolution-not-possible',
        detail: 'SAVB may have the request: look for our reference, then record payment status submitted or denied',
      },
    });
  });
  test('a redemption recorded after its window leaves the decision to a person at once', () => {
    const late = given(...path.completionReported).when(redeemed({ redeemedOn: '2020-08-03' }, { on: '2020-10-10' }));
    expect(late.dueAfter).toStrictEqual([
      deadline('paymentWindowClosing', '2020-09-25'),
      deadline('paymentWindowEnd', '2020-10-03'),
    ]);
  });
});

describe('after the approval', () => {
  const overdue = deadline('paymentOverdue', '2020-09-15');

  test('Microsoft pays within thirty days', () =>
    expect(given(...path.paymentApproved).state.deadlines).toStrictEqual([overdue]));
  test('or a person asks for it', () => {
    const late = given(...path.paymentApproved).when(passed(overdue));
    expect(late.openTasks).toStrictEqual(['paymentOverdue']);
    expect(
      givenState(late.after!).when(resolved('E-1:paymentOverdue:1', 'chased', { on: '2020-09-16' })).openTasks,
    ).toStrictEqual([]);
    expect(givenState(late.after!).when(status({ status: 'paid' }, { on: '2020-09-20' })).openTasks).toStrictEqual([]);
  });
  test('sent and held do not move the day', () => {
    const held = given(
      ...path.paymentApproved,
      status({ status: 'sent' }),
      status({ status: 'held' }, { on: '2020-08-22' }),
    );
    expect(held.state.deadlines).toStrictEqual([overdue]);
  });
  test('cancelled, no payment is overdue', () => {
    const late = givenState(given(...path.paymentApproved).when(passed(overdue)).after!);
    expect(late.when(status({ status: 'cancelled' }, { on: '2020-09-20' })).openTasks).toStrictEqual([
      'paymentRejected',
    ]);
    const { deadlines } = given(...path.paymentApproved, status({ status: 'cancelled' })).state;
    expect(deadlines.map(({ kind }) => kind)).not.toContain('paymentOverdue');
  });
  test('cancelled or rejected, the payment window runs on: a corrected request goes out inside it', () =>
    expect(given(...path.paymentApproved, status({ status: 'cancelled' })).state.deadlines).toStrictEqual([
      { kind: 'paymentWindowReminder', at: '2020-09-02T00:00:00.000Z' },
      { kind: 'paymentWindowClosing', at: '2020-09-25T00:00:00.000Z' },
      { kind: 'paymentWindowReminder', at: '2020-10-01T00:00:00.000Z' },
      { kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' },
    ]));
  test('rejected after the window, a person is asked at once', () => {
    const rejected = given(...path.paymentRequested, status({ status: 'rejected' }, { on: '2020-10-20' }));
    expect(rejected.state.deadlines.at(-1)).toStrictEqual({ kind: 'paymentWindowEnd', at: '2020-10-03T00:00:00.000Z' });
    const asked = rejected.when(passed(rejected.state.deadlines.at(-1)!, { on: '2020-10-20' }));
    expect(asked.openTasks).toStrictEqual(['paymentRejected', 'paymentWindowLapsed']);
  });
  test('nothing is due while SAVB makes up its mind', () =>
    expect(given(...path.paymentRequested).state.deadlines).toStrictEqual([]));
});

describe('the end', () => {
  const closing = deadline('closing', '2020-10-31');
  const ended = given(...path.reserved, cancelled());

  test('waits ninety days for open tasks', () => expect(ended.state.deadlines).toStrictEqual([closing]));
  test('and no longer for anything said meanwhile', () =>
    expect(ended.when(noted({}, { on: '2020-10-01' })).dueAfter).toStrictEqual([closing]));
  test('then the system closes them', () => {
    const closed = ended.when(passed(closing));
    closed.thenRecorded({
      type: 'TaskResolved',
      data: {
        taskId: 'E-1:cancelInPartnerCenter:1',
        kind: 'cancelInPartnerCenter',
        resolution: 'closedBySystem',
      },
    });
    expect(closed.dueAfter).toStrictEqual([]);
  });
  test('even where the rules are not what they were', () =>
    expect(ended.when(passed(closing, { facts: { rulebookDiffers: true } })).dueAfter).toStrictEqual([]));
  test('is at once where no task is open', () =>
    expect(given(...path.voucherAssigned).when(cancelled()).dueAfter).toStrictEqual([]));
});

describe('a deadline that passes', () => {
  test('without being set says nothing', () => {
    given(...path.voucherAssigned)
      .when(passed(deadline('voucherMissing', '2020-08-15')))
      .thenQuiet();
    given(...path.voucherAssigned)
      .when(passed(deadline('voucherExpiry', '2020-12-29')))
      .thenQuiet();
  });
  test('twice says it once', () => {
    const reminder = passed(deadline('voucherReminder', '2020-07-08'));
    given(started(), reminder).when(reminder).thenQuiet();
  });
  test('after everything is over is no news', () => {
    const closed = given(...path.paid);
    closed.when(passed(deadline('paymentOverdue', '2020-09-15'))).thenQuiet();
    closed.when(savb({ status: 'paid' }, { on: '2020-09-15' })).thenQuiet();
  });
});

test('all days come from the rulebook', () => {
  const rulebook = editionWith({
    voucherAwaited: { remindAfterDays: [2], taskAfterDays: 3, source: 's' },
    voucherValidity: { days: 20, source: 's' },
    expiry: { remindDaysBefore: [2], recordingGraceDays: 0, source: 's' },
    paymentWindow: { days: 10, remindDaysBefore: [4], taskDaysBefore: 3, source: 's' },
    paymentExpectation: { days: 5, source: 's' },
    closingDays: 4,
  });
  const facts = { rulebook };
  const begun = [started({}, { on: '2020-07-01', facts })];
  expect(given(...begun).state.deadlines).toStrictEqual([
    deadline('voucherReminder', '2020-07-03'),
    deadline('voucherMissing', '2020-07-04'),
  ]);
  const withVoucher = [...begun, assigned({}, { on: '2020-07-03', facts })];
  expect(given(...withVoucher).state.deadlines).toStrictEqual([
    deadline('expiryReminder', '2020-07-20'),
    deadline('voucherExpiry', '2020-07-23'),
    deadline('recordingGraceEnd', '2020-07-23'),
  ]);
  const schedule = { scheduledStart: '2020-07-13', scheduledEnd: '2020-07-17' };
  const done = { startedOn: '2020-07-13', completedOn: '2020-07-17', deliveredToCustomerOn: '2020-07-17' };
  const used = [
    ...withVoucher,
    reserved(schedule, { on: '2020-07-10', facts }),
    reported(done, { on: '2020-07-17', facts }),
  ];
  const asked = [...used, redeemed({}, { on: '2020-07-20', facts })];
  expect(given(...asked).state.deadlines).toStrictEqual([
    deadline('paymentWindowReminder', '2020-07-26'),
    deadline('paymentWindowClosing', '2020-07-27'),
    deadline('paymentWindowEnd', '2020-07-31'),
  ]);
  const allowed = [
    ...asked,
    submitted({}, { on: '2020-07-21', facts }),
    approved({ at: '2020-07-22T10:00:00Z' }, { on: '2020-07-22', facts }),
  ];
  expect(given(...allowed).state.deadlines).toStrictEqual([deadline('paymentOverdue', '2020-07-28')]);
  expect(given(...used, cancelled({}, { on: '2020-07-18', facts })).state.deadlines).toStrictEqual([
    deadline('closing', '2020-07-22'),
  ]);
});
