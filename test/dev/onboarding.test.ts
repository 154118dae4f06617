import { onboard, stepsToSay } from '../../dev/onboarding';
import type { People } from '../../dev/people';
import { samplePartners } from '../../dev/sample/partners';
import type { PartnerFacts, PartnerView } from '../../contracts/partner';
import { addDays } from '../../domain/days';
import { createApi } from '../../client/cli/http';
import { startApi } from '../client/cliSupport';

const today = '2020-09-01';
const [contoso, northwind] = samplePartners(today);
const seen = (facts: PartnerFacts, changes: Partial<PartnerView> = {}): PartnerView => ({
  ...facts,
  version: 20,
  tasks: [],
  registeredAt: '2020-09-01T08:00:00.000Z',
  updatedAt: '2020-09-01T08:00:00.000Z',
  ...changes,
});
const titles = (view: PartnerView | undefined, facts = contoso, day = today) =>
  stepsToSay(view, facts, day).map(({ title }) => title);

const all = ['Step 1  Verify eligibility', 'Step 2  Enroll', 'Step 3  Create the business profile'];
const lastDay = contoso.enrollments[0]!.enrolledUntil;

describe('the steps that are to be said to a sample partner', () => {
  test.each<[string, PartnerView | undefined, string[]]>([
    ['that is not there: all', undefined, all],
    ['that was registered and no more: all', seen(contoso, { enrollments: [], businessProfile: undefined }), all],
    ['that lacks one offering: all', seen(contoso, { enrollments: contoso.enrollments.slice(1) }), all],
    ['that is enrolled but shows no profile: all', seen(contoso, { businessProfile: undefined }), all],
    ['that is enrolled in each offering and shows its profile: none', seen(contoso), []],
  ])('%s', (_which, view, steps) => expect(titles(view)).toStrictEqual(steps));

  test.each([
    [lastDay, []],
    [addDays(lastDay, 1), all],
  ])('on %s, when its year lasts until that day or the one before', (day, steps) => {
    const [facts] = samplePartners(day);
    expect(titles(seen(contoso), facts, day)).toStrictEqual(steps);
  });

  test('without a profile of its own ask for none', () => expect(titles(seen(northwind), northwind)).toStrictEqual([]));

  test('of a year that is over begin with the new date of its membership', () => {
    const day = addDays(lastDay, 1);
    const [facts] = samplePartners(day);
    const { name, mpnId } = facts;
    expect(stepsToSay(seen(contoso), facts, day)[0]?.said[0]).toStrictEqual({
      by: 'operator',
      name: 'updateMembership',
      payload: { name, mpnId, membershipRenewsOn: addDays(day, 365) },
    });
  });
});

describe('a second start', () => {
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.stop());

  const saidTo = async (view: PartnerView) => {
    const heard = api.answers({ body: view });
    const caller = { api: createApi({ apiUrl: api.url, issuerUrl: api.url, token: 'mine' }) };
    const people: People = {
      operator: { ...caller, role: 'operator' },
      globalAdmin: { ...caller, role: 'globalAdmin' },
      partnerAdmin: { ...caller, role: 'partnerAdmin' },
      consultant: { ...caller, role: 'consultant' },
    };
    await onboard(people, northwind, today);
    return heard.slice(1).map(({ line }) => line.replace('/v1/partners/northwind-consulting', '…'));
  };

  test('says everything to a partner whose first start was interrupted', async () =>
    expect(await saidTo(seen(northwind, { enrollments: [] }))).toStrictEqual([
      'PUT …',
      'POST …/compliance-training',
      'POST …/competencies',
      'POST …/competencies',
      'POST …/consultants',
      'POST …/locations',
      'POST …/agreement',
      'POST …/enrollments',
    ]));

  test('says nothing to one that was not', async () => expect(await saidTo(seen(northwind))).toStrictEqual([]));
});
