import { MongoServerError } from 'mongodb';
import { LOGGER } from '../../client/api/log';
import { correlationIdOf } from '../../telemetry/correlation';
import { secretsIn } from '../support/secrets';
import { openRig, partnerAdmin } from './rig';

/** What callers say, which no log may repeat. */
const CANARIES = ['vera@fabrikam.example', 'Vera-Canary', 'canary-of-a-query', 'eyJ'];

const OF_PINO = ['level', 'time', 'pid', 'hostname', 'reqId', 'msg', 'err'];
const KEYS = [...OF_PINO, 'method', 'route', 'about', 'correlationId', 'status', 'ms'];
const ERROR_KEYS = ['type', 'code', 'message', 'stack', 'cause'];

type Line = Record<string, unknown> & { err?: Record<string, unknown> };

/** The API as it logs in production; `lines` gives what it logged. */
async function openLogged(options: Parameters<typeof openRig>[0] = {}) {
  const written: string[] = [];
  const stream = { write: (line: string) => void written.push(line) };
  const rig = await openRig({ ...options, logger: { ...LOGGER, stream } });
  return { ...rig, written, lines: () => written.map((line) => JSON.parse(line) as Line) };
}

const note = '/v1/engagements/E-1/notes';
const personal = { text: `Vera-Canary, vera@fabrikam.example` };

test('a request is one line: what was asked of what, what came of it, and under which id', async () => {
  const { call, lines } = await openLogged();
  const { headers } = await call('POST', note, { payload: personal, headers: { 'x-request-id': 'r-1' } });
  expect(lines()).toStrictEqual([
    {
      level: 30,
      time: expect.any(Number) as number,
      pid: process.pid,
      hostname: expect.any(String) as string,
      reqId: headers['x-request-id'],
      method: 'POST',
      route: '/v1/engagements/:engagementId/notes',
      about: ['E-1'],
      correlationId: correlationIdOf('key-1'),
      status: 200,
      ms: expect.any(Number) as number,
      msg: 'answered',
    },
  ]);
});

test('whatever is said, by whomever, a line holds known fields and nothing of it', async () => {
  const list = async () => ({ items: [] });
  const { call, api, token, lines, written } = await openLogged({ records: { engagements: { list } } });
  const claims = { ...partnerAdmin('contoso'), sub: 'vera@fabrikam.example', name: 'Vera-Canary' };
  const headers = { 'on-behalf-of': 'Vera-Canary', 'ms-correlationid': 'vera@fabrikam.example' };
  await call('POST', `${note}?canary-of-a-query=1`, { payload: personal, claims });
  await call('POST', note, { payload: { 'vera@fabrikam.example': 1 }, headers });
  await call('POST', note, { payload: '{"text": "Vera-Canary', headers: { 'content-type': 'application/json' } });
  await call('GET', '/v1/engagements?customer=Vera-Canary&after=canary-of-a-query', { claims });
  await call('GET', `/v1/engagements/${encodeURIComponent('vera@fabrikam.example')}`);
  await call('GET', '/vera@fabrikam.example');
  await call('GET', '/v1/engagements/E-1/deliverables/Vera-Canary-plan.pdf', { claims: partnerAdmin('fabrikam') });
  await call('POST', note, { payload: personal, headers: { 'idempotency-key': 'vera@fabrikam.example' } });
  await call('POST', note, { payload: personal, headers: { 'x-request-id': 'vera@fabrikam.example' } });
  await api.inject({ url: '/v1/engagements', headers: { authorization: `Bearer ${await token(claims)}x` } });
  await api.inject('/v1/%zz?vera@fabrikam.example');
  expect(lines()).toHaveLength(11);
  for (const line of lines()) expect(KEYS).toEqual(expect.arrayContaining(Object.keys(line)));
  for (const canary of CANARIES) expect(written.join('')).not.toContain(canary);
  expect(secretsIn(written.join(''))).toStrictEqual([]);
});

test('an error of ours is told with its cause, not with the document that was not valid', async () => {
  const failed = new MongoServerError({ message: 'Document failed validation', code: 121, errInfo: personal });
  const view = async () => Promise.reject(new Error('the view cannot be read', { cause: failed }));
  const { call, lines, written } = await openLogged({ records: { engagements: { view } } });
  expect((await call('GET', '/v1/engagements/E-1')).statusCode).toBe(500);
  const [error] = lines();
  expect(error).toMatchObject({
    level: 50,
    msg: 'something went wrong here',
    err: {
      type: 'Error',
      message: 'the view cannot be read',
      cause: { type: 'MongoServerError', code: 121, message: 'Document failed validation' },
    },
  });
  expect(ERROR_KEYS).toEqual(expect.arrayContaining(Object.keys(error?.err ?? {})));
  expect(written.join('')).not.toContain('Vera-Canary');
});

test('a cause that is no error is told, too', async () => {
  const view = async () => Promise.reject(new Error('the view cannot be read', { cause: 'out of order' }));
  const { call, lines } = await openLogged({ records: { engagements: { view } } });
  await call('GET', '/v1/engagements/E-1');
  expect(lines()[0]).toMatchObject({ err: { cause: { type: 'string', message: 'out of order' } } });
});

test('a line is one line, whatever a caller puts into it', async () => {
  const { call, written } = await openLogged();
  await call('GET', `/v1/engagements/${encodeURIComponent('E-1\n{"level":60}')}`);
  expect(written.map((line) => line.split('\n').length)).toStrictEqual([2]);
});
