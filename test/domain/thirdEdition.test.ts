import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Rulebook } from '../../contracts/rulebook';
import { checklistOf } from '../../domain/partner/checklist';
import { inRepository } from '../../dev/repository';
import { loadRulebooks, type RulebookLibrary } from '../../records/rulebooks';
import { given, givenState } from '../support/given';
import { contosoWith } from '../support/partner';
import { edition2021 } from '../support/rulebook';
import { assigned, path as story, reported, reserved, rulesAdopted, started } from '../support/story';

/** A programme that goes on: training is back, one type is new, one retires, vouchers are shorter and never run into 2023. */
const edition: Rulebook = {
  ...edition2021,
  id: '2022-03',
  title: 'The programme as it might have gone on',
  agreementVersion: '2022-03',
  engagementTypes: [
    ...edition2021.engagementTypes.map((row) =>
      row.code === 'skypeForBusiness' ? { ...row, validThrough: '2022-05-31' } : row,
    ),
    {
      code: 'teams',
      name: 'Teams Deployment Planning',
      offering: 'S-EDPS',
      competencies: ['meetings'],
      tiers: ['gold'],
      validFrom: '2022-03-01',
    },
  ],
  competencies: [
    ...edition2021.competencies,
    { code: 'meetings', name: 'Meetings and Calling', assessments: [['MS-700']], source: 'made up' },
  ],
  serviceLevels: { days: [2, 4], source: 'made up' },
  complianceTraining: { required: true, source: 'made up' },
  assignWindow: { firstOn: '2022-03-01', source: 'made up' },
  voucherValidity: { days: 90, source: 'made up' },
  lastRedemption: { on: '2022-12-31', source: 'made up' },
  offSite: { maxDays: 1, source: 'made up' },
};

let folder: string;
let library: RulebookLibrary;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'planning-services-editions-'));
  cpSync(inRepository('domain', 'rulebook', 'editions'), folder, { recursive: true });
  writeFileSync(path.join(folder, '2022-03.json'), JSON.stringify(edition));
  library = loadRulebooks(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const lasting = { attainedOn: '2022-01-01', expiresOn: '2022-12-31' };
const partner = contosoWith({
  membershipRenewsOn: '2022-12-31',
  competencies: [{ competency: 'meetings', tier: 'gold', ...lasting }],
  agreement: {
    signedBy: 'Mira Holm',
    signedOn: '2022-03-01',
    policiesReviewedOn: '2022-03-01',
    agreementVersion: '2022-03',
  },
  enrollments: [{ offering: 'S-EDPS', enrolledOn: '2022-03-01', enrolledUntil: '2022-12-31' }],
  consultants: [
    {
      consultantId: 'eva.lind',
      name: 'Eva Lind',
      assessments: [{ code: 'MS-700', competency: 'meetings', passedOn: '2022-02-01' }],
    },
  ],
});

const saying = (on: string, facts = {}) => ({ on, facts: { rulebook: library.edition('2022-03'), partner, ...facts } });
const begin = (engagementType = 'teams', on = '2022-04-01') =>
  started({ engagementType, rulebook: library.reference('2022-03') }, saying(on));
const assign = (serviceLevelDays: number) =>
  assigned({ offering: 'S-EDPS', serviceLevelDays, assignedOn: '2022-04-01' }, saying('2022-04-02'));

test('an edition is added by adding its file', () => {
  expect(library.ids()).toStrictEqual(['2020-06', '2021-04', '2022-03']);
  expect(library.edition('2022-03')).toStrictEqual(edition);
  for (const id of ['2020-06', '2021-04']) expect(library.reference(id)).toStrictEqual(loadRulebooks().reference(id));
});

describe('an engagement is decided by it', () => {
  test('from its start: a type that no other edition has', () => {
    expect(givenState(given(begin()).state).state.rulebook).toStrictEqual(library.reference('2022-03'));
    expect(() => given(started({ engagementType: 'teams' }))).toThrow('engagement-type-unknown');
  });
  test('until a type retires', () => {
    expect(given(begin('skypeForBusiness', '2022-05-31')).state.stage).toBe('awaitingVoucher');
    expect(() => given(begin('skypeForBusiness', '2022-06-01'))).toThrow('engagement-type-retired');
  });
  test('by its levels and its validity', () => {
    expect(given(begin()).when(assign(5)).decision).toMatchObject({ refusal: { code: 'service-level-unknown' } });
    expect(given(begin()).when(assign(4)).view?.voucher?.expiresOn).toBe('2022-06-30');
  });
  test('by its competencies and its exams, to the completion report', () => {
    const schedule = { scheduledStart: '2022-04-11', scheduledEnd: '2022-04-14' };
    const story = [begin(), assign(4), reserved(schedule, saying('2022-04-04'))];
    const work = { startedOn: '2022-04-11', completedOn: '2022-04-14', deliveredToCustomerOn: '2022-04-14' };
    const report = (offSiteDays: number) => reported({ ...work, daysDelivered: 4, offSiteDays }, saying('2022-04-15'));
    expect(given(...story).when(report(1)).view?.stage).toBe('completionReported');
    expect(given(...story).when(report(2)).decision).toMatchObject({ refusal: { code: 'too-many-off-site-days' } });
    const silver = contosoWith({ ...partner, competencies: [{ competency: 'meetings', tier: 'silver', ...lasting }] });
    expect(
      given(begin(), assign(4)).when(reserved(schedule, saying('2022-04-04', { partner: silver }))).decision,
    ).toMatchObject({ refusal: { code: 'competency-missing' } });
  });
  test('also one that began by another, once it adopts it', () => {
    const adopted = { rulebook: library.edition('2022-03'), reference: library.reference('2022-03') };
    const { view } = given(...story.voucherAssigned).when(
      rulesAdopted({ rulebook: '2022-03', reason: 'it goes on' }, { on: '2020-07-12', facts: { adopted } }),
    );
    expect(view).toMatchObject({ rulebook: library.reference('2022-03'), voucher: { expiresOn: '2020-12-29' } });
  });
});

describe('a partner’s checklist is made by it', () => {
  const itemOf = (engagementType: string, today = '2022-04-01', facts = partner) =>
    checklistOf(facts, library.edition('2022-03'), today).find((item) => item.engagementType === engagementType);

  test('with the new type, every requirement met', () => {
    expect(itemOf('teams')).toMatchObject({ offering: 'S-EDPS', status: 'active' });
    expect(itemOf('teams')?.requirements.filter(({ met }) => !met)).toStrictEqual([]);
  });
  test('asking for what it asks for: training, its own agreement', () => {
    const { complianceTraining: _training, ...untrained } = { ...partner, enrollments: [] };
    const old = { ...untrained, agreement: { ...partner.agreement!, agreementVersion: '2020-06' } };
    expect(itemOf('teams', '2022-04-01', old)).toMatchObject({
      status: 'inProgress',
      requirements: [
        { name: 'complianceTraining', met: false },
        { name: 'competency', met: true },
        { name: 'membership', met: true },
        { name: 'agreement', met: false },
        { name: 'enrollment', met: false },
        { name: 'location', met: true },
        { name: 'consultants', met: true },
      ],
    });
  });
  test('without a type before it is offered and after it has retired', () => {
    expect(itemOf('teams', '2022-02-28')).toBeUndefined();
    expect(itemOf('skypeForBusiness', '2022-06-01')).toBeUndefined();
  });
});
