import type { PartnerFacts } from '../../../contracts/partner';
import { consultants } from '../../../domain/partner/delivery';
import { eligibility } from '../../../domain/partner/eligibility';
import { engagementType } from '../../../domain/rulebook/rulebook';
import { frozen } from '../../support/frozen';
import { contoso, contosoWith } from '../../support/partner';
import { edition2020, edition2021, editionWith } from '../../support/rulebook';

const today = '2020-09-01';
const delivery = frozen({ locationId: 'contoso-se', deliveryCountry: 'SE', consultantIds: ['eva.lind'] });

/** The catalogue of domain.md 3.1: type, offering, tiers that qualify, competencies any of which qualifies. */
const CATALOGUE: readonly [type: string, offering: string, tiers: string[], competencies: string[]][] = [
  ['windowsOffice', 'DDPS', ['silver', 'gold'], ['windowsAndDevices']],
  ['mobileProductivity', 'DDPS', ['silver', 'gold'], ['enterpriseMobilityManagement', 'windowsAndDevices']],
  ['modernItSecurityPoc', 'DDPS', ['silver', 'gold'], ['enterpriseMobilityManagement']],
  ['d365CeUpgrade', 'DYDPS', ['silver', 'gold'], ['cloudBusinessApplications', 'cloudCustomerRelationshipManagement']],
  ['d365CeMigrate', 'DYDPS', ['silver', 'gold'], ['cloudBusinessApplications', 'cloudCustomerRelationshipManagement']],
  ['d365FoUpgrade', 'DYDPS', ['gold'], ['enterpriseResourcePlanning']],
  ['windowsServer', 'PVDPS', ['silver', 'gold'], ['datacenter']],
  ['sharePoint', 'SDPS', ['silver', 'gold'], ['collaborationAndContent']],
  ['ppm', 'SDPS', ['silver', 'gold'], ['projectAndPortfolioManagement']],
  ['exchange', 'S-EDPS', ['silver', 'gold'], ['messaging']],
  ['skypeForBusiness', 'S-EDPS', ['silver', 'gold'], ['communications']],
  ['dataEstate', 'SSDPS', ['gold'], ['dataAnalytics', 'dataPlatform']],
];

const allCompetencies = edition2020.competencies.map(({ code }) => code);

const holding = (competency: string, tier: string, offering: string): PartnerFacts =>
  contosoWith({
    competencies: [{ competency, tier: tier as 'gold', attainedOn: '2020-01-01', expiresOn: '2021-06-30' }],
    enrollments: [{ offering, enrolledOn: '2020-06-02', enrolledUntil: '2021-06-30' }],
  });

const unmet = (partner: PartnerFacts, type = 'windowsOffice', how = delivery, rulebook = edition2020, on = today) =>
  eligibility(rulebook, partner, type, how, on)
    .filter(({ met }) => !met)
    .map(({ code }) => code);

test('the catalogue has its twelve engagement types', () =>
  expect(edition2020.engagementTypes.map(({ code }) => code)).toStrictEqual(CATALOGUE.map(([type]) => type)));

test('a partner in good standing meets everything, and it is known since when and until when', () =>
  expect(
    eligibility(edition2020, contoso, 'windowsOffice', delivery, today).map(({ name, met, since, until }) => ({
      name,
      met,
      since,
      until,
    })),
  ).toStrictEqual([
    { name: 'complianceTraining', met: true, since: '2020-05-01', until: undefined },
    { name: 'competency', met: true, since: '2020-01-01', until: '2021-06-30' },
    { name: 'enrollment', met: true, since: '2020-06-02', until: '2021-06-30' },
    { name: 'location', met: true, since: undefined, until: undefined },
    { name: 'consultants', met: true, since: '2019-03-01', until: undefined },
  ]));

describe.each(CATALOGUE)('%s', (type, offering, tiers, competencies) => {
  const competencyIsMet = (competency: string, tier: string) =>
    !unmet(holding(competency, tier, offering), type).includes('competency-missing');

  test(`belongs to ${offering}`, () => {
    expect(engagementType(edition2020, type)?.offering).toBe(offering);
    expect(unmet(holding('none', 'gold', offering), type)).not.toContain('not-enrolled');
    expect(unmet(holding('none', 'gold', 'other'), type)).toContain('not-enrolled');
  });

  test(`needs ${tiers.join(' or ')} ${competencies.join(' or ')}, and nothing else will do`, () => {
    const qualifying = allCompetencies.flatMap((competency) =>
      ['silver', 'gold'].filter((tier) => competencyIsMet(competency, tier)).map((tier) => `${tier} ${competency}`),
    );
    const expected = competencies.flatMap((competency) => tiers.map((tier) => `${tier} ${competency}`));
    expect(qualifying.sort()).toStrictEqual(expected.sort());
  });
});

describe('a competency', () => {
  const heldFrom = (attainedOn: string, expiresOn: string) =>
    contosoWith({ competencies: [{ competency: 'windowsAndDevices', tier: 'gold', attainedOn, expiresOn }] });

  test('counts on the day it is attained', () => expect(unmet(heldFrom(today, '2021-06-30'))).toStrictEqual([]));
  test('does not count before', () =>
    expect(unmet(heldFrom('2020-09-02', '2021-06-30'))).toStrictEqual(['competency-missing']));
  test('counts on its last day', () => expect(unmet(heldFrom('2020-01-01', today))).toStrictEqual([]));
  test('has to be maintained', () =>
    expect(unmet(heldFrom('2020-01-01', '2020-08-31'))).toStrictEqual(['competency-missing']));
  test('held more than once counts from the first day to the last', () => {
    const held = (tier: 'silver' | 'gold', attainedOn: string, expiresOn: string) => ({
      competency: 'windowsAndDevices',
      tier,
      attainedOn,
      expiresOn,
    });
    const both = [held('silver', '2020-02-01', '2021-06-30'), held('gold', '2020-01-01', '2020-12-31')];
    expect(
      eligibility(edition2020, contosoWith({ competencies: both }), 'windowsOffice', delivery, today)[1],
    ).toMatchObject({ met: true, since: '2020-01-01', until: '2021-06-30' });
  });
  test('counts for a type no longer than the type is in force', () => {
    const offered = editionWith({
      engagementTypes: edition2020.engagementTypes.map((row) => ({
        ...row,
        validFrom: '2020-08-21',
        validThrough: '2020-12-31',
      })),
    });
    const on = (day: string) => eligibility(offered, contoso, 'windowsOffice', delivery, day)[1];
    expect(on(today)).toMatchObject({ met: true, since: '2020-08-21', until: '2020-12-31' });
    // What was begun in its time is still judged by the competency alone.
    expect(on('2021-01-01')).toMatchObject({ met: true, since: '2020-01-01', until: '2021-06-30' });
  });
  test('that is missing is named with its tiers, its source and what to do', () =>
    expect(eligibility(edition2020, contosoWith({ competencies: [] }), 'dataEstate', delivery, today)[1]).toStrictEqual(
      {
        name: 'competency',
        met: false,
        source: 'PC-REQ; to be maintained: PS-POL',
        detail: 'Data Estate Modernization needs gold dataAnalytics or dataPlatform, held on 2020-09-01',
        nextStep: 'Attain or renew gold dataAnalytics or dataPlatform and have it recorded (recordCompetency)',
        code: 'competency-missing',
      },
    ));
});

describe('compliance training (gate A)', () => {
  const untrained = contosoWith({ complianceTraining: undefined });
  test('is asked for in June 2020', () => expect(unmet(untrained)).toStrictEqual(['compliance-training-missing']));
  test('counts from its day on', () =>
    expect(unmet(contosoWith({ complianceTraining: { completedOn: '2020-09-02', evidence: 'e' } }))).toStrictEqual([
      'compliance-training-missing',
    ]));
  test('is not asked for any more in April 2021', () =>
    expect(unmet(untrained, 'windowsOffice', delivery, edition2021)).toStrictEqual([]));
});

describe('enrollment', () => {
  const enrolled = (enrolledOn: string, enrolledUntil: string, offering = 'DDPS') =>
    contosoWith({ enrollments: [{ offering, enrolledOn, enrolledUntil }] });

  test('counts on its first and its last day', () => {
    expect(unmet(enrolled(today, '2021-06-30'))).toStrictEqual([]);
    expect(unmet(enrolled('2019-07-01', today))).toStrictEqual([]);
  });
  test('is of the year: last year’s does not count', () =>
    expect(unmet(enrolled('2019-07-01', '2020-08-31'))).toStrictEqual(['not-enrolled']));
  test('that begins tomorrow does not count', () =>
    expect(unmet(enrolled('2020-09-02', '2021-06-30'))).toStrictEqual(['not-enrolled']));
  test('is per offering', () =>
    expect(unmet(enrolled('2020-06-02', '2021-06-30', 'SDPS'))).toStrictEqual(['not-enrolled']));
  test('renewed: any of the years may be the one', () =>
    expect(
      unmet(
        contosoWith({
          enrollments: [
            { offering: 'DDPS', enrolledOn: '2019-07-01', enrolledUntil: '2020-06-30' },
            { offering: 'DDPS', enrolledOn: '2020-07-01', enrolledUntil: '2021-06-30' },
          ],
        }),
      ),
    ).toStrictEqual([]));
});

describe('the location', () => {
  const locationOf = (locationId: string, deliveryCountry: string) =>
    eligibility(edition2020, contoso, 'windowsOffice', { ...delivery, locationId, deliveryCountry }, today)[3];

  test('is one in the country of delivery', () => expect(locationOf('contoso-de', 'DE')?.met).toBe(true));
  test('of another country is refused, with those that would do', () =>
    expect(locationOf('contoso-se', 'DE')).toStrictEqual({
      name: 'location',
      met: false,
      source: 'PS-PROC, PS-SUM; exception E5',
      detail: 'location contoso-se is in SE, the delivery in DE; locations in DE: contoso-de',
      nextStep: 'Add an MPN location in the country of delivery (addLocation)',
      code: 'location-not-in-country',
    }));
  test('where there is none, adding one is the next step (E5)', () =>
    expect(locationOf('contoso-us', 'US')?.detail).toBe(
      'Contoso Services has no location contoso-us; locations in US: none, add one',
    ));
});

describe('consultants (gate C)', () => {
  const eva = (...codes: string[]) => ({
    consultantId: 'eva.lind',
    name: 'Eva Lind',
    assessments: codes.map((code) => ({ code, competency: 'any', passedOn: '2019-03-01' })),
  });
  const holds = (...competencies: string[]) =>
    competencies.map((competency) => ({
      competency,
      tier: 'gold' as const,
      attainedOn: '2020-01-01',
      expiresOn: '2021-06-30',
    }));
  const ask = (partner: Partial<PartnerFacts>, type: string, ids = ['eva.lind']) =>
    consultants(edition2020, contosoWith(partner), type, ids, today);

  test('every one of them must qualify, and those who do not are named', () =>
    expect(ask({}, 'windowsOffice', ['eva.lind', 'ola.ny'])).toStrictEqual({
      name: 'consultants',
      met: false,
      source: 'BASE, step 6; exception E8',
      detail: 'ola.ny holds no assessment or exam for windowsAndDevices',
      nextStep: 'Name a qualified consultant, or record an assessment or exam for windowsAndDevices (recordConsultant)',
      code: 'consultant-not-qualified',
    }));
  test('must be known', () =>
    expect(ask({}, 'windowsOffice', ['eva.lind', 'nobody'])).toStrictEqual({
      name: 'consultants',
      met: false,
      source: 'BASE, step 6; exception E8',
      detail: 'Contoso Services has no consultant nobody',
      nextStep: 'Have the consultants recorded with their assessments (recordConsultant)',
      code: 'consultant-unknown',
    }));
  test('qualify from the day they passed', () => {
    const consultant = { consultantId: 'eva.lind', name: 'Eva Lind' };
    const passedOn = (day: string) => ({
      consultants: [{ ...consultant, assessments: [{ code: '70-354', competency: 'any', passedOn: day }] }],
    });
    expect(ask(passedOn(today), 'windowsOffice').met).toBe(true);
    expect(ask(passedOn('2020-09-02'), 'windowsOffice').met).toBe(false);
  });
  test('of ERP are asked nothing, for the competency rests on revenue', () =>
    expect(ask({ competencies: holds('enterpriseResourcePlanning'), consultants: [eva()] }, 'd365FoUpgrade').met).toBe(
      true,
    ));

  test.each([
    ['70-357', true],
    ['Windows 10 Deployment, Security and Management assessment', true],
    ['70-999', false],
  ])('for windowsAndDevices %s counts: %s', (code, met) =>
    expect(ask({ consultants: [eva(code)] }, 'windowsOffice').met).toBe(met),
  );

  test('an assessment that counts only with another counts only with it', () => {
    const emm = holds('enterpriseMobilityManagement');
    const withCodes = (...codes: string[]) =>
      ask({ competencies: emm, consultants: [eva(...codes)] }, 'modernItSecurityPoc').met;
    expect(withCodes('EMS Overview assessment')).toBe(false);
    expect(withCodes('MDM assessment')).toBe(false);
    expect(withCodes('EMS Overview assessment', 'MDM assessment')).toBe(true);
  });
  test('of alternatives, the one the partner does not hold does not help', () =>
    expect(
      ask({ competencies: holds('enterpriseMobilityManagement'), consultants: [eva('70-354')] }, 'mobileProductivity')
        .met,
    ).toBe(false));
  test('of alternatives the partner holds, each will do', () => {
    const competencies = holds('enterpriseMobilityManagement', 'windowsAndDevices');
    expect(ask({ competencies, consultants: [eva('70-354')] }, 'mobileProductivity').met).toBe(true);
    expect(
      ask({ competencies, consultants: [eva('EMS Overview assessment', 'MDM assessment')] }, 'mobileProductivity').met,
    ).toBe(true);
  });
  test('where the partner holds none of them, any names what to learn', () =>
    expect(ask({ competencies: [], consultants: [eva('70-354')] }, 'mobileProductivity').met).toBe(true));
  test('of a type the edition does not know are not qualified', () =>
    expect(ask({}, 'cloudMagic').detail).toBe('eva.lind holds no assessment or exam for cloudMagic'));
});

test('an engagement type the edition does not know is the one thing unmet', () =>
  expect(eligibility(edition2020, contoso, 'cloudMagic', delivery, today)).toStrictEqual([
    {
      name: 'competency',
      met: false,
      source: 'PC-REQ',
      detail: 'edition 2020-06 has no cloudMagic',
      nextStep: `Choose one of ${CATALOGUE.map(([type]) => type).join(', ')}`,
      code: 'engagement-type-unknown',
    },
  ]));

describe.each([edition2020, edition2021])('what is asked before delivering, by edition $id', (rulebook) => {
  const trained = rulebook.complianceTraining.required ? ['complianceTraining'] : [];

  test.each(CATALOGUE)('for %s', (type) =>
    expect(
      eligibility(rulebook, contosoWith({ complianceTraining: undefined }), type, delivery, today).map(
        ({ name }) => name,
      ),
    ).toStrictEqual([...trained, 'competency', 'enrollment', 'location', 'consultants']),
  );
  test('each with its source and its next step, met or not', () => {
    const nobody = contosoWith({ complianceTraining: undefined, competencies: [], enrollments: [] });
    const where = { locationId: 'x', deliveryCountry: 'US', consultantIds: ['nobody'] };
    for (const { source, nextStep } of [contoso, nobody].flatMap((partner) =>
      CATALOGUE.flatMap(([type]) => eligibility(rulebook, partner, type, where, today)),
    ))
      for (const text of [source, nextStep]) expect(text).toMatch(/\w/);
  });
});
