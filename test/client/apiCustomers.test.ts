import { ServiceError } from '@temporalio/client';
import { LOGGER } from '../../client/api/log';
import type { AuditFacts } from '../../contracts/audit';
import { customerDigest } from '../../records/audit';
import type { Records } from '../../records/connect';
import type { Erased, Forgettable } from '../../records/erasure';
import { openRig, partnerAdmin, problemIn, VIEW } from './rig';

const url = '/v1/customers/fabrikam/erasure';
const ofEngagement = `/v1/engagements/${VIEW.engagementId}/erasure`;

/** The API over records that answer so; `asked` tells who was to be forgotten. */
async function open(erased: Erased) {
  const asked: Forgettable[] = [];
  const forget = async (named: Forgettable) => {
    asked.push(named);
    return erased;
  };
  return { ...(await openRig({ records: { erasure: { forget } } })), asked };
}

test('an operator has a customer forgotten, and hears in which engagements', async () => {
  const { call, asked } = await open({ forgotten: ['E-1', 'E-2'] });
  const answer = await call('POST', url);
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toStrictEqual({ customerId: 'fabrikam', engagements: ['E-1', 'E-2'] });
  expect(asked).toStrictEqual([{ customerId: 'fabrikam' }]);
});

test('a customer nobody knows any more is forgotten already', async () => {
  const { call } = await open({ forgotten: [] });
  expect((await call('POST', url, { payload: {} })).json()).toStrictEqual({ customerId: 'fabrikam', engagements: [] });
});

test('who is still served cannot be forgotten: what is open is named', async () => {
  const { call } = await open({ open: ['E-1', 'E-2'] });
  expect(problemIn(await call('POST', url))).toStrictEqual({
    status: 409,
    type: 'application/problem+json',
    problem: {
      type: '/problems/customer-still-served',
      title: 'An engagement of the customer is still open',
      status: 409,
      detail: 'still open: E-1, E-2',
      instance: url,
    },
  });
});

test('whose workflow is still open might come back from it: the workflow is named', async () => {
  const { call } = await open({ running: ['E-1'] });
  const { status, problem } = problemIn(await call('POST', url));
  expect(status).toBe(409);
  expect(problem).toMatchObject({ detail: 'workflow still open: engagement:E-1' });
});

test('Temporal is asked of each engagement; as long as it does not tell, nobody is forgotten', async () => {
  const states = { 'E-1': { kind: 'ended' }, 'E-2': { kind: 'open' } } as const;
  const answers: boolean[] = [];
  const erasure: Partial<Records['erasure']> = {
    async forget(_named, isRunning) {
      for (const id of ['E-1', 'E-2', 'E-3']) answers.push(await isRunning(id));
      return { forgotten: [] };
    },
  };
  const engagements = {
    start: async () => ({ kind: 'running' as const }),
    send: async () => ({ kind: 'verdict' as const }),
    stateOf: async (id: string) =>
      states[id as keyof typeof states] ?? { kind: 'unavailable' as const, cause: new ServiceError('UNAVAILABLE') },
  };
  const { call } = await openRig({ records: { erasure }, dependencies: { engagements } });
  expect(problemIn(await call('POST', url))).toMatchObject({ status: 503, problem: { type: '/problems/unavailable' } });
  expect(answers).toStrictEqual([false, true]);
});

test('the customer of one engagement is forgotten, whatever its ids', async () => {
  const { call, asked } = await open({ forgotten: ['E-1'] });
  expect((await call('POST', ofEngagement)).json()).toStrictEqual({ engagements: ['E-1'] });
  expect(asked).toStrictEqual([{ engagementId: 'E-1' }]);
});

test('an engagement that is not known is a 404, and one that is open a 409', async () => {
  const { call, asked } = await open({ open: ['E-1'] });
  expect((await call('POST', '/v1/engagements/E-9/erasure')).statusCode).toBe(404);
  expect(asked).toStrictEqual([]);
  expect((await call('POST', ofEngagement)).statusCode).toBe(409);
});

test.each([url, ofEngagement])('the answer to %s is kept nowhere', async (to) => {
  const keep = jest.fn(async () => undefined);
  const erasure = { forget: async () => ({ forgotten: ['E-1'] }) };
  const { call } = await openRig({ records: { erasure, answers: { keep } } });
  expect((await call('POST', to)).headers['cache-control']).toBe('no-store');
  expect(keep).not.toHaveBeenCalled();
});

test('neither audit nor log names the customer: a digest stands for its id', async () => {
  const lines: string[] = [];
  const entries: AuditFacts[] = [];
  const write = async (facts: AuditFacts) => {
    entries.push(facts);
    return { stored: true as const };
  };
  const erasure = { forget: async () => ({ forgotten: ['E-1'] }) };
  const logger = { ...LOGGER, stream: { write: (line: string) => lines.push(line) } };
  const { call } = await openRig({ records: { erasure, audit: { write } }, logger });
  await call('POST', url);
  expect(entries).toMatchObject([{ route: '/v1/customers/{customerId}/erasure', about: [customerDigest('fabrikam')] }]);
  expect(lines.join()).toContain(customerDigest('fabrikam'));
  expect(JSON.stringify([entries, lines])).not.toContain('fabrikam');
});

test('of very many open ones the first are named', async () => {
  const { call } = await open({ open: Array.from({ length: 23 }, (_, index) => `E-${index}`) });
  expect((await call('POST', url)).json<{ detail: string }>().detail).toMatch(/E-19 and 3 more$/);
});

test.each([
  ['support', { roles: ['support'] }],
  ['a partner', partnerAdmin('contoso')],
  ['nobody', { roles: [] }],
])('%s may not have anybody forgotten', async (_, claims) => {
  const { call, asked } = await open({ forgotten: [] });
  expect((await call('POST', url, { claims })).statusCode).toBe(403);
  expect(asked).toStrictEqual([]);
});

test.each<[string, object, string?]>([
  ['without a key', { headers: { 'idempotency-key': undefined } }],
  ['with a body that means something else', { payload: { partnerId: 'contoso' } }],
  ['of an id that is none', {}, '/v1/customers/fabrikam%20ab/erasure'],
])('a request %s is not understood', async (_, options, at = url) => {
  const { call, asked } = await open({ forgotten: [] });
  expect((await call('POST', at, options)).statusCode).toBe(400);
  expect(asked).toStrictEqual([]);
});
