import { createFacts } from '../../activities/facts';
import type { PartnerView } from '../../contracts/partner';
import { rateFor } from '../../domain/rulebook/rulebook';
import { loadRates, loadRulebooks } from '../../records/rulebooks';
import { given } from '../support/given';
import { contoso, fabrikamServices } from '../support/partner';
import {
  eligibilityChanged,
  noted,
  path,
  payloads,
  plan,
  redeemed,
  reported,
  rulesAdopted,
  started,
  transferred,
  type Told,
} from '../support/story';

const rulebooks = loadRulebooks();
const partners = [contoso, fabrikamServices].map((facts): PartnerView => ({
  ...facts,
  version: 1,
  tasks: [],
  registeredAt: '2020-06-01T00:00:00.000Z',
  updatedAt: '2020-06-01T00:00:00.000Z',
}));
const factsFor = createFacts({
  rulebooks,
  rates: loadRates(),
  gateway: 'http',
  records: {
    partners: { view: async (id) => partners.find(({ partnerId }) => partnerId === id) },
    deliverables: { list: async () => [plan] },
  },
});

const rulebook = rulebooks.reference('2020-06');
const at = { ...payloads.startEngagement, rulebook };
const voucherAssigned = given(started(at), ...path.voucherAssigned.slice(1)).state;
const reserved = given(started(at), ...path.reserved.slice(1)).state;
const bare = { rulebook: rulebooks.edition('2020-06'), heldElsewhere: {}, uploads: [], gateway: 'http' };
const rate = rateFor(loadRates(), 'SE', 'DDPS', 5)!;

const facts = (state: typeof reserved | undefined, { message }: Told) => factsFor(state, message);

test('most messages are judged by the engagement and its rules alone', async () =>
  expect(await facts(voucherAssigned, noted())).toStrictEqual(bare));

test('a start is judged by the partner and the edition it names', async () =>
  expect(await facts(undefined, started(at))).toStrictEqual({ ...bare, partner: partners[0] }));

test.each([redeemed(), eligibilityChanged()])(
  '$message.name is judged by the partner’s record of this moment',
  async (told) => expect(await facts(reserved, told)).toStrictEqual({ ...bare, partner: partners[0], rate }),
);

test('a report is judged by what was uploaded, too', async () =>
  expect(await facts(reserved, reported())).toStrictEqual({ ...bare, partner: partners[0], rate, uploads: [plan] }));

test('a transfer by the partner it names, if there is such', async () => {
  expect(await facts(voucherAssigned, transferred())).toStrictEqual({ ...bare, newPartner: partners[1] });
  expect(await facts(voucherAssigned, transferred({ toPartnerId: 'nobody' }))).toStrictEqual(bare);
});

describe('the adoption of rules by the edition it names', () => {
  const editions = ['2020-06', '2021-04'];

  test('with the name and hash under which it goes on record', async () =>
    expect(await facts(voucherAssigned, rulesAdopted())).toStrictEqual({
      ...bare,
      editions,
      adopted: { rulebook: rulebooks.edition('2021-04'), reference: rulebooks.reference('2021-04') },
    }));
  test('or by those there are, where there is none of the name', async () =>
    expect(await facts(voucherAssigned, rulesAdopted({ rulebook: '1999-01' }))).toStrictEqual({ ...bare, editions }));
});

test('an edition that is not what the engagement began with is noticed', async () =>
  expect(await facts(given(...path.voucherAssigned).state, noted())).toStrictEqual({ ...bare, rulebookDiffers: true }));

test('an edition that is gone cannot be decided by', async () =>
  expect(facts({ ...reserved, rulebook: { id: '1999-01', hash: 'h' } }, noted())).rejects.toThrow(
    'no edition 1999-01',
  ));
