import fastify from 'fastify';
import { guardAccess } from '../../client/api/access/access';
import { ACCESS } from '../../client/api/access/accessTable';
import { isPartnerRole } from '../../contracts/names';

const answering = async () => ({ all: 'of it' });

test.each(['/v1/new', '/v1/new/:id', '/v1'])('a route %s without an entry in the table cannot be made', (url) => {
  const app = fastify();
  guardAccess(app);
  expect(() => app.get(url, answering)).toThrow(`GET ${url} has no entry in the table of access`);
});

test('a method without an entry cannot be made, however many others have one', () => {
  const app = fastify();
  guardAccess(app);
  app.get('/v1/engagements', answering);
  expect(() => app.delete('/v1/engagements', answering)).toThrow('DELETE /v1/engagements has no entry');
});

test('what a route would answer without having asked who may have it is held back', async () => {
  const app = fastify();
  guardAccess(app);
  app.get('/v1/engagements/:engagementId', answering);
  const answer = await app.inject('/v1/engagements/E-1');
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('of it');
});

test('what is not below /v1 is for everybody', async () => {
  const app = fastify();
  guardAccess(app);
  app.get('/v1x', answering);
  expect((await app.inject('/v1x')).json()).toStrictEqual({ all: 'of it' });
});

describe('the table', () => {
  const entries = Object.entries(ACCESS);

  test('gives partners only what is one partner’s, and the catalogue', () => {
    const shared = entries.filter(([, { scope, roles }]) => scope === 'all' && roles.some(isPartnerRole));
    expect(shared.map(([route]) => route)).toStrictEqual(['GET /v1/catalogue']);
  });

  test('lets support read everything, work on tasks, take notes and compare books, and nothing else', () => {
    const barred = entries.filter(([route, { roles }]) => route.startsWith('GET') && !roles.includes('support'));
    expect(barred).toStrictEqual([]);
    const writes = entries.filter(([route, { roles }]) => !route.startsWith('GET') && roles.includes('support'));
    expect(writes.map(([route]) => route).sort()).toStrictEqual([
      'POST /v1/batches/{batchId}/notes',
      'POST /v1/engagements/{engagementId}/notes',
      'POST /v1/reconciliations',
      'POST /v1/tasks/{taskId}/claim',
      'POST /v1/tasks/{taskId}/release',
      'POST /v1/tasks/{taskId}/resolution',
    ]);
  });

  test('lets operators do everything', () =>
    expect(entries.filter(([, { roles }]) => !roles.includes('operator'))).toStrictEqual([]));

  test('lets a Global Admin do what a Partner Admin may, and a Partner Admin what a consultant may', () => {
    const lacking = entries.filter(
      ([, { roles }]) =>
        (roles.includes('partnerAdmin') && !roles.includes('globalAdmin')) ||
        (roles.includes('consultant') && !roles.includes('partnerAdmin')),
    );
    expect(lacking).toStrictEqual([]);
  });
});
