import { enrolledIn } from '../../../domain/partner/requirements';
import { editionWith, edition2020, edition2021 } from '../../support/rulebook';
import { givenPartner, type PartnerOutcome } from '../../support/partnerGiven';
import {
  active,
  competent,
  enrolled,
  located,
  ready,
  registered,
  renewable,
  renewed,
  renewedMembership,
  sayAgain,
  signed,
  staffed,
  trained,
  withdrawn,
} from '../../support/partnerStory';

const enrolledOn = ({ after }: PartnerOutcome, day: string, offering = 'DDPS') =>
  after && enrolledIn(after, offering, day)?.enrolledUntil;

describe('enrolling in offerings', () => {
  test('needs training, a competency, the membership and the agreement, and lasts until the membership ends', () => {
    const outcome = givenPartner(...ready).when(enrolled());
    outcome.thenRecorded({
      type: 'OfferingsEnrolled',
      data: { offerings: ['DDPS'], enrolledOn: '2020-06-10', enrolledUntil: '2021-06-30' },
    });
    expect(enrolledOn(outcome, '2020-06-09')).toBeUndefined();
    expect(enrolledOn(outcome, '2021-06-30')).toBe('2021-06-30');
    expect(enrolledOn(outcome, '2021-07-01')).toBeUndefined();
  });

  test('is refused with everything that is missing, by the first of it', () =>
    givenPartner(registered())
      .when(enrolled())
      .thenRefused({
        code: 'compliance-training-missing',
        detail: [
          'Contoso Services has not completed the company compliance training.',
          'Complete the company compliance training and have it recorded (recordComplianceTraining).',
          'Windows and Office Deployment Planning needs silver or gold windowsAndDevices, held on 2020-06-10,',
          'or Mobile Productivity Deployment Planning needs silver or gold enterpriseMobilityManagement or windowsAndDevices, held on 2020-06-10,',
          'or Modern IT Enterprise Security Proof of Concept needs silver or gold enterpriseMobilityManagement, held on 2020-06-10.',
          'Attain or renew silver or gold windowsAndDevices and have it recorded (recordCompetency).',
          'Contoso Services has not signed version 2020-06 of the program agreement.',
          'A Global Admin reviews the policies and signs version 2020-06 of the agreement (signAgreement).',
        ].join(' '),
      }));

  test.each([
    ['training', 'compliance-training-missing', [registered(), competent(), signed()]],
    ['a competency', 'competency-missing', [registered(), trained(), signed()]],
    ['the agreement', 'agreement-missing', [registered(), trained(), competent()]],
  ])('without %s is refused', (_what, code, story) =>
    expect(givenPartner(...story).when(enrolled()).refused?.code).toBe(code),
  );

  test('needs no location and no consultant yet', () =>
    expect(givenPartner(registered(), trained(), competent(), signed()).when(enrolled()).decision.kind).toBe(
      'accepted',
    ));

  test('needs no training where the edition does not ask for it', () => {
    const story = [registered(), competent(), signed()];
    expect(givenPartner(...story).when(enrolled({}, on2021)).decision.kind).toBe('accepted');
  });

  test('needs a competency for each offering', () => {
    const refused = givenPartner(...ready).when(enrolled({ offerings: ['DDPS', 'SDPS'] })).refused;
    expect(refused?.code).toBe('competency-missing');
    expect(refused?.detail).toContain('SharePoint Deployment Planning needs silver or gold collaborationAndContent');
  });

  test('needs an engagement type in force: none of an offering, none to enroll for', () => {
    const engagementTypes = edition2020.engagementTypes.map((row) => ({ ...row, validThrough: '2020-06-09' }));
    expect(
      givenPartner(...ready).when(
        enrolled({}, { on: '2020-06-10', facts: { rulebook: editionWith({ engagementTypes }) } }),
      ).refused,
    ).toStrictEqual({
      code: 'engagement-type-retired',
      detail: 'no engagement type of DDPS is in force on 2020-06-10. Choose another offering.',
    });
  });

  test('within 90 days of the end of the membership waits for the new one (E21)', () => {
    const story = givenPartner(...ready);
    expect(story.when(enrolled({}, { on: '2021-03-31' })).decision.kind).toBe('accepted');
    expect(story.when(enrolled({}, { on: '2021-04-01' })).refused).toStrictEqual({
      code: 'membership-ends-soon',
      detail:
        'the MPN membership ends on 2021-06-30; who enrolls needs more than 90 days of it. Renew the MPN membership first and have its new date recorded (updateMembership), then enroll.',
    });
    const moved = story.when(renewedMembership({ membershipRenewsOn: '2022-06-30' })).then;
    expect(enrolledOn(moved.when(enrolled({}, { on: '2021-05-02' })), '2021-05-02')).toBe('2022-06-30');
  });

  test('in an unknown offering is refused', () =>
    givenPartner(...ready)
      .when(enrolled({ offerings: ['DDPS', 'AZDPS'] }))
      .thenRefused({
        code: 'offering-unknown',
        detail: 'edition 2020-06 has no AZDPS',
        errors: [{ pointer: '/offerings', message: 'of DDPS, DYDPS, PVDPS, SDPS, S-EDPS, SSDPS' }],
      }));

  test('in which the partner is enrolled is nothing new; of several, only the new ones count', () => {
    givenPartner(...active)
      .when(sayAgain(enrolled()))
      .thenQuiet();
    const both = givenPartner(
      ...active,
      competent({ competency: 'collaborationAndContent' }, { on: '2020-06-11' }),
    ).when(enrolled({ offerings: ['SDPS', 'DDPS', 'SDPS'] }, { on: '2020-07-01' }));
    both.thenRecorded({
      type: 'OfferingsEnrolled',
      data: { offerings: ['SDPS'], enrolledOn: '2020-07-01', enrolledUntil: '2021-06-30' },
    });
    expect(both.after?.enrollments[0]).toStrictEqual({
      offering: 'DDPS',
      enrolledOn: '2020-06-10',
      enrolledUntil: '2021-06-30',
    });
  });
});

const on2021 = { on: '2020-06-10', facts: { rulebook: edition2021 } };

describe('renewing the enrollment', () => {
  const partner = givenPartner(...renewable);

  test('carries it on until the new end of the membership', () => {
    const outcome = partner.when(renewed());
    expect(outcome.events[0]).toMatchObject({
      type: 'EnrollmentRenewed',
      data: { offerings: ['DDPS'], enrolledUntil: '2022-06-30', policiesReviewedOn: '2021-05-03' },
    });
    expect(outcome.after?.enrollments).toStrictEqual([
      { offering: 'DDPS', enrolledOn: '2020-06-10', enrolledUntil: '2022-06-30' },
    ]);
    expect(outcome.openTasks).toStrictEqual([]);
  });

  test('is said once: the same words again are quiet', () => {
    const told = renewed();
    partner.when(told).then.when(sayAgain(told)).thenQuiet(told.message.messageId);
  });

  test('is open from 90 days before its end', () => {
    const early = givenPartner(
      ...active,
      renewedMembership({ membershipRenewsOn: '2022-06-30' }, { on: '2021-03-01' }),
    );
    const on = (day: string) => renewed({ requirementsReviewedOn: day, policiesReviewedOn: day }, { on: day });
    early.when(on('2021-03-31')).thenRefused({
      code: 'renewal-not-open',
      detail: 'can be renewed: DDPS from 2021-04-01 on',
    });
    expect(early.when(on('2021-04-01')).decision.kind).toBe('accepted');
  });

  test('is possible on the last day of the year, and not after: what has lapsed is enrolled again', () => {
    expect(partner.when(renewed({}, { on: '2021-06-30' })).decision.kind).toBe('accepted');
    const lapsed = partner.until('2021-07-01');
    lapsed.when(renewed({}, { on: '2021-07-01' })).thenRefused({
      code: 'not-enrolled',
      detail: 'not enrolled on 2021-07-01, so enroll (again) instead: DDPS',
      errors: [{ pointer: '/offerings', message: 'offerings in which the partner is enrolled' }],
    });
    const again = lapsed.when(enrolled({}, { on: '2021-07-02' }));
    expect(again.after?.enrollments).toStrictEqual([
      { offering: 'DDPS', enrolledOn: '2021-07-02', enrolledUntil: '2022-06-30' },
    ]);
  });

  test('waits for the renewed membership', () =>
    givenPartner(...active)
      .when(renewed())
      .thenRefused({
        code: 'membership-not-renewed',
        detail: 'the membership still ends on 2021-06-30; record its new date first',
      }));

  test.each([
    ['2021-03-31', '2021-05-03', 'requirementsReviewedOn'],
    ['2021-05-03', '2021-05-04', 'policiesReviewedOn'],
  ])('needs reviews of its own time: %s and %s will not do', (requirementsReviewedOn, policiesReviewedOn, field) =>
    partner.when(renewed({ requirementsReviewedOn, policiesReviewedOn })).thenRefused({
      code: 'dates-out-of-order',
      detail: 'requirements and policies are reviewed for the new year, once its renewal is open',
      errors: [{ pointer: `/${field}`, message: 'from 2021-04-01 until 2021-05-03' }],
    }),
  );

  test('needs the competency on the first day of the new year', () => {
    const until = (expiresOn: string) =>
      givenPartner(...renewable, competent({ expiresOn }, { on: '2021-05-02' })).when(renewed());
    expect(until('2021-07-01').decision.kind).toBe('accepted');
    expect(until('2021-06-30').refused?.code).toBe('competency-missing');
    expect(until('2021-06-30').refused?.detail).toContain('held on 2021-07-01');
  });

  test('needs the agreement in its current version, and everything that is missing is said', () => {
    const rulebook = editionWith({ agreementVersion: '2021-01' });
    const refused = givenPartner(...renewable, competent({ expiresOn: '2021-06-30' }, { on: '2021-05-02' })).when(
      renewed({}, { on: '2021-05-03', facts: { rulebook } }),
    ).refused;
    expect(refused?.code).toBe('competency-missing');
    expect(refused?.detail).toContain('has not signed version 2021-01 of the program agreement');
  });

  test('of an offering in which the partner is not enrolled is refused', () =>
    expect(partner.when(renewed({ offerings: ['DDPS', 'SDPS'] })).refused?.code).toBe('not-enrolled'));
  test('of an unknown offering is refused', () =>
    expect(partner.when(renewed({ offerings: ['AZDPS'] })).refused?.code).toBe('offering-unknown'));
});

describe('withdrawing from an offering', () => {
  const partner = givenPartner(...active);
  const outcome = partner.when(withdrawn());

  test('ends the enrollment with its day', () => {
    outcome.thenRecorded({
      type: 'OfferingWithdrawn',
      data: { offering: 'DDPS', reason: 'no demand', enrolledUntil: '2020-07-01' },
    });
    expect(enrolledOn(outcome, '2020-07-01')).toBe('2020-07-01');
    expect(enrolledOn(outcome, '2020-07-02')).toBeUndefined();
    expect(outcome.openTasks).toStrictEqual([]);
  });
  test('is told to those whom it concerns when the day is over', () =>
    expect(outcome.dueAfter?.[0]).toStrictEqual({
      kind: 'enrollmentEnd',
      at: '2020-07-02T00:00:00.000Z',
      about: ['DDPS'],
    }));
  test('again is quiet, for another reason comes too late', () => {
    outcome.then.when(sayAgain(withdrawn())).thenQuiet(withdrawn().message.messageId);
    outcome.then.when(withdrawn({ reason: 'other' })).thenRefused({
      code: 'not-enrolled',
      detail: 'Contoso Services is not enrolled in DDPS on 2020-07-01, or has withdrawn',
    });
  });
  test('can be taken back the same day, by enrolling, and then be said again', () => {
    const back = outcome.then.when(enrolled({}, { on: '2020-07-01', as: 'back' }));
    expect(back.after?.enrollments[0]?.enrolledUntil).toBe('2021-06-30');
    expect(back.then.when(sayAgain(withdrawn())).decision.kind).toBe('accepted');
  });
  test('is not renewed', () =>
    expect(
      givenPartner(...renewable)
        .when(withdrawn({}, { on: '2021-05-03' }))
        .then.when(renewed()).refused?.code,
    ).toBe('not-enrolled'));
  test('is possible from an offering the current edition no longer has', () => {
    const offerings = edition2020.offerings.filter(({ code }) => code !== 'DDPS');
    const told = withdrawn({}, { on: '2020-07-01', facts: { rulebook: editionWith({ offerings }) } });
    expect(partner.when(told).decision.kind).toBe('accepted');
  });
  test('from an unknown offering is refused', () =>
    partner.when(withdrawn({ offering: 'AZDPS' })).thenRefused({
      code: 'offering-unknown',
      detail: 'edition 2020-06 has no AZDPS',
      errors: [{ pointer: '/offering', message: 'of DDPS, DYDPS, PVDPS, SDPS, S-EDPS, SSDPS' }],
    }));
});

test('who was never enrolled stands where he stood: locations and consultants may come first', () =>
  expect(givenPartner(registered(), staffed(), located()).state.enrollments).toStrictEqual([]));
