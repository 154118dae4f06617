import type { Refusal } from '../../../domain/refusals';
import { givenPartner } from '../../support/partnerGiven';
import {
  competent,
  profiled,
  registered,
  sayAgain,
  signed,
  staffed,
  trained,
  type PartnerTold,
} from '../../support/partnerStory';

const partner = givenPartner(registered());
const competencies =
  'windowsAndDevices, enterpriseMobilityManagement, cloudBusinessApplications, cloudCustomerRelationshipManagement, enterpriseResourcePlanning, datacenter, collaborationAndContent, projectAndPortfolioManagement, messaging, communications, dataAnalytics, dataPlatform';
const offerings = 'DDPS, DYDPS, PVDPS, SDPS, S-EDPS, SSDPS';
const passed = (passedOn: string, competency = 'windowsAndDevices') => ({ code: '70-354', competency, passedOn });

test.each<[string, PartnerTold, string]>([
  ['compliance training', trained(), 'ComplianceTrainingRecorded'],
  ['a competency', competent(), 'CompetencyRecorded'],
  ['a consultant', staffed(), 'ConsultantRecorded'],
  ['a consultant who has passed nothing yet', staffed({ assessments: [] }), 'ConsultantRecorded'],
  ['the agreement', signed(), 'AgreementSigned'],
  ['the business profile', profiled(), 'BusinessProfileUpdated'],
])('%s is recorded as it was said, once', (_what, told, type) => {
  const outcome = partner.when(told);
  expect(outcome.events.map((event) => event.type)).toStrictEqual([type]);
  outcome.then.when(sayAgain(told)).thenQuiet(told.message.messageId);
});

test('what is recorded is what is known', () => {
  const {
    complianceTraining,
    competencies: held,
    consultants,
    agreement,
    businessProfile,
  } = givenPartner(registered(), trained(), competent(), staffed(), signed(), profiled()).state;
  expect({ complianceTraining, held, consultants, agreement, businessProfile }).toStrictEqual({
    complianceTraining: trained().message.payload,
    held: [competent().message.payload],
    consultants: [staffed().message.payload],
    agreement: signed().message.payload,
    businessProfile: profiled().message.payload,
  });
});

describe('a later record', () => {
  test('of the same competency and tier replaces the earlier one; of another tier it stands beside', () => {
    const longer = competent({ expiresOn: '2023-12-31' }, { on: '2020-06-03' });
    const twice = partner.when(competent()).then.when(longer).then;
    expect(twice.state.competencies).toStrictEqual([longer.message.payload]);
    const gold = twice.when(competent({ tier: 'gold' }, { on: '2020-06-04' })).then;
    expect(gold.state.competencies.map(({ tier }) => tier)).toStrictEqual(['silver', 'gold']);
  });
  test('of the same consultant replaces the earlier one', () => {
    const more = staffed({ assessments: [passed('2019-03-01'), passed('2020-06-02')] }, { on: '2020-06-03' });
    expect(partner.when(staffed()).then.when(more).after?.consultants).toStrictEqual([more.message.payload]);
  });
  test('ends the effect of the earlier: said again, that has an effect anew', () => {
    const back = partner
      .when(competent())
      .then.when(competent({ expiresOn: '2023-12-31' }, { on: '2020-06-03' }))
      .then.when(sayAgain(competent(), '2020-06-04'));
    expect(back.after?.competencies).toStrictEqual([competent().message.payload]);
  });
  test('of something else does not', () => {
    const told = competent();
    partner
      .when(told)
      .then.when(competent({ tier: 'gold' }))
      .then.when(sayAgain(told))
      .thenQuiet(told.message.messageId);
  });
});

const future = (field: string): Refusal => ({
  code: 'dates-out-of-order',
  detail: 'what is reported has happened',
  errors: [{ pointer: `/${field}`, message: 'at most 2020-06-02' }],
});
const early = (field: string): Refusal => ({
  code: 'before-programme',
  detail: 'the programme began on 2010-02-01',
  errors: [{ pointer: `/${field}`, message: 'at least 2010-02-01' }],
});

test.each<[string, PartnerTold, Refusal]>([
  ['training in the future', trained({ completedOn: '2020-06-03' }), future('completedOn')],
  ['training before the programme', trained({ completedOn: '2010-01-31' }), early('completedOn')],
  ['a competency of the future', competent({ attainedOn: '2020-06-03' }), future('attainedOn')],
  ['a competency from before the programme', competent({ attainedOn: '2010-01-31' }), early('attainedOn')],
  [
    'a competency that ends before it begins',
    competent({ attainedOn: '2020-01-01', expiresOn: '2019-12-31' }),
    {
      code: 'dates-out-of-order',
      detail: 'the competency ends before it begins',
      errors: [{ pointer: '/expiresOn', message: 'at least 2020-01-01' }],
    },
  ],
  [
    'an unknown competency',
    competent({ competency: 'cloudMagic' }),
    {
      code: 'competency-unknown',
      detail: 'edition 2020-06 has no cloudMagic',
      errors: [{ pointer: '/competency', message: `of ${competencies}` }],
    },
  ],
  [
    'a consultant’s assessment of an unknown competency',
    staffed({ assessments: [passed('2019-03-01'), passed('2019-03-01', 'cloudMagic')] }),
    {
      code: 'competency-unknown',
      detail: 'edition 2020-06 has no cloudMagic',
      errors: [{ pointer: '/assessments/1/competency', message: `of ${competencies}` }],
    },
  ],
  ['an assessment of the future', staffed({ assessments: [passed('2020-06-03')] }), future('assessments/0/passedOn')],
  [
    'an assessment from before the programme',
    staffed({ assessments: [passed('2019-03-01'), passed('2009-03-01')] }),
    early('assessments/1/passedOn'),
  ],
  ['a signature of the future', signed({ signedOn: '2020-06-03' }), future('signedOn')],
  ['policies read before the programme', signed({ policiesReviewedOn: '2010-01-31' }), early('policiesReviewedOn')],
  [
    'a signature before the policies are reviewed',
    signed({ signedOn: '2020-06-01', policiesReviewedOn: '2020-06-02' }),
    {
      code: 'dates-out-of-order',
      detail: 'the policies are reviewed before the agreement is signed',
      errors: [{ pointer: '/policiesReviewedOn', message: 'at most 2020-06-01' }],
    },
  ],
  [
    'another version of the agreement',
    signed({ agreementVersion: '2019-01' }),
    {
      code: 'agreement-version-differs',
      detail: 'the current version is 2020-06',
      errors: [{ pointer: '/agreementVersion', message: 'must be 2020-06' }],
    },
  ],
  [
    'a profile of unknown offerings',
    profiled({ offerings: ['DDPS', 'AZDPS', 'DTDPS'] }),
    {
      code: 'offering-unknown',
      detail: 'edition 2020-06 has no AZDPS, DTDPS',
      errors: [{ pointer: '/offerings', message: `of ${offerings}` }],
    },
  ],
])('%s is refused', (_what, told, refusal) => partner.when(told).thenRefused(refusal));

test.each([
  ['the day itself', trained({ completedOn: '2020-06-02' })],
  ['the first day of the programme', trained({ completedOn: '2010-02-01' })],
  ['a competency of one day', competent({ attainedOn: '2020-06-02', expiresOn: '2020-06-02' })],
  ['policies reviewed on the day of the signature', signed({ policiesReviewedOn: '2020-06-01' })],
])('%s is fine', (_what, told) => expect(partner.when(told).decision.kind).toBe('accepted'));
