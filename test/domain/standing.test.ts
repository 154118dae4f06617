import { given, givenState } from '../support/given';
import { contosoWith } from '../support/partner';
import {
  again,
  eligibilityChanged,
  path,
  redeemed,
  rescheduled,
  reservationCancelled,
  resolved,
} from '../support/story';

const taskId = 'E-1:eligibilityLapsed:1';
const without = contosoWith({ competencies: [] });
const withNothing = contosoWith({ competencies: [], enrollments: [] });
const facts = { partner: without };
const lapses = eligibilityChanged({}, { on: '2020-07-25', facts });

describe('the partner’s standing changes while a voucher is reserved (E7)', () => {
  const lapsed = given(...path.reserved).when(lapses);

  test('and a person is asked when something is unmet; nothing is cancelled', () => {
    lapsed.thenRecorded(
      { type: 'EligibilityChanged', data: { requirement: 'competency', met: false } },
      { type: 'TaskOpened', data: { task: lapsed.after!.openTasks[0]! } },
    );
    expect(lapsed.view).toMatchObject({
      stage: 'reserved',
      eligibility: [{ requirement: 'competency', met: false }],
      tasks: [{ taskId, kind: 'eligibilityLapsed', role: 'operator', resolutions: ['restored', 'proceedAtRisk'] }],
    });
    expect(lapsed.view?.tasks[0]?.instructions).toMatch(/^Unmet: competency \(.*\)\.\n/);
  });
  test('once: the same standing again is quiet, however it is said', () => {
    givenState(lapsed.after!).when(again(lapses)).thenQuiet();
    const other = givenState(lapsed.after!).when(
      eligibilityChanged({ requirement: 'agreement', met: true }, { on: '2020-07-25', facts }),
    );
    givenState(other.after!).when(again(lapses)).thenQuiet();
  });
  test('until another day than was told is news', () => {
    const told = (until: string) => eligibilityChanged({ met: true, until }, { on: '2020-07-26' });
    const first = given(...path.reserved, told('2021-06-30'));
    expect(first.when(told('2022-06-30')).view?.eligibility).toStrictEqual([
      { requirement: 'competency', met: true, until: '2022-06-30' },
    ]);
  });
  test('with one task for all that is unmet', () => {
    const more = givenState(lapsed.after!).when(
      eligibilityChanged(
        { requirement: 'enrollment', met: false },
        { on: '2020-07-26', facts: { partner: withNothing } },
      ),
    );
    more.thenRecorded({ type: 'EligibilityChanged', data: { requirement: 'enrollment', met: false } });
    expect(more.openTasks).toStrictEqual(['eligibilityLapsed']);
  });
  test('and the task closes by itself when everything is met again', () => {
    const restored = givenState(lapsed.after!).when(
      eligibilityChanged({ met: true, until: '2022-06-30' }, { on: '2020-07-28' }),
    );
    restored.thenRecorded(
      { type: 'EligibilityChanged', data: { requirement: 'competency', met: true, until: '2022-06-30' } },
      { type: 'TaskResolved', data: { taskId, kind: 'eligibilityLapsed', resolution: 'restored' } },
    );
    expect(restored.view?.eligibility).toStrictEqual([{ requirement: 'competency', met: true, until: '2022-06-30' }]);
  });
  test('but not while another requirement is unmet', () =>
    expect(
      givenState(lapsed.after!).when(
        eligibilityChanged({ met: true }, { on: '2020-07-28', facts: { partner: contosoWith({ enrollments: [] }) } }),
      ).openTasks,
    ).toStrictEqual(['eligibilityLapsed']));
  test('may lapse, be restored and lapse again, in the same words', () => {
    const restored = givenState(lapsed.after!).when(eligibilityChanged({ met: true }, { on: '2020-07-28' }));
    const lapsedAgain = givenState(restored.after!).when(again(lapses));
    expect(lapsedAgain.view?.tasks.map(({ taskId: id }) => id)).toStrictEqual(['E-1:eligibilityLapsed:2']);
  });
  test('lapsed again in the same words after a person or a reschedule ended the task, a person is asked again', () => {
    const byPerson = givenState(lapsed.after!).when(resolved(taskId, 'restored', { on: '2020-07-26' }));
    const byReschedule = givenState(lapsed.after!).when(rescheduled({}, { on: '2020-07-26' }));
    for (const { after, openTasks } of [byPerson, byReschedule]) {
      expect(openTasks).toStrictEqual([]);
      expect(givenState(after!).when(again(lapses)).openTasks).toStrictEqual(['eligibilityLapsed']);
    }
  });
  test('is judged by the record: news that came late opens nothing', () =>
    given(...path.reserved)
      .when(eligibilityChanged())
      .thenRecorded({ type: 'EligibilityChanged', data: { requirement: 'competency', met: false } }));
  test('of something this engagement does not rest on opens nothing', () =>
    expect(
      given(...path.reserved).when(
        eligibilityChanged({ requirement: 'membership', met: false }, { on: '2020-07-25', facts }),
      ).openTasks,
    ).toStrictEqual([]));
  test('asks no more about what a person decided to risk', () => {
    const risked = givenState(lapsed.after!).when(resolved(taskId, 'proceedAtRisk', { on: '2020-07-26', facts }));
    expect(risked.view?.paymentAtRisk).toStrictEqual({ reasons: ['competency'] });
    const ending = eligibilityChanged({ met: false, until: '2020-07-24' }, { on: '2020-07-27', facts });
    expect(givenState(risked.after!).when(ending).openTasks).toStrictEqual([]);
  });
  test('holds the redemption until somebody decides', () => {
    const open = given(...path.completionReported, eligibilityChanged({}, { on: '2020-08-02', facts }));
    expect(open.when(redeemed()).decision).toMatchObject({ refusal: { code: 'held-by-task' } });
  });
  test('cannot be judged without a record of the partner', () =>
    given(...path.reserved)
      .when(eligibilityChanged({}, { on: '2020-07-25', facts: { partner: undefined } }))
      .thenRefused({ code: 'partner-unknown', detail: 'there is no partner contoso' }));
});

describe('without a reservation it is only noted', () => {
  test.each(['awaitingVoucher', 'voucherAssigned'] as const)(
    'in stage %s: the reservation judges for itself',
    (stage) =>
      given(...path[stage])
        .when(lapses)
        .thenRecorded({ type: 'EligibilityChanged', data: { requirement: 'competency', met: false } }),
  );
  test('a cancelled reservation takes the task with it', () =>
    expect(given(...path.reserved, lapses).when(reservationCancelled()).openTasks).toStrictEqual([]));
});

test('a reschedule that was accepted shows that everything is met again (E8)', () => {
  const noExam = contosoWith({ consultants: [{ consultantId: 'eva.lind', name: 'Eva Lind', assessments: [] }] });
  const changed = eligibilityChanged({ requirement: 'consultants' }, { on: '2020-07-14', facts: { partner: noExam } });
  const open = given(...path.reserved, changed);
  expect(open.state.openTasks.map(({ kind }) => kind)).toStrictEqual(['eligibilityLapsed']);
  const replaced = open.when(rescheduled({ consultantIds: ['nils.berg'] }));
  expect(replaced.openTasks).toStrictEqual([]);
});

test('after redemption it is over', () =>
  expect(given(...path.redeemed).when(eligibilityChanged({}, { on: '2020-08-04', facts })).decision).toMatchObject({
    refusal: { code: 'wrong-stage' },
  }));
