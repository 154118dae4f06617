import type { Partner } from '../../../domain/partner/state';
import { editionWith } from '../../support/rulebook';
import { givenPartner, partnerIn } from '../../support/partnerGiven';
import {
  active,
  competent,
  enrolled,
  partnerNoted,
  passing,
  ready,
  registered,
  renewable,
  renewed,
  renewedMembership,
  sayAgain,
  signed,
  tellPartner,
  trained,
  withdrawn,
} from '../../support/partnerStory';

const due = ({ deadlines }: Partner) => deadlines.map(({ kind, at, about }) => [kind, at.slice(0, 10), ...about]);
const tasks = ({ openTasks }: Partner) => openTasks.map(({ kind, about }) => [kind, about]);

describe('a year of enrollment', () => {
  const partner = givenPartner(...active);

  test('is reminded of 90, 30 and 7 days before, and ends with its last day', () =>
    expect(due(partner.state)).toStrictEqual([
      ['enrollmentReminder', '2021-04-01', 'DDPS'],
      ['enrollmentReminder', '2021-05-31', 'DDPS'],
      ['enrollmentReminder', '2021-06-23', 'DDPS'],
      ['enrollmentEnd', '2021-07-01', 'DDPS'],
      ['competencyReminder', '2022-10-02', 'silver windowsAndDevices'],
      ['competencyExpiry', '2023-01-01', 'silver windowsAndDevices'],
    ]));

  test('of several offerings is one, where it ends on the same day', () => {
    const both = givenPartner(...active, competent({ competency: 'collaborationAndContent' }, { on: '2020-06-11' }));
    expect(due(both.when(enrolled({ offerings: ['SDPS'] }, { on: '2020-07-01' })).then.state)[0]).toStrictEqual([
      'enrollmentReminder',
      '2021-04-01',
      'DDPS',
      'SDPS',
    ]);
  });

  test('90 days before, the membership is to be renewed', () => {
    const [reminder] = partner.state.deadlines;
    const outcome = partner.when(passing(reminder!));
    expect(outcome.events[0]).toMatchObject({
      type: 'DeadlineReminded',
      data: {
        kind: 'enrollmentReminder',
        about: ['DDPS'],
        text: 'The enrollment in DDPS is not renewed yet and will end.',
      },
    });
    expect(outcome.after?.openTasks).toStrictEqual([
      {
        taskId: 'partner:contoso:membershipRenewalDue:1',
        kind: 'membershipRenewalDue',
        status: 'open',
        partnerId: 'contoso',
        role: 'globalAdmin',
        accountKind: 'Partner Center (work account)',
        about: '2021-06-30',
        title: 'Renew the MPN membership',
        instructions:
          'The membership ends on 2021-06-30.\nRenew the membership in Partner Center and have its new date recorded (updateMembership). Until then nobody can enroll or renew (E21).',
        resolutions: [],
        openedAt: '2021-04-01T00:00:00.000Z',
        dueAt: '2021-07-01T00:00:00.000Z',
      },
    ]);
  });

  test('and once it is, the enrollment is', () => {
    const reminded = partner.until('2021-04-01');
    const moved = reminded.when(renewedMembership({ membershipRenewsOn: '2022-06-30' }));
    expect(moved.events.map(({ type }) => type)).toStrictEqual(['MembershipUpdated', 'TaskResolved', 'TaskOpened']);
    expect(tasks(moved.after!)).toStrictEqual([['enrollmentRenewalDue', '2021-06-30']]);
    expect(tasks(moved.then.when(renewed()).after!)).toStrictEqual([]);
  });

  test('that is renewed in time opens nothing: the membership moved early, and with it the renewal is asked for', () => {
    const early = givenPartner(
      ...active,
      renewedMembership({ membershipRenewsOn: '2022-06-30' }, { on: '2020-12-01' }),
    );
    expect(tasks(early.state)).toStrictEqual([]);
    expect(tasks(early.until('2021-04-01').state)).toStrictEqual([['enrollmentRenewalDue', '2021-06-30']]);
  });

  test('renewed has a new time line', () =>
    expect(due(givenPartner(...renewable, renewed()).state).slice(0, 4)).toStrictEqual([
      ['enrollmentReminder', '2022-04-01', 'DDPS'],
      ['enrollmentReminder', '2022-05-31', 'DDPS'],
      ['enrollmentReminder', '2022-06-23', 'DDPS'],
      ['enrollmentEnd', '2022-07-01', 'DDPS'],
    ]));

  test('that nobody renews lapses, and its tasks with it', () => {
    const last = partner.until('2021-06-30');
    expect(tasks(last.state)).toStrictEqual([['membershipRenewalDue', '2021-06-30']]);
    const lapsed = last.when(passing({ kind: 'enrollmentEnd', at: '2021-07-01T00:00:00.000Z' }));
    lapsed.thenRecorded(
      { type: 'EnrollmentLapsed', data: { offerings: ['DDPS'], enrolledUntil: '2021-06-30' } },
      {
        type: 'TaskResolved',
        data: {
          taskId: 'partner:contoso:membershipRenewalDue:1',
          kind: 'membershipRenewalDue',
          resolution: 'noLongerNeeded',
        },
      },
    );
    expect(lapsed.dueAfter?.map(({ kind }) => kind)).toStrictEqual(['competencyReminder', 'competencyExpiry']);
  });

  test('given up is not asked for', () => {
    const gone = partner.until('2021-04-01').when(withdrawn({}, { on: '2021-04-02' }));
    expect(due(gone.after!)[0]).toStrictEqual(['enrollmentEnd', '2021-04-03', 'DDPS']);
    // Who is enrolled in nothing is asked for the membership alone.
    expect(tasks(gone.after!)).toStrictEqual([['membershipRenewalDue', '2021-06-30']]);
  });

  test('of which one offering ends sooner than the other is renewed one by one', () => {
    const two = givenPartner(
      ...renewable,
      competent({ competency: 'collaborationAndContent' }, { on: '2021-05-02' }),
      enrolled({ offerings: ['SDPS'] }, { on: '2021-05-02' }),
    );
    expect(two.state.enrollments.map(({ enrolledUntil }) => enrolledUntil)).toStrictEqual(['2021-06-30', '2022-06-30']);
    expect(tasks(two.state)).toStrictEqual([['enrollmentRenewalDue', '2021-06-30']]);
    expect(two.when(renewed({ offerings: ['DDPS', 'SDPS'] })).refused?.detail).toBe(
      'can be renewed: SDPS from 2022-04-01 on',
    );
    expect(tasks(two.when(renewed()).after!)).toStrictEqual([]);
  });

  test('counts in the partner’s UTC offset', () => {
    const facts = { utcOffset: '+02:00' };
    const east = givenPartner(
      registered({}, { on: '2020-06-02', facts }),
      trained(),
      competent(),
      signed(),
      enrolled(),
    );
    expect(east.state.deadlines.map(({ at }) => at)).toContain('2021-06-30T22:00:00.000Z');
  });

  test('whose edition reminds on other days is still told when renewal opens', () => {
    const rulebook = editionWith({
      enrollment: { renewalOpensDaysBefore: 60, remindDaysBefore: [10], source: 'a third edition' },
    });
    expect(
      due(givenPartner(...ready, enrolled({}, { on: '2020-06-10', facts: { rulebook } })).state).slice(0, 3),
    ).toStrictEqual([
      ['enrollmentReminder', '2021-05-01', 'DDPS'],
      ['enrollmentReminder', '2021-06-20', 'DDPS'],
      ['enrollmentEnd', '2021-07-01', 'DDPS'],
    ]);
  });
});

describe('a membership without an enrollment', () => {
  const partner = givenPartner(registered());

  test('is asked for 90 days before its end, when enrolling begins to wait for it (E21)', () => {
    expect(due(partner.state)).toStrictEqual([
      ['membershipReminder', '2021-04-01', 'membership'],
      ['membershipReminder', '2021-07-01', 'membership'],
    ]);
    const reminded = partner.until('2021-04-01');
    expect(tasks(reminded.state)).toStrictEqual([['membershipRenewalDue', '2021-06-30']]);
    expect(tasks(reminded.until('2021-07-01').state)).toStrictEqual([]);
    expect(reminded.until('2021-07-01').state.deadlines).toStrictEqual([]);
  });
  test('is asked for at once when it is about to end', () =>
    expect(tasks(givenPartner(registered({}, { on: '2021-05-01' })).state)).toStrictEqual([
      ['membershipRenewalDue', '2021-06-30'],
    ]));
  test('is not asked for any more when it is over or moved', () => {
    const reminded = partner.until('2021-04-01');
    expect(tasks(reminded.when(renewedMembership({ membershipRenewsOn: '2022-06-30' })).after!)).toStrictEqual([]);
    expect(tasks(reminded.when(partnerNoted({}, { on: '2021-06-30' })).after!)).toHaveLength(1);
    expect(tasks(reminded.when(partnerNoted({}, { on: '2021-07-01' })).after!)).toStrictEqual([]);
  });
});

describe('a competency', () => {
  const partner = givenPartner(...active, competent({ expiresOn: '2021-01-31' }, { on: '2020-06-11' }));
  const gold = { tier: 'gold', expiresOn: '2021-01-31' } as const;

  test('is to be maintained: 90 days before it runs out a task says so', () => {
    const reminded = partner.until('2020-11-02');
    expect(reminded.state.openTasks[0]).toMatchObject({
      taskId: 'partner:contoso:competencyExpiring:1',
      about: 'silver windowsAndDevices',
      role: 'partnerAdmin',
      dueAt: '2021-02-01T00:00:00.000Z',
      resolutions: ['noted'],
    });
    expect(tasks(reminded.when(competent({ expiresOn: '2022-01-31' }, { on: '2020-12-01' })).after!)).toStrictEqual([]);
  });

  test('runs out at the end of its last day', () =>
    partner
      .until('2021-01-31')
      .when(passing({ kind: 'competencyExpiry', at: '2021-02-01T00:00:00.000Z' }))
      .thenRecorded(
        {
          type: 'CompetencyExpired',
          data: { competency: 'windowsAndDevices', tier: 'silver', expiresOn: '2021-01-31' },
        },
        {
          type: 'TaskResolved',
          data: {
            taskId: 'partner:contoso:competencyExpiring:1',
            kind: 'competencyExpiring',
            resolution: 'noLongerNeeded',
          },
        },
      ));

  test('has a task of its own, also where two run out on one day', () => {
    const two = partner.when(competent(gold, { on: '2020-06-12' })).then.until('2020-11-02');
    expect(two.state.openTasks.map(({ taskId, about }) => [taskId, about])).toStrictEqual([
      ['partner:contoso:competencyExpiring:1', 'silver windowsAndDevices'],
      ['partner:contoso:competencyExpiring:2', 'gold windowsAndDevices'],
    ]);
    const one = two.when(competent({ ...gold, expiresOn: '2022-01-31' }, { on: '2020-12-01' }));
    expect(tasks(one.after!)).toStrictEqual([['competencyExpiring', 'silver windowsAndDevices']]);
  });

  test('of two that are renewed one after the other, each closes its task and both stand', () => {
    const silver = competent({ expiresOn: '2022-01-31' }, { on: '2020-12-01' });
    const both = partner
      .when(competent(gold, { on: '2020-06-12' }))
      .then.until('2020-11-02')
      .when(silver)
      .then.when(competent({ ...gold, expiresOn: '2022-01-31' }, { on: '2020-12-02' }));
    expect(tasks(both.after!)).toStrictEqual([]);
    both.then.when(sayAgain(silver, '2020-12-03')).thenQuiet(silver.message.messageId);
  });

  test('that one lets run out is noted, and not asked for again', () => {
    const noted = partner
      .until('2020-11-02')
      .when(tellPartner('resolveTask', { taskId: 'partner:contoso:competencyExpiring:1' }, { on: '2020-11-03' }));
    expect(tasks(noted.after!)).toStrictEqual([]);
    expect(tasks(noted.then.when(partnerNoted({}, { on: '2020-11-04' })).after!)).toStrictEqual([]);
  });

  test('recorded when it is over, or about to be, asks for nothing', () => {
    const late = givenPartner(
      registered(),
      competent({ expiresOn: '2020-06-01' }),
      competent(gold, { on: '2020-12-01' }),
    );
    expect(due(late.state)).toStrictEqual([
      ['competencyExpiry', '2021-02-01', 'gold windowsAndDevices'],
      ['membershipReminder', '2021-04-01', 'membership'],
      ['membershipReminder', '2021-07-01', 'membership'],
    ]);
  });
});

describe('a deadline', () => {
  const partner = givenPartner(...active);
  const [first] = partner.state.deadlines;

  test('passes once', () =>
    partnerIn(partner.when(passing(first!)).after!)
      .when(passing(first!))
      .thenQuiet());
  test('that is not set says nothing', () =>
    partner.when(passing({ kind: 'enrollmentEnd', at: '2021-06-30T00:00:00.000Z' })).thenQuiet());
  test('that is overdue when others speak first is still due', () => {
    const late = partner.when(partnerNoted({}, { on: '2021-08-01' })).then;
    expect(late.state.deadlines).toStrictEqual(partner.state.deadlines);
    const on = { at: '2021-08-01T10:00:00.000Z' };
    const passed = [0, 1, 2, 3].reduce((then) => then.when(passing(then.state.deadlines[0]!, on)).then, late);
    expect(passed.state.deadlines.map(({ kind }) => kind)).toStrictEqual(['competencyReminder', 'competencyExpiry']);
  });
});

describe('the agreement', () => {
  const rulebook = editionWith({ agreementVersion: '2021-01' });
  const partner = givenPartner(...active);

  test('is to be signed anew as soon as the edition asks for another version, whatever is said', () => {
    const noted = partner.when(partnerNoted({}, { on: '2020-07-01', facts: { rulebook } }));
    expect(noted.after?.openTasks[0]).toMatchObject({
      kind: 'agreementChanged',
      about: '2021-01',
      role: 'globalAdmin',
    });
    expect(noted.after?.openTasks[0]?.instructions).toContain('Version 2021-01 replaces 2020-06.');
    const anew = noted.then.when(signed({ agreementVersion: '2021-01' }, { on: '2020-07-02', facts: { rulebook } }));
    expect(tasks(anew.after!)).toStrictEqual([]);
  });
  test('that nobody has signed yet is not asked for', () =>
    expect(
      tasks(givenPartner(registered(), partnerNoted({}, { on: '2020-07-01', facts: { rulebook } })).state),
    ).toStrictEqual([]));
});

test('ten years leave nothing behind that grows: neither deadlines nor effects', () => {
  const year = (number: number) => `20${20 + number}`;
  let partner = givenPartner(...active, competent({ expiresOn: '2099-12-31' }, { on: '2020-06-11' }));
  const sizes = Array.from({ length: 10 }, (_, index) => {
    const now = index + 1;
    partner = partner
      .until(`${year(now)}-04-30`)
      .when(renewedMembership({ membershipRenewsOn: `${year(now + 1)}-06-30` }, { on: `${year(now)}-05-01` })).then;
    const reviewedOn = `${year(now)}-05-03`;
    partner = partner.when(
      renewed({ requirementsReviewedOn: reviewedOn, policiesReviewedOn: reviewedOn }, { on: reviewedOn }),
    ).then;
    const { version: _version, tasksOpened: _opened, ...state } = partner.state;
    return JSON.stringify(state).length;
  });
  expect(new Set(sizes).size).toBe(1);
});
