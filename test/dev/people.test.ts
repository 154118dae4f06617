import { createApi } from '../../client/cli/http';
import { patient, say, type Caller } from '../../dev/people';
import { startApi, type Said } from '../client/cliSupport';

let api: Awaited<ReturnType<typeof startApi>>;
let operator: Caller;
beforeAll(async () => {
  api = await startApi();
  operator = { role: 'operator', api: patient(createApi({ apiUrl: api.url, issuerUrl: api.url, token: 'mine' })) };
});
afterAll(() => api.stop());
afterEach(() => jest.restoreAllMocks());

const accepted: Said = { status: 202, body: { status: 'accepted', messageId: 'm-1' } };
const became = (status: string, reason?: object): Said => ({ body: { messageId: 'm-1', status, reason } });
const put = () => say(operator, ['PUT', '/partners/contoso'], '/partners/contoso', { name: 'Contoso' });

test('waits until what was accepted is applied, and gives what came of it', async () => {
  const heard = api.answers(accepted, became('pending'), became('applied'), { body: { version: 2 } });
  expect(await put()).toStrictEqual({ status: 202, body: { version: 2 }, etag: undefined });
  expect(heard.map(({ line }) => line)).toStrictEqual([
    'PUT /v1/partners/contoso',
    'GET /v1/partners/contoso/messages/m-1',
    'GET /v1/partners/contoso/messages/m-1',
    'GET /v1/partners/contoso',
  ]);
});

test('tells why what was accepted is refused', async () => {
  api.answers(accepted, became('refused', { code: 'mpn-id-used', detail: 'belongs to another' }));
  await expect(put()).rejects.toThrow('PUT /partners/contoso was refused: belongs to another');
});

test('gives up after a minute on a message that stays pending, and names it', async () => {
  const heard = api.answers(accepted, became('pending'));
  jest.spyOn(Date, 'now').mockImplementation(() => heard.length * 20_000);
  await expect(put()).rejects.toThrow(
    'PUT /partners/contoso was accepted, but its message m-1 is still pending after a minute.',
  );
  expect(heard).toHaveLength(5);
});

const busy: Said = {
  status: 503,
  headers: { 'retry-after': '0', 'content-type': 'application/problem+json' },
  body: {
    type: '/problems/unavailable',
    title: 'Not now',
    status: 503,
    detail: 'more than can be done',
    instance: '/',
  },
};

test('says it again to an API that has more to do than it can', async () => {
  const heard = api.answers(busy, busy, { body: { version: 2 } });
  expect((await put()).body).toStrictEqual({ version: 2 });
  expect(heard.map(({ line }) => line)).toStrictEqual(Array(3).fill('PUT /v1/partners/contoso'));
});

test('gives up after half a minute on one that stays so', async () => {
  const heard = api.answers(busy);
  jest.spyOn(Date, 'now').mockImplementation(() => heard.length * 20_000);
  await expect(put()).rejects.toThrow('more than can be done');
  expect(heard).toHaveLength(2);
});
