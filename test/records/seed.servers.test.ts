import { seed } from '../../dev/seed';
import { dayOf } from '../../domain/days';
import { eligibility } from '../../domain/partner/eligibility';
import { loadRulebooks } from '../../records/rulebooks';
import { openedRecords } from './opened';

const opened = openedRecords();
const rulebook = loadRulebooks().edition('2020-06');
const today = dayOf(new Date().toISOString(), '+00:00');

beforeAll(() => seed(opened().uri));

/** What the partner lacks for a delivery today. */
async function unmet(partnerId: string, engagementType: string, delivery: [string, string, ...string[]]) {
  const [locationId, deliveryCountry, ...consultantIds] = delivery;
  const partner = (await opened().records.partners.facts(partnerId))!;
  return eligibility(rulebook, partner, engagementType, { locationId, deliveryCountry, consultantIds }, today)
    .filter(({ met }) => !met)
    .map(({ name }) => name);
}

test.each<[string, string, string]>([
  ['windowsOffice', 'contoso-se', 'SE'],
  ['windowsOffice', 'contoso-de', 'DE'],
  ['modernItSecurityPoc', 'contoso-se', 'SE'],
  ['windowsServer', 'contoso-se', 'SE'],
  ['sharePoint', 'contoso-de', 'DE'],
  ['exchange', 'contoso-se', 'SE'],
])('the first sample partner may deliver %s at %s', async (engagementType, locationId, country) => {
  expect(await unmet('contoso-services', engagementType, [locationId, country, 'eva.lind'])).toStrictEqual([]);
});

test('its second consultant has passed nothing yet', async () => {
  const delivery: [string, string, string] = ['contoso-se', 'SE', 'max.berg'];
  expect(await unmet('contoso-services', 'windowsOffice', delivery)).toStrictEqual(['consultants']);
});

test('the second sample partner lacks a lapsed competency, other enrollments and the registration with SAVB', async () => {
  const delivery: [string, string, string] = ['northwind-de', 'DE', 'jonas.weber'];
  expect(await unmet('northwind-consulting', 'sharePoint', delivery)).toStrictEqual(['competency']);
  expect(await unmet('northwind-consulting', 'exchange', delivery)).toContain('enrollment');
  expect(await unmet('northwind-consulting', 'ppm', delivery)).toStrictEqual([]);
  expect((await opened().records.partners.facts('northwind-consulting'))?.savbRegistrations).toStrictEqual([]);
});

test('seeding again keeps what became of the partners', async () => {
  const { partners } = opened().records;
  const renamed = { ...(await partners.facts('contoso-services'))!, name: 'Contoso Planning' };
  await partners.put(renamed);
  await seed(opened().uri);
  expect(await partners.facts('contoso-services')).toStrictEqual(renamed);
});
