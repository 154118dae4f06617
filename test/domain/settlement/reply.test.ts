import type { PaymentRequestReply } from '../../../contracts/savb';
import type { Answer, Reply, Seen } from '../../../domain/settlement/reply';
import { classifyAnswer, classifyReply, compareFound, readRetryAfter } from '../../../domain/settlement/reply';

const sent = Object.freeze({
  reference: 'E-1:invoice:1',
  amount: Object.freeze({ minor: 240_000, currency: 'SEK' }),
});

const accepted: PaymentRequestReply = Object.freeze({
  microsoftReferenceNumber: 'MS-7',
  reference: 'E-1:invoice:1',
  status: 'validating',
  amount: { minor: 240_000, currency: 'SEK' },
});

const response = (status: number, rest: Omit<Seen & { kind: 'response' }, 'kind' | 'status'> = {}): Seen => ({
  kind: 'response',
  status,
  ...rest,
});
const failure = (code: string, beforeSend: boolean): Seen => ({ kind: 'failure', code, beforeSend });
const unknown = (why: string) => ({ kind: 'UNKNOWN' as const, why });

describe('the reply to a payment request', () => {
  test.each<[string, Seen, Reply]>([
    [
      '201 with our reference and amount: accepted',
      response(201, { body: accepted }),
      { kind: 'SUCCESS', microsoftReferenceNumber: 'MS-7', status: 'validating' },
    ],
    [
      '200 for a repeated reference: accepted, as far as it has come',
      response(200, { body: { ...accepted, status: 'paid', paidOn: '2020-09-01' } }),
      { kind: 'SUCCESS', microsoftReferenceNumber: 'MS-7', status: 'paid' },
    ],
    ['2xx without JSON: unknown', response(201, { unparsable: true }), unknown('201, unreadable body')],
    ['2xx without a body: unknown', response(204), unknown('204, unreadable body')],
    ['2xx with null: unknown', response(200, { body: null }), unknown('200, unreadable body')],
    ['2xx with another JSON: unknown', response(200, { body: 'thank you' }), unknown('200, unreadable body')],
    [
      '2xx without a number: unknown',
      response(201, { body: { ...accepted, microsoftReferenceNumber: undefined } }),
      unknown('201, unreadable body'),
    ],
    [
      '2xx with an empty number: unknown',
      response(201, { body: { ...accepted, microsoftReferenceNumber: '' } }),
      unknown('201, unreadable body'),
    ],
    [
      '2xx without a reference: unknown',
      response(201, { body: { ...accepted, reference: undefined } }),
      unknown('201, unreadable body'),
    ],
    [
      '2xx without a status: unknown',
      response(201, { body: { ...accepted, status: undefined } }),
      unknown('201, unreadable body'),
    ],
    [
      '2xx with a status nobody told us of: unknown',
      response(201, { body: { ...accepted, status: 'toString' } }),
      unknown('201, unreadable body'),
    ],
    [
      '2xx without an amount: unknown',
      response(201, { body: { ...accepted, amount: undefined } }),
      unknown('201, unreadable body'),
    ],
    [
      '2xx with an amount in words: unknown',
      response(201, { body: { ...accepted, amount: { minor: '240000', currency: 'SEK' } } }),
      unknown('201, unreadable body'),
    ],
    [
      '2xx with an amount without currency: unknown',
      response(201, { body: { ...accepted, amount: { minor: 240_000 } } }),
      unknown('201, unreadable body'),
    ],
    [
      '2xx about another reference: unknown',
      response(201, { body: { ...accepted, reference: 'E-2:invoice:1' } }),
      unknown('answer is about another reference, E-2:invoice:1'),
    ],
    [
      '2xx with another amount: unknown',
      response(201, { body: { ...accepted, amount: { minor: 24, currency: 'SEK' } } }),
      unknown('answer has another amount, 24 SEK'),
    ],
    [
      '2xx in another currency: unknown',
      response(200, { body: { ...accepted, amount: { minor: 240_000, currency: 'USD' } } }),
      unknown('answer has another amount, 240000 USD'),
    ],
    ['409 with a body: duplicate', response(409, { body: { code: 'duplicateReference' } }), { kind: 'DUPLICATE' }],
    ['409 of who knows whom: unknown', response(409, { unparsable: true }), unknown('status 409')],
    [
      '422 with a reason: rejected',
      response(422, { body: { code: 'invalidField', field: 'invoice/date', message: 'after today' } }),
      { kind: 'REJECTED', code: 'invalidField', field: 'invoice/date', message: 'after today' },
    ],
    [
      '400 without a field: rejected',
      response(400, { body: { code: 'malformed', message: 'no JSON' } }),
      { kind: 'REJECTED', code: 'malformed', message: 'no JSON' },
    ],
    [
      '404 without a readable reason: rejected',
      response(404, { unparsable: true }),
      { kind: 'REJECTED', code: 'http404', message: 'SAVB answered 404 without saying why' },
    ],
    ['401: not let in', response(401), { kind: 'AUTH', status: 401 }],
    ['403: not let in', response(403), { kind: 'AUTH', status: 403 }],
    ['408: no room now', response(408), { kind: 'THROTTLED' }],
    ['425: no room now', response(425), { kind: 'THROTTLED' }],
    [
      '429 with Retry-After: no room until then',
      response(429, { retryAfterMs: 7_000 }),
      { kind: 'THROTTLED', retryAfterMs: 7_000 },
    ],
    ['503: no room now', response(503, { retryAfterMs: 0 }), { kind: 'THROTTLED', retryAfterMs: 0 }],
    ['500: unknown', response(500), unknown('status 500')],
    ['502: unknown', response(502), unknown('status 502')],
    ['504: unknown', response(504), unknown('status 504')],
    ['a redirect: unknown', response(307), unknown('status 307')],
    ['an odd 4xx: unknown', response(418), unknown('status 418')],
    ['no connection: nothing sent', failure('ECONNREFUSED', true), { kind: 'NOT_SENT', code: 'ECONNREFUSED' }],
    ['no such host: nothing sent', failure('ENOTFOUND', true), { kind: 'NOT_SENT', code: 'ENOTFOUND' }],
    [
      'connect timeout: nothing sent',
      failure('UND_ERR_CONNECT_TIMEOUT', true),
      { kind: 'NOT_SENT', code: 'UND_ERR_CONNECT_TIMEOUT' },
    ],
    [
      'no TLS: nothing sent',
      failure('DEPTH_ZERO_SELF_SIGNED_CERT', true),
      { kind: 'NOT_SENT', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    ],
    ['reset after bytes left: unknown', failure('ECONNRESET', false), unknown('ECONNRESET')],
    ['socket closed after bytes left: unknown', failure('UND_ERR_SOCKET', false), unknown('UND_ERR_SOCKET')],
    ['no headers in time: unknown', failure('UND_ERR_HEADERS_TIMEOUT', false), unknown('UND_ERR_HEADERS_TIMEOUT')],
  ])('%s', (_, seen, reply) => expect(classifyReply(sent, seen)).toStrictEqual(reply));
});

describe('the reply to a question', () => {
  test.each<[string, Seen, Answer]>([
    ['200 with an object: answered', response(200, { body: { items: [] } }), { kind: 'OK', body: { items: [] } }],
    ['200 without JSON: unknown', response(200, { unparsable: true }), unknown('200, unreadable body')],
    ['404: absent', response(404, { body: { code: 'notFound', message: 'none' } }), { kind: 'ABSENT' }],
    ['401: not let in', response(401), { kind: 'AUTH', status: 401 }],
    ['429: no room now', response(429, { retryAfterMs: 1_000 }), { kind: 'THROTTLED', retryAfterMs: 1_000 }],
    ['500: unknown', response(500), unknown('status 500')],
    ['409, which makes no sense here: unknown', response(409, { body: { code: 'x' } }), unknown('status 409')],
    ['no connection: nothing sent', failure('ECONNREFUSED', true), { kind: 'NOT_SENT', code: 'ECONNREFUSED' }],
    ['reset: unknown', failure('ECONNRESET', false), unknown('ECONNRESET')],
  ])('%s', (_, seen, answer) => expect(classifyAnswer(seen)).toStrictEqual(answer));
});

describe('a payment request found under our reference', () => {
  test('with our amount is ours', () =>
    expect(compareFound(sent, { ...accepted, status: 'approved' })).toStrictEqual({
      kind: 'SUCCESS',
      microsoftReferenceNumber: 'MS-7',
      status: 'approved',
    }));

  test.each([
    { minor: 240_001, currency: 'SEK' },
    { minor: 240_000, currency: 'USD' },
  ])('with %p is a conflict', (amount) =>
    expect(compareFound(sent, { ...accepted, amount: { ...amount, note: 'theirs' } })).toStrictEqual({
      kind: 'CONFLICT',
      microsoftReferenceNumber: 'MS-7',
      amount,
    }),
  );

  test('under another reference was not what we looked for', () =>
    expect(
      compareFound(sent, { ...accepted, reference: 'E-2:invoice:1', amount: { minor: 1, currency: 'SEK' } }),
    ).toStrictEqual(unknown('answer is about another reference, E-2:invoice:1')));
});

describe('Retry-After', () => {
  const now = Date.parse('2020-09-01T12:00:00Z');

  test.each([
    ['120', 120_000],
    ['0', 0],
    ['Tue, 01 Sep 2020 12:01:30 GMT', 90_000],
    ['Tue, 01 Sep 2020 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['next week GMT', undefined],
    [undefined, undefined],
  ])('%p is %p milliseconds away', (header, milliseconds) => expect(readRetryAfter(header, now)).toBe(milliseconds));
});
