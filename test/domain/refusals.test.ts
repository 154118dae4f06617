import { refusal, REFUSALS, type RefusalCode } from '../../domain/refusals';

const codes = Object.keys(REFUSALS) as RefusalCode[];
const of = (status: number) => codes.filter((code) => REFUSALS[code].status === status).sort();

test('a refusal names every field of the payload that breaks a rule', () => {
  const bare = { code: 'wrong-stage', detail: 'd' };
  expect(refusal('wrong-stage', 'd')).toStrictEqual(bare);
  expect(refusal('wrong-stage', 'd', {})).toStrictEqual(bare);
  expect(refusal('wrong-stage', 'd', { a: 'at most 1', b: 'at least 2' })).toStrictEqual({
    ...bare,
    errors: [
      { pointer: '/a', message: 'at most 1' },
      { pointer: '/b', message: 'at least 2' },
    ],
  });
});

test.each(codes)('%s is explained: rule, source and next step', (code) => {
  const { title, rule, source, nextStep } = REFUSALS[code];
  for (const text of [title, rule, source, nextStep]) expect(text).toMatch(/\w/);
  expect(nextStep).toMatch(/\.$/);
});

test('another role is forbidden', () => expect(of(403)).toStrictEqual(['role-not-allowed', 'task-of-another-role']));

test('what is not there is not found', () => expect(of(404)).toStrictEqual(['task-unknown']));

test('the wrong moment, or somebody else before, is a conflict', () =>
  expect(of(409)).toStrictEqual([
    'already-done-differently',
    'already-in-batch',
    'batch-closed',
    'batch-sealed',
    'cancel-after-redemption',
    'engagement-closed',
    'held-by-task',
    'invoice-under-way',
    'location-used',
    'mpn-id-used',
    'nothing-to-correct',
    'payment-status-out-of-order',
    'reference-number-used',
    'report-missing',
    'resolution-not-possible',
    'settled-by-batch',
    'task-claimed',
    'task-resolved',
    'voucher-held',
    'wrong-stage',
  ]));

test('everything else is well-formed but against a rule', () =>
  expect(of(422)).toHaveLength(codes.length - of(403).length - of(404).length - of(409).length));
