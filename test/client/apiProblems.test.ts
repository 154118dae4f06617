import { PROBLEMS } from '../../client/api/problems/problems';
import { REFUSALS } from '../../domain/refusals';
import { openRig, problemIn } from './rig';

const codes = Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[];

test('every refusal of the programme is a problem, with its own status', () => {
  for (const [code, { status, title }] of Object.entries(REFUSALS))
    expect(PROBLEMS[code as keyof typeof PROBLEMS]).toMatchObject({ status, title });
});

test('every problem has a page for people and a page for programs, open to all', async () => {
  const { api } = await openRig();
  for (const code of codes) {
    const page = await api.inject({ url: `/problems/${code}`, headers: { accept: 'text/html' } });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain(PROBLEMS[code].title);
    const data = await api.inject({ url: `/problems/${code}`, headers: { accept: 'application/json' } });
    expect(data.json()).toStrictEqual({ code, ...PROBLEMS[code] });
  }
});

test.each(['no-such-problem', 'constructor', '__proto__'])('%s is no problem and has no page', async (code) => {
  const { api } = await openRig();
  expect(problemIn(await api.inject(`/problems/${code}`))).toStrictEqual({
    status: 404,
    type: 'application/problem+json',
    problem: {
      type: '/problems/not-found',
      title: 'There is nothing here for you',
      status: 404,
      detail: `no problem is called ${code}`,
      instance: `/problems/${code}`,
    },
  });
});

test('an address that is not there is a problem too', async () => {
  const { call } = await openRig();
  expect(problemIn(await call('DELETE', '/v1/engagements/E-1')).problem).toStrictEqual({
    type: '/problems/not-found',
    title: 'There is nothing here for you',
    status: 404,
    detail: 'DELETE /v1/engagements/E-1 is not an address of this API',
    instance: '/v1/engagements/E-1',
  });
});

test('an error nobody foresaw is told without its inside', async () => {
  const view = async () => {
    throw new Error('secret: mongodb://user:password@host');
  };
  const { call } = await openRig({ records: { engagements: { view } } });
  const answer = await call('GET', '/v1/engagements/E-1');
  expect(problemIn(answer)).toStrictEqual({
    status: 500,
    type: 'application/problem+json',
    problem: {
      type: '/problems/internal',
      title: 'An error in this service',
      status: 500,
      detail: 'something went wrong here',
      instance: '/v1/engagements/E-1',
    },
  });
});

test.each(['req-1.a:b', 'two words', 'x'.repeat(201)])(
  'the answer names its request by an id of ours, whatever its caller sent',
  async (given) => {
    const { api } = await openRig();
    const { headers } = await api.inject({ url: '/healthz', headers: { 'x-request-id': given } });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  },
);
