import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { Caller, openApi, OPERATOR, PARTNER_ADMIN, startOf, type ApiHouse } from './apiHouse';
import { run } from './cliSupport';

jest.setTimeout(90_000);

const temporal = temporalServer();
const mongo = mongoServer();
const where = () => ({ address: temporal().address, mongoUri: mongo().uri });
let house: House;
let api: ApiHouse;

beforeAll(async () => {
  house = await openHouse(where());
  api = await openApi(where());
});
afterAll(async () => {
  await api.stop();
  await house.stop();
});

/** The status of each of these, asked at once. */
const statuses = async (...answers: Promise<{ status: number }>[]) =>
  (await Promise.all(answers)).map(({ status }) => status);

const applied = (engagement: Caller) =>
  eventually(
    () => engagement.view(),
    ({ version }) => version > 1,
  );

test('no worker: the message is stored, and applied when one returns', async () => {
  const engagement = await Caller.start(api);
  await house.stop();
  const stored = await engagement.assign();
  expect(stored.status).toBe(202);
  const outcome = stored.headers.get('location')!;
  expect((await api.call('GET', outcome)).body).toMatchObject({ status: 'pending' });
  house = await openHouse(where());
  expect(await applied(engagement)).toMatchObject({ stage: 'voucherAssigned', version: 2 });
  expect((await api.call('GET', outcome)).body).toMatchObject({ status: 'applied' });
});

test('no MongoDB: what can be proven is stored, all else is a 503, nothing is lost', async () => {
  const engagement = await Caller.start(api);
  const body = startOf(`e-${randomUUID()}`);
  const server = mongo().process!;
  await server.kill('SIGKILL');
  expect(
    await statuses(
      engagement.assign(),
      engagement.assign({ as: PARTNER_ADMIN }),
      api.call('GET', engagement.route),
      api.call('GET', '/v1/tasks'),
      api.call('POST', '/v1/engagements', { body }),
      api.call('GET', '/healthz'),
      api.call('GET', '/readyz'),
    ),
  ).toStrictEqual([202, 503, 503, 503, 503, 200, 503]);
  await server.restart();
  const view = await eventually(
    () => api.call('GET', engagement.route),
    ({ status, body: { version } }) => status === 200 && version > 1,
  );
  expect(view.body).toMatchObject({ stage: 'voucherAssigned', version: 2 });
  expect((await api.call('POST', '/v1/engagements', { body })).status).toBe(201);
  const { items } = await eventually(
    () => api.records.audit.list({ limit: 100, order: 'oldest', about: engagement.engagementId }),
    (page) => page.items.some(({ status }) => status === 202),
  );
  const said = items.filter(({ message }) => message === 'assignVoucher');
  expect(said.toSorted((one, other) => one.status - other.status)).toMatchObject([
    { subject: 'olle', status: 202 },
    { subject: 'pia', status: 503, code: 'unavailable' },
  ]);
});

test('no Temporal: a 503 with Retry-After, and the same key works once it is back', async () => {
  const engagement = await Caller.start(api);
  const body = startOf(`e-${randomUUID()}`);
  const key = randomUUID();
  const server = temporal().process!;
  await server.kill('SIGKILL');
  const refused = await engagement.assign({ key });
  expect([refused.status, refused.body.type, refused.headers.get('retry-after')]).toStrictEqual([
    503,
    '/problems/unavailable',
    '2',
  ]);
  expect(
    await statuses(
      engagement.say('notes', { text: 'later' }, { headers: { prefer: 'respond-async' } }),
      api.call('POST', '/v1/engagements', { body }),
      api.call('GET', engagement.route),
      api.call('GET', '/healthz'),
      api.call('GET', '/readyz'),
    ),
  ).toStrictEqual([503, 503, 200, 200, 503]);
  await server.restart();
  const assigned = await eventually(
    () => engagement.assign({ key }),
    ({ status }) => status !== 503,
  );
  expect([200, 202]).toContain(assigned.status);
  expect(await applied(engagement)).toMatchObject({ stage: 'voucherAssigned', version: 2 });
  expect((await api.call('POST', '/v1/engagements', { body })).status).toBe(200);
});

test('after all this the audit is a whole chain', async () => {
  const env = { API_URL: api.url, ENGAGEMENTS_TOKEN: await api.token(OPERATOR) };
  expect(await run(['audit', 'verify'], env)).toStrictEqual({
    code: 0,
    stdout: expect.stringMatching(/^The chain is whole: \d{2,} entries\nHead: [0-9a-f]{64}\n$/) as string,
    stderr: '',
  });
});
