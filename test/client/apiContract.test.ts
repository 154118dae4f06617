import { openRig } from './rig';

interface Contract {
  openapi: string;
  paths: Record<
    string,
    Record<string, { description?: string; security?: unknown[]; responses: Record<string, unknown> }>
  >;
  components: { schemas: Record<string, unknown> };
}

const contract = async (): Promise<Contract> => (await (await openRig()).api.inject('/openapi.json')).json();

test('every address is in the contract, and nothing else', async () => {
  const { openapi, paths } = await contract();
  expect(openapi).toBe('3.1.0');
  const addresses = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const engagement = '/v1/engagements/{engagementId}';
  const partner = '/v1/partners/{partnerId}';
  const batch = '/v1/batches/{batchId}';
  expect(addresses.sort()).toStrictEqual(
    [
      'GET /problems/{code}',
      'GET /v1/catalogue',
      'GET /v1/engagements',
      'POST /v1/engagements',
      `GET ${engagement}`,
      `GET ${engagement}/timeline`,
      `GET ${engagement}/messages/{messageId}`,
      `GET ${engagement}/deliverables/{name}`,
      `PUT ${engagement}/deliverables/{name}`,
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

test('every no is declared as a problem', async () => {
  const { paths } = await contract();
  for (const methods of Object.values(paths))
    for (const { responses } of Object.values(methods))
      for (const kind of ['4XX', '5XX'])
        expect(responses[kind]).toMatchObject({
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        });
});

test('every reference leads somewhere', async () => {
  const whole = await contract();
  const names = JSON.stringify(whole).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  for (const [, name] of names) expect(Object.keys(whole.components.schemas)).toContain(name);
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

test('the contract can be read at /docs', async () => {
  const { api } = await openRig();
  const page = await api.inject('/docs/');
  expect([page.statusCode, page.headers['content-type']]).toStrictEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
});
