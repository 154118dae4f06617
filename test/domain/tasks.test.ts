import { ENGAGEMENT_TASK_KINDS } from '../../contracts/names';
import { TASK_RULES } from '../../domain/engagement/tasks';
import type { TaskRule } from '../../domain/tasks';
import type { Actor } from '../../contracts/messages';
import { given, givenState } from '../support/given';
import {
  again,
  cancelled,
  consultant,
  globalAdmin,
  noted,
  operator,
  partnerAdmin,
  path,
  reported,
  resolved,
  support,
  tell,
  transferred,
  type Told,
} from '../support/story';

const early = 'E-1:engagementStartedEarly:1';
const withTask = given(...path.reserved, reported({ startedOn: '2020-07-09' }));
/** A task of the Partner Admin, after the business is over. */
const afterwards = given(...path.reserved, cancelled());
const inPartnerCenter = 'E-1:cancelInPartnerCenter:1';

const claim = (taskId: string, by: Actor = operator, note?: string): Told =>
  tell('claimTask', { taskId, ...(note !== undefined && { note }) }, { on: '2020-08-10', by });
const release = (taskId: string, by: Actor = operator, note?: string): Told =>
  tell('releaseTask', { taskId, ...(note !== undefined && { note }) }, { on: '2020-08-11', by });

describe('a task', () => {
  test('has an id of engagement, kind and number, which is never used twice', () => {
    const corrected = givenState(withTask.when(reported({ corrects: true })).after!);
    const once = corrected.when(reported({ startedOn: '2020-07-08', corrects: true }));
    expect(withTask.state.openTasks[0]?.taskId).toBe(early);
    expect(once.after?.openTasks[0]?.taskId).toBe('E-1:engagementStartedEarly:2');
  });
  test.each(ENGAGEMENT_TASK_KINDS.filter((kind) => TASK_RULES[kind].resolutions.length === 0))(
    '%s names the message that resolves it',
    (kind) => expect(TASK_RULES[kind].instructions).toMatch(/record payment status|correct the request/),
  );
  test('of one kind or another always says who may do it and what', () =>
    expect(
      Object.values<TaskRule>(TASK_RULES).filter(({ title, instructions }) => title === '' || instructions === ''),
    ).toStrictEqual([]));
});

describe('a task is claimed', () => {
  test('by whoever will do it', () => {
    const claimed = withTask.when(claim(early, operator, 'on it'));
    claimed.thenRecorded({ type: 'TaskClaimed', data: { taskId: early, claimedBy: 'olga', note: 'on it' } });
    expect(claimed.view?.tasks[0]?.claimedBy).toBe('olga');
  });
  test('once: claiming what one has is quiet', () =>
    givenState(withTask.when(claim(early)).after!)
      .when(again(claim(early)))
      .thenQuiet());
  test('by one person: the same words of another are another matter', () =>
    givenState(withTask.when(claim(early)).after!)
      .when(claim(early, support))
      .thenRefused({ code: 'task-claimed', detail: `olga works on ${early}` }));
  test('and then resolved by nobody else', () => {
    const claimed = givenState(withTask.when(claim(early, support)).after!);
    claimed
      .when(resolved(early, 'proceedAtRisk'))
      .thenRefused({ code: 'task-claimed', detail: `sven works on ${early}` });
    expect(claimed.when(resolved(early, 'proceedAtRisk', { on: '2020-08-20', by: support })).openTasks).toStrictEqual(
      [],
    );
  });
});

describe('a task is released', () => {
  const claimed = givenState(withTask.when(claim(early, support)).after!);

  test('by whoever has it, or by anybody who could: people go on holiday (E25)', () => {
    const released = claimed.when(release(early, operator, 'sven is away'));
    released.thenRecorded({ type: 'TaskReleased', data: { taskId: early, note: 'sven is away' } });
    expect(released.after?.openTasks).toStrictEqual(withTask.state.openTasks);
    expect(claimed.when(release(early, support)).decision.kind).toBe('accepted');
  });
  test('when it was claimed; otherwise there is nothing to do', () => withTask.when(release(early)).thenQuiet());
  test('may be claimed again, by anybody, in the same words', () => {
    const released = givenState(claimed.when(release(early)).after!);
    expect(released.when(again(claim(early, support))).view?.tasks[0]?.claimedBy).toBe('sven');
    expect(released.when(claim(early)).view?.tasks[0]?.claimedBy).toBe('olga');
  });
  test('not by another role', () =>
    claimed.when(release(early, consultant)).thenRefused({
      code: 'task-of-another-role',
      detail: `${early} is for operator`,
    }));
});

describe('who may act on a task', () => {
  test.each([
    [operator, true],
    [support, true],
    [partnerAdmin, true],
    [globalAdmin, true],
    [consultant, false],
  ])('of the Partner Admin: $role %p', (by, may) =>
    expect(afterwards.when(claim(inPartnerCenter, by)).decision.kind).toBe(may ? 'accepted' : 'refused'),
  );
  test.each([
    [operator, true],
    [support, true],
    [partnerAdmin, false],
    [globalAdmin, false],
    [consultant, false],
  ])('of an operator: %p %p', (by, may) =>
    expect(withTask.when(claim(early, by)).decision.kind).toBe(may ? 'accepted' : 'refused'),
  );
});

describe('a task is resolved', () => {
  test('in one of its own ways, with a note', () =>
    withTask
      .when(tell('resolveTask', { taskId: early, resolution: 'proceedAtRisk', note: 'agreed' }, { on: '2020-08-10' }))
      .thenRecorded({
        type: 'TaskResolved',
        data: {
          taskId: early,
          kind: 'engagementStartedEarly',
          resolution: 'proceedAtRisk',
          note: 'agreed',
          acceptedRisks: ['engagementStartedEarly'],
        },
      }));
  test('without naming the way where there is but one', () =>
    expect(withTask.when(resolved(early)).openTasks).toStrictEqual([]));
  test('not in a way of its own making', () =>
    withTask.when(resolved(early, 'ignored')).thenRefused({
      code: 'resolution-unknown',
      detail: 'choose proceedAtRisk',
      errors: [{ pointer: '/resolution', message: 'one of proceedAtRisk' }],
    }));
  test('once: the same words are quiet, other words come too late', () => {
    const told = resolved(early, 'proceedAtRisk');
    const done = givenState(withTask.when(told).after!);
    done.when(again(told)).thenQuiet(told.message.messageId);
    done.when(resolved(early)).thenRefused({ code: 'task-resolved', detail: `${early} is resolved` });
    done.when(claim(early)).thenRefused({ code: 'task-resolved', detail: `${early} is resolved` });
  });
  test('not by another role', () =>
    withTask.when(resolved(early, 'proceedAtRisk', { on: '2020-08-20', by: partnerAdmin })).thenRefused({
      code: 'task-of-another-role',
      detail: `${early} is for operator`,
    }));
  test.each([
    'E-1:engagementStartedEarly:2',
    'E-1:engagementStartedEarly:0',
    'E-2:engagementStartedEarly:1',
    'nonsense',
  ])('if it exists: %s does not', (taskId) =>
    withTask.when(resolved(taskId, 'proceedAtRisk')).thenRefused({
      code: 'task-unknown',
      detail: `E-1 has no task ${taskId}`,
    }),
  );
});

describe('after the business is over', () => {
  test('tasks are still claimed and resolved, and notes written', () => {
    expect(afterwards.when(claim(inPartnerCenter, partnerAdmin)).decision.kind).toBe('accepted');
    afterwards.when(noted()).thenRecorded({ type: 'NoteAdded', data: { text: 'called the customer' } });
    afterwards.when(resolved(inPartnerCenter, 'cancelledInPartnerCenter')).thenRecorded({
      type: 'TaskResolved',
      data: { taskId: inPartnerCenter, kind: 'cancelInPartnerCenter', resolution: 'cancelledInPartnerCenter' },
    });
  });
  test('until none is left', () =>
    givenState(afterwards.when(resolved(inPartnerCenter)).after!)
      .when(noted())
      .thenRefused({
        code: 'engagement-closed',
        detail: 'the engagement is cancelled and nothing is left to do',
      }));
});

test('a note said twice is two notes', () => {
  const told = noted();
  given(...path.reserved, told)
    .when(again(told))
    .thenRecorded({ type: 'NoteAdded', data: { text: 'called the customer' } });
});

describe('an edition of the rules that is not what it was', () => {
  const differs = { on: '2020-07-05', facts: { rulebookDiffers: true as const } };
  const recordsDiffer = 'recordsDiffer';

  test('is a matter for support, once', () => {
    const opened = given(...path.voucherAssigned).when(noted({}, differs));
    expect(opened.openTasks).toStrictEqual([recordsDiffer]);
    expect(opened.view?.tasks[0]).toMatchObject({ role: 'support', resolutions: ['reconciled'] });
    expect(givenState(opened.after!).when(noted({ text: 'again' }, differs)).openTasks).toStrictEqual([recordsDiffer]);
  });
  test('is no longer one when the business is over', () =>
    expect(afterwards.when(noted({}, differs)).openTasks).toStrictEqual(['cancelInPartnerCenter']));
  test('is none for an engagement that ends with this', () =>
    expect(given(...path.voucherAssigned).when(cancelled({}, differs)).openTasks).toStrictEqual([]));
  test('is the new partner’s when the engagement is transferred with this', () =>
    expect(given(...path.voucherAssigned).when(transferred({}, differs)).view?.tasks).toMatchObject([
      { kind: recordsDiffer, partnerId: 'fabrikam-services' },
    ]));
  test('can be reconciled', () => {
    const opened = given(...path.voucherAssigned).when(noted({}, differs));
    expect(givenState(opened.after!).when(resolved('E-1:recordsDiffer:1')).openTasks).toStrictEqual([]);
  });
});
