import { fc, test as property } from '@fast-check/jest';
import type { FastifyRequest } from 'fastify';
import { createAdmin } from '../../client/api/app';
import { toProblem } from '../../client/api/problems/errors';
import { MESSAGE_ROUTES } from '../../contracts/messages';
import type { Records } from '../../records/connect';
import { openRig, problemIn } from './rig';

const anyRequest = {} as FastifyRequest;

test('a caller who goes away in the middle is not an error of ours', () => {
  const { code, message } = toProblem(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), anyRequest);
  expect([code, message]).toStrictEqual(['malformed-request', 'the request broke off']);
});

test('an unforeseen error keeps its cause for the log and tells the caller nothing of it', () => {
  const bug = new TypeError('x is not a function');
  const problem = toProblem(bug, anyRequest);
  expect([problem.code, problem.message, problem.cause]).toStrictEqual(['internal', 'something went wrong here', bug]);
});

test('an address that cannot be read is a problem too', async () => {
  const { api } = await openRig();
  expect(problemIn(await api.inject('/problems/%zz'))).toMatchObject({
    status: 400,
    type: 'application/problem+json',
    problem: { type: '/problems/malformed-request', instance: '/problems/%zz' },
  });
});

test('a name longer than any is the name of nothing', async () => {
  const { api } = await openRig();
  expect(problemIn(await api.inject(`/problems/${'x'.repeat(10_000)}`))).toMatchObject({
    status: 404,
    type: 'application/problem+json',
    problem: { type: '/problems/not-found', detail: 'no address is that long' },
  });
});

test.each([
  ['cannot be read', '/v1/engagements/%zz?limit=1'],
  ['is no text', '/v1/%ff'],
  ['is longer than any', `/v1/engagements/E-1/messages/${'x'.repeat(601)}`],
])('an address below /v1 that %s is where there is nothing, for those who say who they are', async (_what, url) => {
  const { api, call } = await openRig();
  expect(problemIn(await api.inject(url))).toMatchObject({ status: 401, problem: { instance: url } });
  expect(problemIn(await call('GET', url))).toMatchObject({
    status: 404,
    type: 'application/problem+json',
    problem: { type: '/problems/not-found', detail: `GET ${url} is not an address of this API`, instance: url },
  });
});

test('a percent sign after the path is nobody’s address, and the longest id is found', async () => {
  const messageStatus = async (_id: string, messageId: string) => ({ messageId, status: 'pending' as const });
  const { call } = await openRig({ records: { engagements: { messageStatus } } });
  expect((await call('GET', '/v1/engagements/E-1?note=%zz')).statusCode).toBe(200);
  const found = await call('GET', `/v1/engagements/E-1/messages/${'%78'.repeat(200)}`);
  expect(found.json()).toStrictEqual({ messageId: 'x'.repeat(200), status: 'pending' });
});

test('the admin port tells of health and of nothing else', async () => {
  const ping = async () => undefined;
  const admin = await createAdmin({ records: { ping } as Partial<Records> as Records, pingTemporal: ping }, false);
  const answers = await Promise.all(
    ['/healthz', '/readyz', '/v1/engagements', '/docs'].map((url) => admin.inject(url)),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toStrictEqual([200, 200, 404, 404]);
});

const rig = openRig();
property.prop([fc.constantFrom(...Object.values(MESSAGE_ROUTES)), fc.jsonValue()])(
  'whatever JSON is said, the answer is a yes or a 400',
  async (route, payload) => {
    const { call } = await rig;
    const headers = { 'content-type': 'application/json' };
    const answer = await call('POST', `/v1/engagements/E-1/${route}`, { payload: JSON.stringify(payload), headers });
    expect([200, 400]).toContain(answer.statusCode);
  },
);
