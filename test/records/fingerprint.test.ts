import { fc, test as property } from '@fast-check/jest';
import { fingerprintOf } from '../../records/fingerprint';

test('the same content has the same fingerprint, whatever the order of its keys', () => {
  const one = fingerprintOf('addNote', { a: 1, b: { c: [1, { e: 2, d: 3 }], f: null } });
  const other = fingerprintOf('addNote', { b: { f: null, c: [1, { d: 3, e: 2 }] }, a: 1 });
  expect(one).toBe(other);
  expect(one).toMatch(/^[0-9a-f]{64}$/);
});

test('an absent key and an undefined one are the same content', () =>
  expect(fingerprintOf('addNote', { text: 'a', note: undefined })).toBe(fingerprintOf('addNote', { text: 'a' })));

test.each([
  ['another message name', 'addNote', 'claimTask', { a: 1 }, { a: 1 }],
  ['another value', 'addNote', 'addNote', { a: 1 }, { a: '1' }],
  ['another order of a list', 'addNote', 'addNote', [1, 2], [2, 1]],
  ['null instead of nothing', 'addNote', 'addNote', { a: null }, {}],
])('%s is other content', (_what, name, otherName, payload, otherPayload) =>
  expect(fingerprintOf(name, payload)).not.toBe(fingerprintOf(otherName, otherPayload)),
);

property.prop([fc.jsonValue(), fc.jsonValue()])('fingerprints are equal exactly when the JSON is', (one, other) => {
  const isSame = fingerprintOf('m', one) === fingerprintOf('m', other);
  expect(isSame).toBe(isEqualJson(one, other));
});

property.prop([fc.jsonValue()])('a journey through JSON text changes nothing', (value) =>
  expect(fingerprintOf('m', JSON.parse(JSON.stringify(value)))).toBe(fingerprintOf('m', value)),
);

/** JSON has one zero. */
function isEqualJson(one: unknown, other: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(one))).toStrictEqual(JSON.parse(JSON.stringify(other)));
    return true;
  } catch {
    return false;
  }
}
