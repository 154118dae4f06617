import { fc } from '@fast-check/jest';
import type { Contract, ContractOperation } from './contract';
import { valuesOf, type Schema } from './values';

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  payload?: string | Buffer;
}

/** What nobody should send, and somebody will. */
const HOSTILE_TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\r\nx-injected: 1',
  '\u202e\ufeff',
  '\ud800',
  '😀'.repeat(100),
  'x'.repeat(10_000),
  '"'.repeat(500),
  '\\'.repeat(500),
  '../../etc/passwd',
  '{{7*7}}',
  "' or 1=1 --",
  '{"$gt":""}',
  '$where',
  '__proto__',
  'constructor',
  '-1',
  '1e400',
  '2020-02-30',
  '0000-00-00',
  '9999-12-31T23:59:60.999999999999Z',
];
const HOSTILE_VALUES: unknown[] = [
  ...HOSTILE_TEXTS,
  null,
  true,
  0,
  -0,
  -1,
  0.1,
  1e308,
  2 ** 53,
  -(2 ** 63),
  [],
  {},
  [[[[]]]],
  { $gt: '' },
  { $where: 'sleep(1000)' },
  Array.from({ length: 1_000 }, () => 0),
];
const HOSTILE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '$where',
  'a.b',
  '',
  '\u0000',
  'x'.repeat(500),
];

const hostileText = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary', maxLength: 50 }));
const hostileValue = fc.oneof(fc.constantFrom(...HOSTILE_VALUES), fc.jsonValue());

/** Numbers beyond what a double holds, duplicate keys, and what only looks like JSON. */
const HOSTILE_BODIES = [
  '',
  ' ',
  'null',
  '0',
  '"text"',
  '[]',
  '{',
  '{"a":}',
  '{"a":1,"a":2}',
  '{"a":NaN}',
  '{"a":1e9999}',
  `{"a":${'9'.repeat(400)}}`,
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '\ufeff{}',
  '{"text":"\ud800"}',
  `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  `${'{"a":'.repeat(5_000)}0${'}'.repeat(5_000)}`,
  `"${'\\"'.repeat(32_000)}`,
  `{"text":"${'x'.repeat(70_000)}"}`,
];
const hostileBody = fc.oneof(
  fc.constantFrom<string | Buffer>(...HOSTILE_BODIES, Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])),
  fc.json(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

const HOSTILE_HEADERS: Record<string, readonly string[]> = {
  authorization: [
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    'Basic b2xsZTpvbGxl',
    `Bearer ${'x'.repeat(8_000)}`,
    'Bearer psk_0',
    `Bearer psk_${'A'.repeat(43)}`,
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.',
    'bearer a.b.c',
  ],
  'idempotency-key': [
    '',
    ' ',
    'x'.repeat(201),
    'start:E-1',
    'tenant:contoso:x',
    'hand:1:1',
    '"quoted"',
    'a/b?c#d',
    '%00',
    'ÿ',
  ],
  'ms-requestid': ['', 'not a guid', 'x'.repeat(500)],
  'if-match': ['', '*', '"', '"0"', 'W/"1"', '"1", "2"', '1', 'x'.repeat(2_000), '"ÿ"'],
  'if-none-match': ['', '*', '"1"', 'W/"1"', 'x'.repeat(2_000)],
  prefer: ['respond-async', 'wait=5', 'respond-async, wait=0', ',;=', 'x'.repeat(1_000)],
  'on-behalf-of': ['', 'mira.holm', 'x'.repeat(201), 'ÿþ', '<script>'],
  accept: ['', '*/*', 'text/plain', 'application/json;q=0', 'text/html;q=x', ',,,', 'x'.repeat(1_000)],
  'content-type': [
    '',
    'text/plain',
    'application/json; charset=utf-16',
    'application/json;',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'application/merge-patch+json',
    '/',
    'x'.repeat(500),
  ],
  'content-digest': ['', 'sha-256=:x:', 'md5=:AA==:', `sha-256=:${'A'.repeat(43)}=:`, 'sha-256'],
  'x-request-id': ['', 'two words', 'x'.repeat(300), 'ÿ'],
  'x-forwarded-for': ['127.0.0.1', 'unknown'],
  'x-forwarded-host': ['elsewhere.example'],
  'x-http-method-override': ['DELETE'],
  host: ['', 'elsewhere.example', 'a b'],
  cookie: ['a=b', '__proto__=1'],
  range: ['bytes=0-0', 'bytes=-1', 'x'],
  expect: ['x'],
  traceparent: ['00-0-0-0', 'x'.repeat(200)],
};

/** The headers are their defaults, but for some that are not. */
const hostileHeaders: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc
      .constantFrom(...Object.keys(HOSTILE_HEADERS))
      .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...HOSTILE_HEADERS[name]!))),
    { minLength: 1, maxLength: 3 },
  )
  .map((pairs) => Object.fromEntries(pairs) as Record<string, string>);

/** Requests to every route of a contract: as it asks for, and with some of it changed for the worse. */
export function requestsOf(
  contract: Contract,
  { ids, tokens }: { ids: Record<string, readonly string[]>; tokens: readonly string[] },
): fc.Arbitrary<WireRequest> {
  const good = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      fc.record({
        method: fc.constant(method.toUpperCase()),
        path: pathsOf(path, ids),
        query: queriesOf(contract, operation),
        headers: headersOf(operation, tokens),
        body: bodiesOf(contract, operation),
      }),
    ),
  );
  return fc
    .oneof(...good)
    .chain(spoilt)
    .map(({ method, path, query, headers, body }) => ({
      method,
      url: query === '' ? path : `${path}?${query}`,
      headers,
      ...(body !== undefined && {
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    }));
}

interface Parts {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: unknown;
}

/** One part of a good request becomes a bad one; of every fourth, none does. */
const spoilt = (parts: Parts): fc.Arbitrary<Parts> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(parts) },
    { weight: 4, arbitrary: spoiltBody(parts) },
    {
      weight: 2,
      arbitrary: hostileHeaders.map((headers) => ({ ...parts, headers: { ...parts.headers, ...headers } })),
    },
    { weight: 1, arbitrary: hostileQuery.map((query) => ({ ...parts, query })) },
    { weight: 1, arbitrary: hostilePath(parts.path).map((path) => ({ ...parts, path })) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PUT', 'POST', 'GET')
        .map((method) => ({ ...parts, method })),
    },
  );

const spoiltBody = (parts: Parts): fc.Arbitrary<Parts> =>
  parts.body === undefined || Buffer.isBuffer(parts.body)
    ? hostileBody.map((body) => ({ ...parts, body }))
    : fc.oneof(
        hostileBody.map((body) => ({ ...parts, body })),
        fc.tuple(fc.nat(), hostileValue).map(([at, value]) => ({ ...parts, body: replaced(parts.body, at, value) })),
        fc
          .tuple(fc.constantFrom(...HOSTILE_KEYS), hostileValue)
          .map(([key, value]) => ({ ...parts, body: withKey(parts.body, key, value) })),
      );

/** The `at`th part of a value, counted through all of its depth, becomes another. */
function replaced(whole: unknown, at: number, by: unknown): unknown {
  const paths = pathsIn(whole);
  const chosen = paths[at % paths.length]!;
  const put = (part: unknown, [key, ...rest]: string[]): unknown => {
    if (key === undefined) return by;
    if (Array.isArray(part))
      return part.map((each: unknown, index) => (String(index) === key ? put(each, rest) : each));
    return { ...(part as object), [key]: put((part as Record<string, unknown>)[key], rest) };
  };
  return put(whole, chosen);
}

const pathsIn = (part: unknown): string[][] => [
  [],
  ...(typeof part === 'object' && part !== null
    ? Object.entries(part).flatMap(([key, each]) => pathsIn(each).map((path) => [key, ...path]))
    : []),
];

/** As text, so that `__proto__` is a key as any other. */
const withKey = (whole: unknown, key: string, value: unknown): string =>
  JSON.stringify(whole)
    .replace(/^\{/, `{${JSON.stringify(key)}:${JSON.stringify(value)},`)
    .replace(/,\}$/, '}');

const hostileQuery = fc.oneof(
  fc.constantFrom(
    'a[b]=c',
    '__proto__=1',
    '__proto__[polluted]=1',
    'limit=0',
    'limit=101',
    'limit=1e3',
    'limit=',
    'limit=5&limit=6',
  ),
  fc.constantFrom(
    'after=x',
    'after=%00',
    `after=${'A'.repeat(501)}`,
    'openTasks=yes',
    'dueBefore=now',
    'partnerId=%FF',
    '%',
    '&&&',
    '=',
  ),
  fc
    .tuple(fc.constantFrom('partnerId', 'customer', 'voucherId', 'stage', 'after', 'kind', 'offering'), hostileText)
    .map(([name, text]) => `${name}=${encoded(text)}`),
);

/** One segment of a path becomes something else. */
const hostilePath = (path: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(),
      fc.oneof(hostileText.map(encoded), fc.constantFrom('%', '%zz', '%c3%28', '..', '%2e%2e', '%2F', '//', '*')),
    )
    .map(([at, segment]) => {
      const segments = path.split('/').slice(1);
      segments[at % segments.length] = segment;
      return `/${segments.join('/')}`;
    });

/** Lone surrogates have no encoding. */
const encoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

/** A path about something there is, or about nothing. */
const pathsOf = (path: string, ids: Record<string, readonly string[]>): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...path.split('/').map((segment) => {
        const [, name] = /^\{(\w+)\}$/.exec(segment) ?? [];
        const known = ids[name ?? ''] ?? [];
        return name === undefined ? fc.constant(segment) : fc.constantFrom(...known, ...known, ...known, 'x-1');
      }),
    )
    .map((segments) => segments.join('/'));

/** Some of the parameters, as their schemas allow. */
const queriesOf = (contract: Contract, { parameters = [] }: ContractOperation): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name, schema }) =>
          fc
            .option(valuesOf(contract, schema).map(String), { nil: undefined, freq: 1 })
            .map((text) => ({ name, text })),
        ),
    )
    .map((pairs) =>
      pairs.flatMap(({ name, text }) => (text === undefined ? [] : [`${name}=${encoded(text)}`])).join('&'),
    );

const headersOf = (
  { requestBody }: ContractOperation,
  tokens: readonly string[],
): fc.Arbitrary<Record<string, string>> =>
  fc
    .record({ token: fc.constantFrom(...tokens), key: fc.stringMatching(/^[a-z0-9-]{1,12}$/), async: fc.boolean() })
    .map(({ token, key, async }) => ({
      authorization: `Bearer ${token}`,
      'idempotency-key': key,
      'if-match': '*',
      ...(async && { prefer: 'respond-async' }),
      ...(requestBody && { 'content-type': Object.keys(requestBody.content)[0] }),
    }));

function bodiesOf(contract: Contract, { requestBody }: ContractOperation): fc.Arbitrary<unknown> {
  const schema = Object.values(requestBody?.content ?? {})[0]?.schema as Schema | undefined;
  if (!schema) return fc.constant(undefined);
  if (schema.format === 'binary') return fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
  return valuesOf(contract, schema);
}
