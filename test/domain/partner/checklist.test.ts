import type { ChecklistItem, PartnerFacts } from '../../../contracts/partner';
import { checklistSchema } from '../../../contracts/partner';
import { checklistOf } from '../../../domain/partner/checklist';
import { contoso, contosoWith } from '../../support/partner';
import { edition2020, edition2021, editionWith } from '../../support/rulebook';

const today = '2020-09-01';
const lasting = { attainedOn: '2020-01-01', expiresOn: '2021-12-31' };

const itemOf = (
  partner: PartnerFacts,
  type = 'windowsOffice',
  rulebook = edition2020,
  on = today,
): ChecklistItem | undefined =>
  checklistOf(partner, rulebook, on).find(({ engagementType }) => engagementType === type);
const statusOf = (...asked: Parameters<typeof itemOf>) => itemOf(...asked)?.status;
const metIn = (item: ChecklistItem | undefined) => item?.requirements.filter(({ met }) => met).map(({ name }) => name);

/** A partner of all offerings with every exam there is; it lacks nothing but, perhaps, a competency. */
const holding = (competencies: PartnerFacts['competencies']): PartnerFacts =>
  contosoWith({
    competencies,
    enrollments: edition2020.offerings.map(({ code }) => ({
      offering: code,
      enrolledOn: '2020-06-02',
      enrolledUntil: '2021-06-30',
    })),
    consultants: [
      {
        consultantId: 'all',
        name: 'Knows It All',
        assessments: edition2020.competencies.flatMap(({ code: competency, assessments }) =>
          assessments.flat().map((code) => ({ code, competency, passedOn: '2019-03-01' })),
        ),
      },
    ],
  });

/** Domain 3.1: which tier of its competencies opens an engagement type, and a competency that does not. */
const TYPES: [type: string, silver: 'active' | 'inProgress', competencies: string[], wrong: string][] = [
  ['windowsOffice', 'active', ['windowsAndDevices'], 'enterpriseMobilityManagement'],
  ['mobileProductivity', 'active', ['enterpriseMobilityManagement', 'windowsAndDevices'], 'datacenter'],
  ['modernItSecurityPoc', 'active', ['enterpriseMobilityManagement'], 'windowsAndDevices'],
  [
    'd365CeUpgrade',
    'active',
    ['cloudBusinessApplications', 'cloudCustomerRelationshipManagement'],
    'enterpriseResourcePlanning',
  ],
  [
    'd365CeMigrate',
    'active',
    ['cloudBusinessApplications', 'cloudCustomerRelationshipManagement'],
    'enterpriseResourcePlanning',
  ],
  ['d365FoUpgrade', 'inProgress', ['enterpriseResourcePlanning'], 'cloudBusinessApplications'],
  ['windowsServer', 'active', ['datacenter'], 'dataPlatform'],
  ['sharePoint', 'active', ['collaborationAndContent'], 'projectAndPortfolioManagement'],
  ['ppm', 'active', ['projectAndPortfolioManagement'], 'collaborationAndContent'],
  ['exchange', 'active', ['messaging'], 'communications'],
  ['skypeForBusiness', 'active', ['communications'], 'messaging'],
  ['dataEstate', 'inProgress', ['dataAnalytics', 'dataPlatform'], 'datacenter'],
];
const alternatives = TYPES.flatMap(([type, silver, competencies, wrong]) =>
  competencies.map((competency) => [type, competency, silver, wrong] as const),
);

describe.each([edition2020, edition2021])('edition $id', (rulebook) => {
  test('lists every engagement type, in the words of the contract', () => {
    const items = checklistOf(contoso, rulebook, today);
    expect(items.map(({ engagementType }) => engagementType)).toStrictEqual(TYPES.map(([type]) => type));
    checklistSchema.parse({ items });
  });

  describe.each(alternatives)('%s through %s', (type, competency, silver, wrong) => {
    const status = (...competencies: PartnerFacts['competencies']) => statusOf(holding(competencies), type, rulebook);

    test('is open to nobody without a competency', () => expect(status()).toBe('inProgress'));
    test('not by the wrong competency', () =>
      expect(status({ competency: wrong, tier: 'gold', ...lasting })).toBe('inProgress'));
    test(`with silver: ${silver}`, () => expect(status({ competency, tier: 'silver', ...lasting })).toBe(silver));
    test('with gold', () => expect(status({ competency, tier: 'gold', ...lasting })).toBe('active'));
    test('not with one that has run out', () =>
      expect(status({ competency, tier: 'gold', attainedOn: '2020-01-01', expiresOn: '2020-08-31' })).toBe('lapsed'));
  });
});

test('a partner in good standing has every check mark, with the days and the source', () =>
  expect(itemOf(contoso)).toStrictEqual({
    offering: 'DDPS',
    engagementType: 'windowsOffice',
    status: 'active',
    requirements: [
      { name: 'complianceTraining', met: true, since: '2020-05-01', source: 'BASE, step 1' },
      {
        name: 'competency',
        met: true,
        since: '2020-01-01',
        expires: '2021-06-30',
        source: 'PC-REQ; to be maintained: PS-POL',
      },
      { name: 'membership', met: true, expires: '2021-06-30', source: 'PS-QSG; exception E21' },
      { name: 'agreement', met: true, since: '2020-06-01', source: 'BASE, step 2' },
      { name: 'enrollment', met: true, since: '2020-06-02', expires: '2021-06-30', source: 'BASE, step 2' },
      { name: 'location', met: true, source: 'PS-PROC, PS-SUM; exception E5' },
      {
        name: 'consultants',
        met: true,
        since: '2020-01-01',
        expires: '2021-06-30',
        source: 'BASE, step 6; exception E8',
      },
    ],
  }));

test('a partner that has just been registered has not started, and reads what to do', () => {
  const item = itemOf(
    contosoWith({
      complianceTraining: undefined,
      competencies: [],
      agreement: undefined,
      enrollments: [],
      locations: [],
      consultants: [],
    }),
  );
  expect(item?.status).toBe('notStarted');
  expect(item?.requirements.map(({ name, met, nextStep }) => [name, met, nextStep])).toStrictEqual([
    [
      'complianceTraining',
      false,
      'Complete the company compliance training and have it recorded (recordComplianceTraining)',
    ],
    ['competency', false, 'Attain or renew silver or gold windowsAndDevices and have it recorded (recordCompetency)'],
    ['membership', true, undefined],
    [
      'agreement',
      false,
      'A Global Admin reviews the policies and signs version 2020-06 of the agreement (signAgreement)',
    ],
    ['enrollment', false, 'A Global Admin enrolls in DDPS (enrollInOfferings)'],
    ['location', false, 'Add an MPN location in the country of delivery (addLocation)'],
    [
      'consultants',
      false,
      'Hold the competency, and record a consultant with an assessment or exam for it (recordConsultant): windowsAndDevices',
    ],
  ]);
});

describe('a requirement', () => {
  test('of two alternatives is one', () =>
    expect(itemOf(contoso, 'mobileProductivity')?.requirements.map(({ name }) => name)).toStrictEqual(
      itemOf(contoso)?.requirements.map(({ name }) => name),
    ));
  test('is training only where the edition asks for it', () =>
    expect(itemOf(contoso, 'windowsOffice', edition2021)?.requirements[0]?.name).toBe('competency'));
  test('is never the registration with SAVB', () =>
    expect(statusOf(contosoWith({ savbRegistrations: [], bankAccounts: [] }))).toBe('active'));

  test('membership: more than 90 days of it before enrolling, any day of it afterwards', () => {
    const enrolled = contosoWith({});
    const notYet = contosoWith({ enrollments: [] });
    const membership = (partner: PartnerFacts, on: string) =>
      itemOf(partner, 'windowsOffice', edition2020, on)?.requirements.find(({ name }) => name === 'membership');
    expect(membership(notYet, '2021-03-31')).toMatchObject({ met: true, expires: '2021-03-31' });
    expect(membership(notYet, '2021-04-01')).toStrictEqual({
      name: 'membership',
      met: false,
      source: 'PS-QSG; exception E21',
      nextStep: 'Renew the MPN membership first and have its new date recorded (updateMembership), then enroll',
    });
    expect(membership(enrolled, '2021-06-30')).toMatchObject({ met: true, expires: '2021-06-30' });
    const shortened = contosoWith({ membershipRenewsOn: '2020-08-31' });
    expect(statusOf(shortened)).toBe('lapsed');
  });
  test('agreement: of the current version before enrolling, any version until the year is over', () => {
    const rulebook = editionWith({ agreementVersion: '2021-01' });
    expect(metIn(itemOf(contoso, 'windowsOffice', rulebook))).toContain('agreement');
    expect(metIn(itemOf(contosoWith({ enrollments: [] }), 'windowsOffice', rulebook))).not.toContain('agreement');
    expect(metIn(itemOf(contosoWith({ agreement: undefined })))).not.toContain('agreement');
  });
  test('location: one at least', () => expect(metIn(itemOf(contosoWith({ locations: [] })))).not.toContain('location'));

  describe('consultants: one at least who qualifies for a competency that is held', () => {
    const windows = { competency: 'windowsAndDevices', tier: 'gold', ...lasting } as const;
    const mobility = { competency: 'enterpriseMobilityManagement', tier: 'gold', ...lasting } as const;
    const consultantsOf = (partner: Partial<PartnerFacts>, type = 'mobileProductivity') =>
      itemOf(contosoWith(partner), type)?.requirements.find(({ name }) => name === 'consultants');

    test('for the one held, not for its alternative', () => {
      expect(consultantsOf({ competencies: [windows] })?.met).toBe(true);
      expect(consultantsOf({ competencies: [mobility] })?.met).toBe(false);
      expect(consultantsOf({ competencies: [mobility, windows] })?.met).toBe(true);
    });
    test('for none, where none is held', () => expect(consultantsOf({ competencies: [] })?.met).toBe(false));
    test('nobody, where nothing is asked', () =>
      expect(
        consultantsOf(
          { competencies: [{ competency: 'enterpriseResourcePlanning', tier: 'gold', ...lasting }], consultants: [] },
          'd365FoUpgrade',
        ),
      ).toMatchObject({ met: true, since: '2020-01-01', expires: '2021-12-31' }));
    test('from the day on which the later of both came about', () => {
      const assessments = [
        { code: 'EMS Overview assessment', competency: 'enterpriseMobilityManagement', passedOn: '2020-02-01' },
        { code: 'MDM assessment', competency: 'enterpriseMobilityManagement', passedOn: '2020-03-01' },
        { code: 'MDM assessment', competency: 'enterpriseMobilityManagement', passedOn: '2020-09-02' },
      ];
      const consultants = [{ consultantId: 'ola', name: 'Ola', assessments }];
      expect(consultantsOf({ competencies: [mobility], consultants })?.since).toBe('2020-03-01');
    });
  });
});

describe('a status', () => {
  test('is in progress from the first thing the partner does', () =>
    expect(
      statusOf(contosoWith({ complianceTraining: undefined, competencies: [], agreement: undefined, enrollments: [] })),
    ).toBe('inProgress'));
  test('is not started without any membership to speak of, either', () =>
    expect(
      statusOf({
        ...contosoWith({ membershipRenewsOn: '2020-09-30', complianceTraining: undefined, competencies: [] }),
        agreement: undefined,
        enrollments: [],
        locations: [],
        consultants: [],
      }),
    ).toBe('notStarted'));
  test('is lapsed after the year, until the partner enrolls again', () =>
    expect(statusOf(contoso, 'windowsOffice', edition2020, '2021-07-01')).toBe('lapsed'));
  test('is not lapsed for who held a competency and never enrolled', () =>
    expect(statusOf(contosoWith({ enrollments: [] }), 'windowsOffice', edition2020, '2021-07-01')).toBe('inProgress'));
  test('is in progress for a type of an enrolled offering that never was open to the partner', () =>
    expect(statusOf(contoso, 'modernItSecurityPoc')).toBe('inProgress'));
});

test('a type that is not in force is not listed', () => {
  expect(statusOf(contoso, 'ppm', edition2020, '2020-08-20')).toBeUndefined();
  expect(statusOf(contoso, 'ppm', edition2020, '2020-08-21')).toBe('inProgress');
});
