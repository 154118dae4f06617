import { fc, test as property } from '@fast-check/jest';
import { createAdmin } from '../../client/api/app';
import { toProblem } from '../../client/api/errors';
import { MESSAGE_ROUTES } from '../../contracts/messages';
import type { Records } from '../../records/connect';
import { openRig, problemIn } from './rig';

test('a caller who goes away in the middle is not an error of ours', () => {
  const { code, message } = toProblem(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
  expect([code, message]).toStrictEqual(['malformed-request', 'the request broke off']);
});

test('an unforeseen error keeps its cause for the log and tells the caller nothing of it', () => {
  const bug = new TypeError('x is not a function');
  const problem = toProblem(bug);
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
