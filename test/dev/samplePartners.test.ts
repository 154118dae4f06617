import { samplePartners } from '../../dev/sample/partners';
import { eligibility } from '../../domain/partner/eligibility';
import { loadRulebooks } from '../../records/rulebooks';

const today = '2020-09-01';
const rulebook = loadRulebooks().edition('2020-06');
const [contoso, northwind] = samplePartners(today);

/** What the partner lacks for a delivery today. */
function unmet(partner: typeof contoso, engagementType: string, delivery: [string, string, ...string[]]): string[] {
  const [locationId, deliveryCountry, ...consultantIds] = delivery;
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
])('the first sample partner may deliver %s at %s', (engagementType, locationId, country) => {
  expect(unmet(contoso, engagementType, [locationId, country, 'eva.lind'])).toStrictEqual([]);
});

test('its second consultant has passed nothing yet', () => {
  expect(unmet(contoso, 'windowsOffice', ['contoso-se', 'SE', 'max.berg'])).toStrictEqual(['consultants']);
});

test('the second sample partner lacks a lapsed competency, other enrollments and the registration with SAVB', () => {
  const delivery: [string, string, string] = ['northwind-de', 'DE', 'jonas.weber'];
  expect(unmet(northwind, 'sharePoint', delivery)).toStrictEqual(['competency']);
  expect(unmet(northwind, 'exchange', delivery)).toContain('enrollment');
  expect(unmet(northwind, 'ppm', delivery)).toStrictEqual([]);
  expect(northwind.savbRegistrations).toStrictEqual([]);
});
