import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Rates, Rulebook } from '../../contracts/rulebook';
import { assignable, engagementType, inForce, rateFor } from '../../domain/rulebook/rulebook';
import { InvalidDataFile, loadRates, loadRulebooks } from '../../records/rulebooks';

const rulebooks = loadRulebooks();
const june2020 = rulebooks.edition('2020-06');
const april2021 = rulebooks.edition('2021-04');
const EDITIONS = rulebooks.ids();

test('two editions ship', () => {
  expect(EDITIONS).toStrictEqual(['2020-06', '2021-04']);
});

test('asking for another edition names those that are there', () => {
  expect(() => rulebooks.edition('2019-01')).toThrow('no edition 2019-01 of the rules; there are 2020-06, 2021-04');
  expect(() => rulebooks.reference('2019-01')).toThrow('no edition 2019-01 of the rules; there are 2020-06, 2021-04');
});

/** A released edition never changes: engagements that follow it were promised these rules. Correct it in a new edition. */
test.each([
  ['2020-06', '602288ad955e3c4ed5b11391004ed6b70767ea0eb99fb7af5b5c7f8f871de4eb'],
  ['2021-04', '59daf91ce6132cc1bb23b071cacda5a432ec806f29656fc28f92e51481be256d'],
])('edition %s is what it was when it was released', (id, hash) => {
  expect(rulebooks.reference(id)).toStrictEqual({ id, hash });
});

describe.each(EDITIONS)('edition %s', (id) => {
  const rulebook = rulebooks.edition(id);

  test('has the six offerings', () => {
    expect(rulebook.offerings.map(({ code }) => code)).toStrictEqual([
      'DDPS',
      'DYDPS',
      'PVDPS',
      'SDPS',
      'S-EDPS',
      'SSDPS',
    ]);
  });

  test('has the twelve engagement types, each with what qualifies for it', () => {
    const rows = rulebook.engagementTypes.map(({ code, offering, competencies, tiers }) => [
      code,
      offering,
      competencies.join(' or '),
      tiers.join(' or '),
    ]);
    const both = 'silver or gold';
    expect(rows).toStrictEqual([
      ['windowsOffice', 'DDPS', 'windowsAndDevices', both],
      ['mobileProductivity', 'DDPS', 'enterpriseMobilityManagement or windowsAndDevices', both],
      ['modernItSecurityPoc', 'DDPS', 'enterpriseMobilityManagement', both],
      ['d365CeUpgrade', 'DYDPS', 'cloudBusinessApplications or cloudCustomerRelationshipManagement', both],
      ['d365CeMigrate', 'DYDPS', 'cloudBusinessApplications or cloudCustomerRelationshipManagement', both],
      ['d365FoUpgrade', 'DYDPS', 'enterpriseResourcePlanning', 'gold'],
      ['windowsServer', 'PVDPS', 'datacenter', both],
      ['sharePoint', 'SDPS', 'collaborationAndContent', both],
      ['ppm', 'SDPS', 'projectAndPortfolioManagement', both],
      ['exchange', 'S-EDPS', 'messaging', both],
      ['skypeForBusiness', 'S-EDPS', 'communications', both],
      ['dataEstate', 'SSDPS', 'dataAnalytics or dataPlatform', 'gold'],
    ]);
  });

  test('offers project and portfolio management from 21 August 2020 on, all else without bounds', () => {
    const ppm = engagementType(rulebook, 'ppm')!;
    expect([inForce(ppm, '2020-08-20'), inForce(ppm, '2020-08-21')]).toStrictEqual([false, true]);
    const bounded = rulebook.engagementTypes.filter(({ validFrom, validThrough }) => validFrom ?? validThrough);
    expect(bounded).toStrictEqual([ppm]);
  });

  test('asks of a consultant one assessment of the list, two where only both together count, none where there is no list', () => {
    const sets = Object.fromEntries(rulebook.competencies.map(({ code, assessments }) => [code, assessments]));
    expect(sets.windowsAndDevices).toStrictEqual([
      ['Windows 10 Deployment, Security and Management assessment'],
      ['70-354'],
      ['70-355'],
      ['70-357'],
    ]);
    expect(sets.enterpriseMobilityManagement).toStrictEqual([
      ['EMS Overview assessment', 'MDM assessment'],
      ['EMS Overview assessment', 'Identity and Access assessment'],
      ['EMS Overview assessment', 'Information Protection assessment'],
      ['EMS Overview assessment', 'Cloud App Security assessment'],
    ]);
    expect(sets.enterpriseResourcePlanning).toStrictEqual([]);
    expect(Object.entries(sets).filter(([, entries]) => entries.length === 0)).toHaveLength(1);
  });

  test('marks its lists of assessments as samples', () => {
    for (const { code, source } of rulebook.competencies)
      expect(source).toMatch(code === 'enterpriseResourcePlanning' ? /revenue/ : /sample/);
  });

  test('has the limits and reminders of the programme', () => {
    expect(rulebook).toMatchObject({
      id,
      agreementVersion: '2020-06',
      serviceLevels: { days: [1, 3, 5, 10, 15] },
      programme: { firstOn: '2010-02-01' },
      membership: { renewBeforeDays: 90 },
      enrollment: { renewalOpensDaysBefore: 90, remindDaysBefore: [90, 30, 7] },
      competencyExpiry: { taskDaysBefore: 90 },
      voucherValidity: { days: 180 },
      extensions: [{ assignedBefore: '2020-04-01', addDays: 90 }],
      retirements: [{ name: 'Cloud engagements', on: '2020-02-01' }],
      offSite: { maxDays: 3, remoteThrough: '2020-06-30' },
      voucherAwaited: { remindAfterDays: [7, 21, 45], taskAfterDays: 45 },
      expiry: { remindDaysBefore: [30, 7, 1], recordingGraceDays: 7 },
      paymentWindow: { days: 60, remindDaysBefore: [30, 7, 1], taskDaysBefore: 7 },
      paymentExpectation: { days: 30 },
      closingDays: 90,
    });
  });
});

test('edition 2020-06 is open-ended and asks for the compliance training', () => {
  expect(june2020.complianceTraining.required).toBe(true);
  expect([assignable(june2020, '2015-01-01'), assignable(june2020, '2099-12-31')]).toStrictEqual([true, true]);
  expect(june2020.lastRedemption.on).toBeUndefined();
  expect(june2020.returnOfDays.through).toBeUndefined();
});

test('edition 2021-04 asks for no compliance training and has the last days of the programme', () => {
  expect(april2021.complianceTraining.required).toBe(false);
  expect([assignable(april2021, '2021-06-30'), assignable(april2021, '2021-07-01')]).toStrictEqual([true, false]);
  expect(april2021.lastRedemption.on).toBe('2022-01-01');
  expect(april2021.returnOfDays.through).toBe('2021-06-30');
});

describe('the sample rates', () => {
  const rates = loadRates();

  test('say that they are a sample', () => {
    expect(rates.title).toMatch(/^Sample rates/);
  });

  test.each([
    ['SE', 'SEK'],
    ['DE', 'EUR'],
    ['US', 'USD'],
  ])('cover every offering and level in %s, in %s, and more days are worth more', (country, currency) => {
    for (const { code } of june2020.offerings) {
      const amounts = june2020.serviceLevels.days.map((days) => rateFor(rates, country, code, days));
      expect(amounts.map((amount) => amount?.currency)).toStrictEqual(amounts.map(() => currency));
      const minors = amounts.map((amount) => amount!.minor);
      expect(minors).toStrictEqual([...new Set(minors)].toSorted((one, other) => one - other));
    }
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'planning-services-rules-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: unknown) => {
    const file = path.join(folder, name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const copy = (): Rulebook => structuredClone(june2020);

  test('the hash follows the content, not the order of its keys', () => {
    const reordered = Object.fromEntries(Object.entries(copy()).toReversed());
    write('2020-06.json', reordered);
    expect(loadRulebooks(folder).reference('2020-06')).toStrictEqual(rulebooks.reference('2020-06'));
    write('2020-06.json', { ...copy(), closingDays: 91 });
    expect(loadRulebooks(folder).reference('2020-06').hash).not.toBe(rulebooks.reference('2020-06').hash);
  });

  test('other files of the folder are no editions', () => {
    write('notes.txt', 'no edition');
    expect(loadRulebooks(folder).ids()).toStrictEqual([]);
    expect(() => loadRulebooks(folder).edition('x')).toThrow('no edition x of the rules; there are none');
  });

  test.each<[string, (rulebook: Rulebook) => unknown, string]>([
    ['no JSON', () => '{', 'Expected property name'],
    ['a word JSON does not know', () => '{\n  "id": x\n}', 'Unexpected token'],
    ['another name than its id', (rulebook) => ({ ...rulebook, id: '2020-07' }), "id: is not the file's name"],
    ['a missing rule', (rulebook) => ({ ...rulebook, voucherValidity: undefined }), 'voucherValidity: '],
    ['a rule nobody knows', (rulebook) => ({ ...rulebook, extra: 1 }), 'the file: Unrecognized key: "extra"'],
    [
      'a rule without its source',
      (rulebook) => ({ ...rulebook, fifteenDayRule: { source: '' } }),
      'fifteenDayRule.source: ',
    ],
    [
      'a window that is no day',
      (rulebook) => ({ ...rulebook, assignWindow: { lastOn: '2021-06-31', source: 's' } }),
      'assignWindow.lastOn: ',
    ],
    [
      'an offering twice',
      (rulebook) => ({ ...rulebook, offerings: [...rulebook.offerings, rulebook.offerings[0]] }),
      'offerings.6.code: is there twice',
    ],
    [
      'a type of no offering',
      (rulebook) => ({ ...rulebook, engagementTypes: [{ ...rulebook.engagementTypes[0], offering: 'AZDPS' }] }),
      'engagementTypes.0.offering: is not an offering',
    ],
    [
      'a type of no competency',
      (rulebook) => ({
        ...rulebook,
        engagementTypes: [{ ...rulebook.engagementTypes[0], competencies: ['guessing'] }],
      }),
      'engagementTypes.0.competencies: names one that is not a competency',
    ],
  ])('an edition with %s is refused, naming file, field and rule', (_title, change, rule) => {
    const file = write('2020-06.json', change(copy()));
    expect(() => loadRulebooks(folder)).toThrow(InvalidDataFile);
    expect(() => loadRulebooks(folder)).toThrow(`${file}: ${rule}`);
    expect(() => loadRulebooks(folder)).not.toThrow('\n');
  });

  test.each<[string, (rates: Rates) => unknown, string]>([
    [
      'a rate twice',
      ({ title, rates }) => ({ title, rates: [rates[0], rates[0]] }),
      'rates.1: SE DDPS 1 is there twice',
    ],
    [
      'half a cent',
      ({ title, rates }) => ({ title, rates: [{ ...rates[0], amount: { minor: 0.5, currency: 'SEK' } }] }),
      'rates.0.amount.minor: ',
    ],
    [
      'a country by name',
      ({ title, rates }) => ({ title, rates: [{ ...rates[0], country: 'Sweden' }] }),
      'rates.0.country: ',
    ],
  ])('a table with %s is refused, naming file, field and rule', (_title, change, rule) => {
    const file = write('rates.json', change(loadRates()));
    expect(() => loadRates(file)).toThrow(InvalidDataFile);
    expect(() => loadRates(file)).toThrow(`${file}: ${rule}`);
  });

  test('a table that is not there is refused, naming it', () => {
    const file = path.join(folder, 'rates.json');
    expect(() => loadRates(file)).toThrow(InvalidDataFile);
    expect(() => loadRates(file)).toThrow(file);
  });
});
