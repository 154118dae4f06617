import { outcomeOf, type AttemptOutcome } from '../../../domain/settlement/attempt';

test.each<[string, Parameters<typeof outcomeOf>[0], AttemptOutcome]>([
  [
    'success with its number',
    { kind: 'SUCCESS', microsoftReferenceNumber: 'MS-1', status: 'validating' },
    { class: 'SUCCESS', microsoftReferenceNumber: 'MS-1' },
  ],
  [
    'a conflict with its number',
    { kind: 'CONFLICT', microsoftReferenceNumber: 'MS-1', amount: { minor: 1, currency: 'SEK' } },
    { class: 'CONFLICT', microsoftReferenceNumber: 'MS-1' },
  ],
  [
    'a refusal with its reason',
    { kind: 'REJECTED', code: 'malformed', message: 'no JSON' },
    { class: 'REJECTED', code: 'malformed', message: 'no JSON' },
  ],
  [
    'a refusal with the field it is about',
    { kind: 'REJECTED', code: 'invalidField', field: 'amount', message: 'not the rate' },
    { class: 'REJECTED', code: 'invalidField', message: 'amount: not the rate' },
  ],
  ['the unknown with why', { kind: 'UNKNOWN', why: 'ECONNRESET' }, { class: 'UNKNOWN', message: 'ECONNRESET' }],
  ['all else by its class', { kind: 'THROTTLED', retryAfterMs: 7_000 }, { class: 'THROTTLED' }],
  ['work for a person as such', { kind: 'byHand' }, { class: 'byHand' }],
])('an attempt goes on record: %s', (_, seen, outcome) => expect(outcomeOf(seen)).toStrictEqual(outcome));
