import { payloadSchemas } from '../../contracts/messages';
import { startRequestSchema } from '../../contracts/engagement';
import { MESSAGE_ID, RESERVED_MESSAGE_ID } from '../../contracts/names';
import { planOf, stormPartners } from './storm/plan';

const TODAY = '2020-09-01';
const plans = Array.from({ length: 200 }, (_, index) => planOf(3, index, TODAY));
const steps = plans.flatMap((plan) => plan.steps);

test('the same seed and number are the same plan, whatever was planned before', () => {
  expect(planOf(3, 120, TODAY)).toStrictEqual(plans[120]);
  expect(planOf(4, 120, TODAY)).not.toStrictEqual(plans[120]);
});

test('every payload keeps to its contract', () => {
  for (const { step } of steps)
    if (step.kind === 'start') startRequestSchema.parse(step.payload);
    else if (step.kind !== 'upload') payloadSchemas[step.kind].parse(step.payload);
});

test('no key is used for two messages', () => {
  const keys = steps.flatMap(({ key, note }) => [key, ...(note ? [note.key] : [])]);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.filter((key) => !MESSAGE_ID.test(key) || RESERVED_MESSAGE_ID.test(key))).toStrictEqual([]);
});

test('messages are repeated in both ways, notes are written, and no two engagements are for one voucher or customer', () => {
  const ways = new Set(steps.map(({ repeated }) => repeated));
  expect(ways).toStrictEqual(new Set([undefined, 'atOnce', 'afterwards']));
  expect(steps.filter(({ note }) => note).length).toBeGreaterThan(100);
  const named = steps.flatMap(({ step }) => {
    if (step.kind === 'start') return [step.payload.customer.customerId];
    return step.kind === 'assignVoucher' ? [step.payload.voucherId] : [];
  });
  expect(new Set(named).size).toBe(2 * plans.length);
});

test('each partner has its own locations, MPN id and engagements', () => {
  const partners = stormPartners(TODAY);
  const own = partners.flatMap(({ mpnId, locations }) => [mpnId, ...locations.map(({ locationId }) => locationId)]);
  expect(new Set(own).size).toBe(own.length);
  for (const [index, { partnerId, locations }] of partners.entries()) {
    const theirs = plans.filter(({ partner }) => partner === index).flatMap((plan) => plan.steps);
    expect(theirs.length).toBeGreaterThan(100);
    for (const { step } of theirs) {
      if (step.kind === 'start') expect(step.payload.partnerId).toBe(partnerId);
      if (step.kind === 'reserveVoucher')
        expect(locations.map(({ locationId }) => locationId)).toContain(step.payload.locationId);
    }
  }
});
