import type { Payloads } from '../../contracts/messages';
import { given, givenState } from '../support/given';
import {
  again,
  assigned,
  cancelled,
  path,
  problemReported,
  replaced,
  reserved,
  resolved,
  started,
} from '../support/story';

type Problem = Payloads['reportVoucherProblem']['problem'];
const taskId = 'E-1:voucherProblem:1';
const closed = {
  type: 'TaskResolved' as const,
  data: { taskId, kind: 'voucherProblem' as const, resolution: 'noLongerNeeded' },
};

describe('a problem with the voucher', () => {
  const reported = given(...path.voucherAssigned).when(problemReported({ note: 'e-mail is refused' }));

  test('asks a person, until the last day of the voucher', () => {
    const problem = { problem: 'validationFailed' as const, note: 'e-mail is refused' };
    const [task] = reported.after!.openTasks;
    reported.thenRecorded(
      { type: 'VoucherProblemReported', data: problem },
      { type: 'TaskOpened', data: { task: task! } },
    );
    expect(task).toStrictEqual({
      taskId,
      kind: 'voucherProblem',
      status: 'open',
      engagementId: 'E-1',
      partnerId: 'contoso',
      role: 'partnerAdmin',
      accountKind: 'Partner Center (work account)',
      about: 'validationFailed',
      title: 'The voucher cannot be validated',
      instructions:
        'e-mail is refused\nPartner Center asks for the voucher number and its administrator’s e-mail: one of them is wrong (E1). Compare both with the customer’s mail and correct them by assignVoucher, or replaceVoucher with reason corrected.',
      resolutions: ['solved'],
      openedAt: '2020-07-04T09:00:00.000Z',
      dueAt: '2020-12-30T00:00:00.000Z',
    });
  });
  test('stays where it is: nobody tries again blindly', () => {
    expect(reported.view?.stage).toBe('voucherAssigned');
    expect(reported.view?.awaiting).toMatchObject({ message: 'reserveVoucher', from: 'partnerAdmin' });
  });
  test('without a voucher has no last day', () =>
    expect(given(started()).when(problemReported()).view?.tasks[0]).not.toHaveProperty('dueAt'));

  test.each<[Problem, string, RegExp]>([
    ['benefitNotActivated', 'operator', /activate Planning Services .* VLSC.*\(E3\)/],
    ['emailNotForwarded', 'operator', /forward that mail \(E1\)/],
    ['validationFailed', 'partnerAdmin', /reason corrected/],
    ['reservedByOtherPartner', 'operator', /replaceVoucher with reason reservedByOtherPartner.*lostToOtherPartner/],
    ['wrongTypeOrLevel', 'partnerAdmin', /replaceVoucher with reason wrongTypeOrLevel/],
  ])('%s is for %s, who is told what to do', (problem, role, instructions) => {
    const [task] = given(started()).when(problemReported({ problem })).view!.tasks;
    expect(task).toMatchObject({ about: problem, role });
    expect(task?.instructions).toMatch(instructions);
  });

  test('reported again is another line in the timeline and no second task', () => {
    const more = givenState(reported.after!).when(problemReported({ note: 'still' }, { on: '2020-07-05' }));
    more.thenRecorded({ type: 'VoucherProblemReported', data: { problem: 'validationFailed', note: 'still' } });
    givenState(more.after!)
      .when(again(problemReported({ note: 'still' })))
      .thenRecorded({ type: 'VoucherProblemReported', data: { problem: 'validationFailed', note: 'still' } });
  });
  test('of another kind is another task', () =>
    expect(
      givenState(reported.after!)
        .when(problemReported({ problem: 'wrongTypeOrLevel' }))
        .view?.tasks.map(({ taskId: id, about }) => [id, about]),
    ).toStrictEqual([
      [taskId, 'validationFailed'],
      ['E-1:voucherProblem:2', 'wrongTypeOrLevel'],
    ]));
  test('that was solved and comes back is a task again', () => {
    const solved = givenState(reported.after!).when(resolved(taskId, 'solved', { on: '2020-07-05' }));
    expect(solved.openTasks).toStrictEqual([]);
    const back = givenState(solved.after!).when(problemReported({}, { on: '2020-07-06' }));
    expect(back.view?.tasks.map(({ taskId: id }) => id)).toStrictEqual(['E-1:voucherProblem:2']);
  });
});

describe('its task closes by itself', () => {
  test('when a voucher is assigned', () =>
    expect(
      given(started(), problemReported({ problem: 'emailNotForwarded' }, { on: '2020-07-02' }))
        .when(assigned())
        .events.at(-1),
    ).toMatchObject(closed));
  test('when the voucher is replaced', () => {
    const { events, openTasks } = given(...path.voucherAssigned, problemReported()).when(replaced());
    expect(events.map(({ type }) => type)).toStrictEqual(['VoucherReplaced', 'TaskResolved']);
    expect(openTasks).toStrictEqual([]);
  });
  test('when the voucher is reserved after all', () =>
    expect(
      given(...path.voucherAssigned, problemReported())
        .when(reserved())
        .events.at(-1),
    ).toMatchObject(closed));
  test('when the engagement is over', () =>
    expect(
      given(...path.voucherAssigned, problemReported())
        .when(cancelled())
        .events.at(-1),
    ).toMatchObject(closed));
});

test('once reserved there is no problem with the voucher to report', () =>
  given(...path.reserved)
    .when(problemReported({}, { on: '2020-07-11' }))
    .thenRefused({
      code: 'wrong-stage',
      detail: 'reportVoucherProblem belongs to awaitingVoucher or voucherAssigned; the engagement is reserved',
      awaiting: { message: 'submitCompletionReport', from: 'consultant', until: '2020-12-30T00:00:00.000Z' },
    }));
