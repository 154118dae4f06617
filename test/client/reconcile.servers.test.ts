import type { Reconciliation } from '../../contracts/reconciliation';
import type { Task } from '../../contracts/tasks';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { bookStray, cancelStray } from '../support/stray';
import { openApi, OPERATOR, PARTNER_ADMIN, type ApiHouse, type Who } from './apiHouse';
import { run } from './cliSupport';

jest.setTimeout(120_000);

const temporal = temporalServer();
const mongo = mongoServer();
let house: House;
let api: ApiHouse;
beforeAll(async () => {
  const where = { address: temporal().address, mongoUri: mongo().uri };
  house = await openHouse(where);
  api = await openApi(where);
});
afterAll(async () => {
  await api.stop();
  await house.stop();
});

const SUPPORT = { roles: ['support'], subject: 'sam' };

const asReconciliation = (body: unknown) => body as Reconciliation;

const cli = async (as: Who, ...args: string[]) =>
  run(args, { API_URL: api.url, ENGAGEMENTS_TOKEN: await api.token(as) });

test('a reconciliation runs once for each key, and what came of it can be read again', async () => {
  const first = await api.call('POST', '/v1/reconciliations', { key: 'monday', as: SUPPORT });
  expect([first.status, asReconciliation(first.body).status]).toStrictEqual([200, 'completed']);
  const repeated = await api.call('POST', '/v1/reconciliations', { key: 'monday' });
  expect(repeated.body).toStrictEqual(first.body);
  const read = await api.call('GET', first.headers.get('location')!);
  expect(read.body).toStrictEqual(first.body);
  const another = await api.call('POST', '/v1/reconciliations', { key: 'tuesday' });
  expect(asReconciliation(another.body).reconciliationId).not.toBe(asReconciliation(first.body).reconciliationId);
  expect((await api.call('GET', '/v1/reconciliations/R-unknown')).status).toBe(404);
  expect((await api.call('POST', '/v1/reconciliations', { as: PARTNER_ADMIN })).status).toBe(403);
});

test('the command line tells whether anything differs, and the task is worked from there', async () => {
  expect(await cli(SUPPORT, 'reconcile')).toMatchObject({ code: 0, stderr: '' });
  const stray = await bookStray(house);
  const differing = await cli(SUPPORT, 'reconcile', '--json');
  expect([differing.code, differing.stderr]).toStrictEqual([1, '1 difference\n']);
  expect(JSON.parse(differing.stdout)).toMatchObject({ missingHere: [{ reference: stray.reference }] });

  const taskId = `reconciliation:${stray.reference}:recordsDiffer:1`;
  const listed = await cli(SUPPORT, 'tasks', '--kind', 'recordsDiffer', '--json');
  const { items } = JSON.parse(listed.stdout) as { items: Task[] };
  expect(items.map((task) => [task.taskId, task.partnerId])).toStrictEqual([[taskId, undefined]]);
  const partners = await api.call('GET', '/v1/tasks?kind=recordsDiffer', { as: PARTNER_ADMIN });
  expect(partners.body).toStrictEqual({ items: [] });

  expect((await cli(PARTNER_ADMIN, 'claim', taskId)).code).toBe(1);
  expect((await cli(SUPPORT, 'claim', taskId)).stdout).toBe(`${taskId} is open, claimed by sam\n`);
  expect((await cli(OPERATOR, 'resolve', taskId)).stderr).toContain('sam works on');
  expect((await cli(SUPPORT, 'resolve', taskId, '--note', 'told the helpdesk')).stdout).toBe(`${taskId} is resolved\n`);

  expect((await cli(SUPPORT, 'reconcile')).stdout).toContain('Tasks: 1 opened, 0 closed');
  await cancelStray(house, stray);
  const healed = await cli(SUPPORT, 'reconcile');
  expect(healed.code).toBe(0);
  expect(healed.stdout).toContain('Tasks: 0 opened, 1 closed');
});

test('one that takes longer than a caller waits is accepted, and can be read when it is done', async () => {
  await house.savbFaults({ fault: 'delay', on: 'lookup', ms: 3_000 });
  const accepted = await api.call('POST', '/v1/reconciliations');
  expect([accepted.status, asReconciliation(accepted.body).status]).toStrictEqual([202, 'running']);
  await house.savbFaults();
  const location = accepted.headers.get('location')!;
  const { reconciliationId } = asReconciliation(accepted.body);
  expect(location).toBe(`/v1/reconciliations/${reconciliationId}`);
  await house.client.workflow.getHandle(`reconciliation:${reconciliationId}`).result();
  expect(asReconciliation((await api.call('GET', location)).body).status).toBe('completed');
});

test('one that somebody ended in Temporal has failed', async () => {
  await house.savbFaults({ fault: 'refuse', on: 'lookup', status: 503, times: 1_000 });
  const { body, headers } = await api.call('POST', '/v1/reconciliations', { headers: { prefer: 'respond-async' } });
  await house.client.workflow
    .getHandle(`reconciliation:${asReconciliation(body).reconciliationId}`)
    .terminate('enough');
  await house.savbFaults();
  expect((await api.call('GET', headers.get('location')!)).body).toMatchObject({ status: 'failed', why: 'enough' });
});
