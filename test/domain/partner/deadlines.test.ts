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
        text: 'Not renewed yet: the enrollment in DDPS, which ends on 2021-06-30.',
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

  const over = passing({ kind: 'enrollmentEnd', at: '2021-07-01T00:00:00.000Z' });

  test('that nobody renews lapses, and the membership is asked for until it has moved (E21)', () => {
    const last = partner.until('2021-06-30');
    expect(tasks(last.state)).toStrictEqual([['membershipRenewalDue', '2021-06-30']]);
    const lapsed = last.when(over);
    lapsed.thenRecorded({
      type: 'EnrollmentLapsed',
      data: { offerings: ['DDPS'], enrolledUntil: '2021-06-30', membershipEndsOn: '2021-06-30' },
    });
    expect(lapsed.dueAfter?.map(({ kind }) => kind)).toStrictEqual(['competencyReminder', 'competencyExpiry']);
    const later = lapsed.then.when(partnerNoted({}, { on: '2021-12-01' })).then;
    expect(tasks(later.state)).toStrictEqual([['membershipRenewalDue', '2021-06-30']]);
    const moved = later.when(renewedMembership({ membershipRenewsOn: '2022-06-30' }, { on: '2021-12-02' }));
    expect(tasks(moved.after!)).toStrictEqual([]);
  });

  test('that nobody renews although the membership has moved lapses, and its task with it', () =>
    givenPartner(...renewable)
      .until('2021-06-30')
      .when(over)
      .thenRecorded(
        { type: 'EnrollmentLapsed', data: { offerings: ['DDPS'], enrolledUntil: '2021-06-30' } },
        {
          type: 'TaskResolved',
          data: {
            taskId: 'partner:contoso:enrollmentRenewalDue:1',
            kind: 'enrollmentRenewalDue',
            resolution: 'noLongerNeeded',
          },
        },
      ));

  test.each([
    ['2021-09-28', { membershipEndsOn: '2021-09-28' }],
    ['2021-09-30', {}],
  ])('lapsed with a membership until %s, which counts more than 90 days or is renewed first (E21)', (ends, told) =>
    givenPartner(...active, renewedMembership({ membershipRenewsOn: ends }))
      .until('2021-06-30')
      .when(over)
      .thenRecorded(
        { type: 'EnrollmentLapsed', data: { offerings: ['DDPS'], enrolledUntil: '2021-06-30', ...told } },
        expect.objectContaining({ type: 'TaskResolved' }) as never,
        ...('membershipEndsOn' in told ? [expect.objectContaining({ type: 'TaskOpened' }) as never] : []),
      ),
  );

  test('given up is over with its day, told apart from what lapses on the same day', () => {
    const both = givenPartner(
      ...active,
      competent({ competency: 'collaborationAndContent' }, { on: '2020-06-11' }),
      enrolled({ offerings: ['SDPS'] }, { on: '2020-06-12' }),
    ).until('2021-06-29');
    const gone = both.when(withdrawn({}, { on: '2021-06-30' })).then;
    expect(due(gone.state)[0]).toStrictEqual(['enrollmentEnd', '2021-07-01', 'DDPS', 'SDPS']);
    gone.when(over).thenRecorded(
      {
        type: 'EnrollmentLapsed',
        data: { offerings: ['SDPS'], enrolledUntil: '2021-06-30', membershipEndsOn: '2021-06-30' },
      },
      { type: 'EnrollmentLapsed', data: { offerings: ['DDPS'], enrolledUntil: '2021-06-30', withdrawn: true } },
    );
  });

  test('given up is not reminded of, not even of what was due before', () => {
    const rulebook = editionWith({
      enrollment: { renewalOpensDaysBefore: 90, remindDaysBefore: [0], source: 'a third edition' },
    });
    const facts = { rulebook };
    const late = givenPartner(...ready, enrolled({}, { on: '2020-06-10', facts })).until('2021-06-29', facts);
    const at = '2021-06-30T00:00:00.000Z';
    expect(late.state.deadlines[0]).toStrictEqual({ kind: 'enrollmentReminder', at, about: ['DDPS'] });
    expect(due(late.when(withdrawn({}, { on: '2021-06-30', facts })).after!)[0]).toStrictEqual([
      'enrollmentEnd',
      '2021-07-01',
      'DDPS',
    ]);
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
  test('of who was enrolled once is asked for until it has moved', () => {
    const gone = givenPartner(...active, withdrawn()).until('2021-07-01');
    expect(tasks(gone.state)).toStrictEqual([['membershipRenewalDue', '2021-06-30']]);
    expect(
      tasks(gone.when(registered({ membershipRenewsOn: '2022-06-30' }, { on: '2021-12-01' })).after!),
    ).toStrictEqual([]);
  });
  test('is named with its last day', () =>
    expect(partner.when(passing(partner.state.deadlines[0]!)).events[0]).toMatchObject({
      data: { text: 'Enrolling waits for the new membership: the last day of the present one is 2021-06-30.' },
    }));
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

  test('is named with its last day, and so are several', () => {
    const both = partner.when(competent(gold, { on: '2020-06-12' })).then.until('2020-11-01');
    expect(both.when(passing(both.state.deadlines[0]!)).events[0]).toMatchObject({
      type: 'DeadlineReminded',
      data: {
        text: 'To be maintained: silver windowsAndDevices, which runs out on 2021-01-31; gold windowsAndDevices, which runs out on 2021-01-31.',
      },
    });
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

  test('recorded when it is over asks for nothing', () =>
    expect(tasks(givenPartner(registered(), competent({ expiresOn: '2020-06-01' })).state)).toStrictEqual([]));

  test.each([
    ['2020-11-01', []],
    ['2020-11-02', [['competencyExpiring', 'gold windowsAndDevices']]],
    ['2021-01-31', [['competencyExpiring', 'gold windowsAndDevices']]],
    ['2021-02-01', []],
  ])('recorded on %s, with its last day 2021-01-31, is asked for at once if no reminder will', (on, asked) => {
    const late = givenPartner(registered(), competent(gold, { on })).state;
    expect(tasks(late)).toStrictEqual(asked);
    expect(late.deadlines.some(({ kind }) => kind === 'competencyReminder')).toBe(on === '2020-11-01');
  });

  test('recorded late and noted stays noted, whatever else is said of the same last day', () => {
    const late = givenPartner(registered(), competent(gold, { on: '2020-12-01' }));
    expect(late.state.openTasks[0]).toMatchObject({ resolutions: ['noted'], dueAt: '2021-02-01T00:00:00.000Z' });
    expect(due(late.state)).toStrictEqual([
      ['competencyExpiry', '2021-02-01', 'gold windowsAndDevices'],
      ['membershipReminder', '2021-04-01', 'membership'],
      ['membershipReminder', '2021-07-01', 'membership'],
    ]);
    const noted = late.when(
      tellPartner('resolveTask', { taskId: 'partner:contoso:competencyExpiring:1' }, { on: '2020-12-02' }),
    ).then;
    expect(tasks(noted.when(partnerNoted({}, { on: '2020-12-03' })).after!)).toStrictEqual([]);
    const corrected = competent({ ...gold, attainedOn: '2020-01-02' }, { on: '2020-12-03' });
    expect(tasks(noted.when(corrected).after!)).toStrictEqual([]);
  });

  test('recorded late again with another last day has a new task in place of the old one', () => {
    const late = givenPartner(registered(), competent(gold, { on: '2020-12-01' }));
    const longer = late.when(competent({ ...gold, expiresOn: '2021-02-15' }, { on: '2020-12-02' }));
    expect(longer.after?.openTasks.map(({ taskId, dueAt }) => [taskId, dueAt])).toStrictEqual([
      ['partner:contoso:competencyExpiring:2', '2021-02-16T00:00:00.000Z'],
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
