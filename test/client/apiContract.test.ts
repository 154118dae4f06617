import { PROBLEMS, type ProblemCode } from '../../client/api/problems/problems';
import { schemasOf, type Contract, type ContractOperation } from '../support/contract';
import { openRig } from './rig';

/** Refusals that no caller of the API meets: only workflows and the Temporal UI can say what they refuse. */
const NEVER_TOLD = ['already-in-batch', 'batch-group-differs', 'malformed-message'];

const contract = async () => (await (await openRig()).api.inject('/openapi.json')).json<Contract>();

const operationsOf = ({ paths }: Contract) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
  );

/** Codes of the problems that a route declares, by status. */
function problemsIn({ components }: Contract, { responses }: ContractOperation): Record<string, string[]> {
  const refused = Object.entries(responses).filter(([status]) => Number(status) >= 400);
  return Object.fromEntries(
    refused.map(([status, { $ref, content }]) => {
      const shared = $ref && (components.responses![$ref.split('/').pop()!] as typeof responses);
      const { schema } = (content ?? (shared as { content?: typeof content })?.content)!['application/problem+json']!;
      const [problem, narrowed] = (schema as { allOf: [object, { properties: { type: { enum: string[] } } }] }).allOf;
      expect(problem).toStrictEqual({ $ref: '#/components/schemas/Problem' });
      return [status, narrowed.properties.type.enum.map((type) => type.replace('/problems/', ''))];
    }),
  );
}

test('every address is in the contract, and nothing else', async () => {
  const whole = await contract();
  expect(whole.openapi).toBe('3.1.0');
  const addresses = operationsOf(whole).map(({ name }) => name);
  const engagement = '/v1/engagements/{engagementId}';
  const partner = '/v1/partners/{partnerId}';
  const batch = '/v1/batches/{batchId}';
  expect(addresses.sort()).toStrictEqual(
    [
      'GET /healthz',
      'GET /readyz',
      'GET /openapi.json',
      'GET /problems/{code}',
      'GET /v1/audit',
      'GET /v1/catalogue',
      'GET /v1/api-keys',
      'POST /v1/api-keys',
      'DELETE /v1/api-keys/{keyId}',
      'POST /v1/customers/{customerId}/erasure',
      'GET /v1/engagements',
      'POST /v1/engagements',
      `GET ${engagement}`,
      `GET ${engagement}/timeline`,
      `GET ${engagement}/messages/{messageId}`,
      `GET ${engagement}/deliverables/{name}`,
      `PUT ${engagement}/deliverables/{name}`,
      `POST ${engagement}/erasure`,
      `GET ${engagement}/payment-request/invoice`,
      `GET ${engagement}/payment-request/sheet`,
      ...[
        'voucher-assignment',
        'voucher-replacement',
        'reservation',
        'reservation-cancellation',
        'schedule',
        'completion-report',
        'redemption',
        'payment-status',
        'payment-request-correction',
        'voucher-extension',
        'voucher-problem',
        'rules',
        'license-end',
        'transfer',
        'customer',
        'notes',
        'cancellation',
      ].map((route) => `POST ${engagement}/${route}`),
      'GET /v1/batches',
      'GET /v1/partners',
      `GET ${batch}`,
      `GET ${batch}/payment-request/invoice`,
      `GET ${batch}/payment-request/sheet`,
      `GET ${batch}/timeline`,
      `GET ${batch}/messages/{messageId}`,
      ...['dispatch', 'payment-status', 'payment-request-correction', 'split', 'notes'].map(
        (route) => `POST ${batch}/${route}`,
      ),
      `GET ${partner}`,
      `PUT ${partner}`,
      `GET ${partner}/checklist`,
      `GET ${partner}/timeline`,
      `GET ${partner}/messages/{messageId}`,
      `PUT ${partner}/business-profile`,
      ...[
        'compliance-training',
        'competencies',
        'consultants',
        'locations',
        'agreement',
        'enrollments',
        'renewal',
        'withdrawal',
        'savb-registrations',
        'bank-accounts',
      ].map((route) => `POST ${partner}/${route}`),
      `GET ${partner}/webhooks`,
      `POST ${partner}/webhooks`,
      `DELETE ${partner}/webhooks/{endpointId}`,
      `POST ${partner}/webhooks/{endpointId}/secret`,
      `POST ${partner}/webhooks/{endpointId}/test`,
      `GET ${partner}/webhooks/{endpointId}/deliveries`,
      'POST /v1/reconciliations',
      'GET /v1/reconciliations/{reconciliationId}',
      'GET /v1/tasks',
      'POST /v1/tasks/{taskId}/resolution',
      'POST /v1/tasks/{taskId}/claim',
      'POST /v1/tasks/{taskId}/release',
    ].sort(),
  );
});

test('a registration tells of the refusal that leaves no record', async () => {
  const { paths } = await contract();
  const { put, get } = paths['/v1/partners/{partnerId}']!;
  expect(put?.description).toMatch(/^For operator\. .*refused afterwards.* its message stays pending\. Put it again/);
  expect(get?.description).toBeUndefined();
  expect(paths['/v1/partners/{partnerId}/locations']?.post?.description).toBe(
    'For operator, partnerAdmin, globalAdmin.',
  );
});

test('every route has a name of its own', async () => {
  const names = operationsOf(await contract()).map(({ operationId }) => operationId);
  expect(names.filter((name) => !/^[a-z][A-Za-z]+$/.test(name))).toStrictEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test('every route declares how it says no, each code under its own status', async () => {
  const whole = await contract();
  for (const operation of operationsOf(whole)) {
    const problems = problemsIn(whole, operation);
    expect([operation.name, Object.keys(problems)]).toStrictEqual([
      operation.name,
      expect.arrayContaining(['400', '500', '503']),
    ]);
    for (const [status, codes] of Object.entries(problems))
      for (const code of codes)
        expect([code, String(PROBLEMS[code as ProblemCode].status)]).toStrictEqual([code, status]);
  }
});

test('every code of the catalogue is told by a route, or by none because nobody can send what it refuses', async () => {
  const whole = await contract();
  const told = operationsOf(whole).flatMap((operation) => Object.values(problemsIn(whole, operation)).flat());
  const untold = Object.keys(PROBLEMS).filter((code) => !told.includes(code));
  expect(untold.sort()).toStrictEqual(NEVER_TOLD);
});

test('a route declares the refusals of its message, and nothing that cannot be', async () => {
  const whole = await contract();
  expect(
    problemsIn(whole, whole.paths['/v1/engagements/{engagementId}/payment-request-correction']!.post!),
  ).toStrictEqual({
    400: ['malformed-request', 'idempotency-key-missing'],
    401: ['unauthenticated'],
    403: ['forbidden', 'role-not-allowed'],
    404: ['not-found'],
    408: ['request-timeout'],
    409: ['wrong-stage', 'already-done-differently', 'engagement-closed', 'nothing-to-correct'],
    412: ['precondition-failed'],
    413: ['too-large'],
    415: ['unsupported-media-type'],
    422: ['idempotency-key-reused', 'location-not-in-country', 'dates-out-of-order', 'rate-unknown'],
    428: ['precondition-required'],
    429: ['quota-exceeded', 'busy'],
    431: ['headers-too-large'],
    500: ['internal'],
    503: ['unavailable'],
  });
  expect(Object.keys(problemsIn(whole, whole.paths['/v1/engagements']!.get!))).not.toContain('404');
});

test('every example is as its schema says', async () => {
  const whole = await contract();
  const fits = schemasOf(whole);
  const { schemas = {}, examples = {} } = whole.components;
  const withExample = Object.entries(schemas).filter(([, schema]) => 'examples' in schema);
  for (const [name, schema] of withExample)
    for (const example of (schema as { examples: unknown[] }).examples)
      expect([name, fits(`/components/schemas/${name}`, example)]).toStrictEqual([name, undefined]);
  for (const [code, { value }] of Object.entries(examples as Record<string, { value?: unknown }>))
    expect([code, fits('/components/schemas/Problem', value)]).toStrictEqual([code, undefined]);
  expect(Object.keys(schemas).filter((name) => !withExample.some(([known]) => known === name))).toStrictEqual([
    'Problem',
  ]);
});

test('every reference leads somewhere', async () => {
  const whole = await contract();
  const names = JSON.stringify(whole).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  for (const [, name] of names) expect(Object.keys(whole.components.schemas ?? {})).toContain(name);
});

test('a token is asked for everywhere but on the pages that explain', async () => {
  const { paths } = await contract();
  const { api } = await openRig();
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { security }] of Object.entries(methods)) {
      const { statusCode } = await api.inject({
        method: method.toUpperCase() as 'GET',
        url: path.replace('{code}', 'busy'),
      });
      expect([path, statusCode]).toStrictEqual([path, security?.length === 0 ? 200 : 401]);
    }
});

describe('/openapi.json', () => {
  test('is the same bytes for everybody, who may keep them for minutes', async () => {
    const { api } = await openRig();
    const [first, again] = [await api.inject('/openapi.json'), await api.inject('/openapi.json')];
    expect(first.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'public, max-age=300',
      etag: expect.stringMatching(/^"[0-9a-f]{64}"$/) as string,
    });
    expect(again.headers.etag).toBe(first.headers.etag);
    expect(again.rawPayload.equals(first.rawPayload)).toBe(true);
    expect(first.json()).toStrictEqual(JSON.parse(JSON.stringify(api.swagger())));
  });

  test('is written out once, however many ask', async () => {
    const { api } = await openRig();
    await api.inject('/openapi.json');
    const written = jest.spyOn(JSON, 'stringify');
    for (let asked = 0; asked < 3; asked += 1) await api.inject('/openapi.json');
    const documents = written.mock.calls.filter(([value]) => typeof value === 'object' && 'openapi' in Object(value));
    written.mockRestore();
    expect(documents).toStrictEqual([]);
  });

  test.each([
    ['its ETag', (etag: string) => etag, 304],
    ['it among others', (etag: string) => `"other", W/${etag}`, 304],
    ['another', () => '"other"', 200],
  ])('If-None-Match with %s', async (_what, has, status) => {
    const { api } = await openRig();
    const { etag } = (await api.inject('/openapi.json')).headers;
    const answer = await api.inject({ url: '/openapi.json', headers: { 'if-none-match': has(String(etag)) } });
    expect([answer.statusCode, answer.headers.etag]).toStrictEqual([status, etag]);
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
    expect(answer.body === '').toBe(status === 304);
  });
});

test.each(['/docs/json', '/docs/yaml'])('there is one copy of the contract: %s leads to it', async (url) => {
  const { api } = await openRig();
  const answer = await api.inject(url);
  expect([answer.statusCode, answer.headers.location]).toStrictEqual([302, '/openapi.json']);
});

test('the contract can be read at /docs', async () => {
  const { api } = await openRig();
  const page = await api.inject('/docs/');
  expect([page.statusCode, page.headers['content-type']]).toStrictEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
});
