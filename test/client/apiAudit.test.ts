import { MongoNetworkError } from 'mongodb';
import type { Outcome } from '../../client/messenger/messenger';
import type { AuditFacts } from '../../contracts/audit';
import type { Written } from '../../records/auditWriter';
import { openRig, partnerAdmin, problemIn, type Call } from './rig';

const note = '/v1/engagements/E-1/notes';
const saying = { payload: { text: 'Call Vera' } };

/** The API over an audit that is kept in memory. */
async function openAudited(options: Parameters<typeof openRig>[0] = {}, write?: () => Promise<Written>) {
  const audited: AuditFacts[] = [];
  const audit = {
    write: async (facts: AuditFacts) => {
      audited.push(facts);
      return write?.() ?? { stored: true as const };
    },
    ...options.records?.audit,
  };
  // What is on record does not depend on how busy the machine is.
  const limits = { eventLoopDelayMs: 0, heapShare: 0, ...options.limits };
  return { audited, ...(await openRig({ ...options, limits, records: { ...options.records, audit } })) };
}

test('a message is on record with who said it, to what, under which ids, and what came of it', async () => {
  const { audited, call } = await openAudited();
  const headers = { 'x-request-id': 'r-1', 'ms-correlationid': 'c-1' };
  const answer = await call('POST', note, { ...saying, headers, claims: partnerAdmin('contoso') });
  expect(audited).toStrictEqual([
    {
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      tenant: 'partner:contoso',
      subject: 'paula',
      roles: ['partnerAdmin'],
      via: 'token',
      method: 'POST',
      route: '/v1/engagements/{engagementId}/notes',
      about: ['E-1'],
      message: 'addNote',
      messageId: 'key-1',
      status: 200,
      requestId: answer.headers['x-request-id'],
      correlationId: 'c-1',
      address: '127.0.0.1',
    },
  ]);
});

test('a request has an id of ours, whatever its caller calls it, and the caller’s own beside it', async () => {
  const { audited, call } = await openAudited();
  const headers = { 'x-request-id': 'r-1' };
  const answers = [await call('POST', note, { ...saying, headers }), await call('POST', note, { ...saying, headers })];
  const ids = answers.map((answer) => answer.headers['x-request-id']);
  expect(new Set(ids).size).toBe(2);
  expect(ids).not.toContain('r-1');
  expect(audited.map(({ requestId, correlationId }) => [requestId, correlationId])).toStrictEqual(
    ids.map((id) => [id, 'r-1']),
  );
});

test('neither the name of a file is nor what is no id, but what stands beside it', async () => {
  const { audited, call } = await openAudited({ outcome: { kind: 'unknown' } });
  const file = '/v1/engagements/E-1/deliverables/Anna-Berg-plan.pdf';
  await call('GET', file, { claims: partnerAdmin('fabrikam') });
  await call('GET', '/v1/engagements/anna.berg@fabrikam.example');
  await call('POST', '/v1/engagements/anna.berg@fabrikam.example/notes', saying);
  await call('POST', `/v1/tasks/${encodeURIComponent('E-9:Anna Berg:1')}/claim`, { payload: {} });
  await call('GET', '/v1/anna.berg@fabrikam.example');
  expect(audited.map(({ method, status, about }) => [method, status, about])).toStrictEqual([
    ['GET', 404, ['E-1']],
    ['GET', 404, []],
    ['POST', 404, []],
    ['POST', 404, []],
    ['GET', 404, []],
  ]);
  expect(JSON.stringify(audited)).not.toMatch(/anna|berg/i);
});

test('a task is by its id, which is made of others', async () => {
  const { audited, call } = await openAudited();
  await call('POST', '/v1/tasks/E-1:voucherMissing:1/claim', { payload: {} });
  expect(audited).toMatchObject([{ about: ['E-1:voucherMissing:1', 'E-1'] }]);
});

test('nothing of what was said is', async () => {
  const { audited, call } = await openAudited();
  await call('POST', `${note}?who=vera@fabrikam.example`, { payload: { text: 'vera@fabrikam.example' } });
  await call('POST', note, { payload: { text: 'vera@fabrikam.example', 'vera@fabrikam.example': 1 } });
  expect(audited.map(({ status, code }) => [status, code])).toStrictEqual([
    [200, undefined],
    [400, 'malformed-request'],
  ]);
  expect(JSON.stringify(audited)).not.toContain('vera');
});

test('an operator’s message says on whose behalf', async () => {
  const { audited, call } = await openAudited();
  await call('POST', note, { ...saying, headers: { 'on-behalf-of': 'Pia of Contoso' } });
  expect(audited).toMatchObject([{ tenant: 'staff', subject: 'olga', onBehalfOf: 'Pia of Contoso' }]);
});

test('ids of the caller’s own that cannot be written anywhere are left out', async () => {
  const { audited, call } = await openAudited();
  await call('POST', note, { ...saying, headers: { 'idempotency-key': 'two words', 'ms-correlationid': '{"a":1}' } });
  expect(audited).toMatchObject([{ status: 400 }]);
  expect(Object.keys(audited[0]!)).not.toEqual(expect.arrayContaining(['messageId', 'correlationId']));
});

describe('what is denied is on record', () => {
  const paula = partnerAdmin('fabrikam');
  test.each<[string, 'GET' | 'POST', string, Call, Partial<AuditFacts>]>([
    [
      'a role',
      'POST',
      '/v1/engagements/E-1/rules',
      { payload: { rulebook: '2021-04', reason: 'asked for' }, claims: partnerAdmin('contoso') },
      { status: 403, code: 'forbidden', subject: 'paula' },
    ],
    [
      'a reader without a role',
      'GET',
      '/v1/engagements',
      { claims: { roles: [] } },
      { status: 403, tenant: 'nobody', subject: 'olga', roles: [] },
    ],
    [
      'what is another partner’s',
      'GET',
      '/v1/engagements/E-1',
      { claims: paula },
      { status: 404, code: 'not-found', about: ['E-1'], tenant: 'partner:fabrikam' },
    ],
    ['what does not exist', 'GET', '/v1/engagements/E-9', { claims: paula }, { status: 404, about: ['E-9'] }],
    [
      'a version that has passed',
      'POST',
      note,
      { ...saying, headers: { 'if-match': '"1"' } },
      { status: 412, code: 'precondition-failed' },
    ],
    [
      'a message without its version',
      'POST',
      '/v1/engagements/E-1/rules',
      { payload: { rulebook: '2021-04', reason: 'asked for' } },
      { status: 428, code: 'precondition-required', message: 'adoptRules' },
    ],
  ])('%s', async (_title, method, url, options, facts) => {
    const { audited, call } = await openAudited();
    await call(method, url, options);
    expect(audited).toMatchObject([facts]);
  });

  test('a token that is not valid, by nobody and without the token', async () => {
    const { audited, api, token } = await openAudited();
    const forged = `${await token()}x`;
    await api.inject({ method: 'POST', url: note, headers: { authorization: `Bearer ${forged}` } });
    expect(audited).toMatchObject([
      { method: 'POST', status: 401, code: 'unauthenticated', tenant: 'nobody', about: ['E-1'] },
    ]);
    expect(Object.keys(audited[0]!)).not.toEqual(expect.arrayContaining(['subject']));
    expect(JSON.stringify(audited)).not.toContain(forged.slice(-20));
  });

  test('a token that is not valid, once a minute of each address however often it comes', async () => {
    const { audited, api } = await openAudited();
    const ask = (url: string, remoteAddress: string) =>
      api.inject({ url, remoteAddress, headers: { authorization: 'Bearer x' } });
    for (let count = 0; count < 300; count++) await ask(`/v1/engagements/E-${count}`, '192.0.2.1');
    for (let count = 1; count < 9; count++) await ask('/v1/catalogue', `2001:db8::${count}`);
    expect(audited.map(({ status, address }) => [status, address])).toStrictEqual([
      [401, '192.0.2.1'],
      [401, '2001:db8::1'],
    ]);
  });

  test('what a caller who is known may not have, a hundred times a minute', async () => {
    const { audited, call } = await openAudited();
    for (let count = 0; count < 60; count++) {
      await call('GET', `/v1/engagements/E-9${count}`, { claims: partnerAdmin('contoso') });
      await call('GET', '/v1/audit', { claims: partnerAdmin('contoso') });
    }
    await call('GET', '/v1/engagements/E-9', { claims: { ...partnerAdmin('contoso'), sub: 'pia' } });
    expect(audited.map(({ subject }) => subject)).toStrictEqual([...Array<string>(100).fill('paula'), 'pia']);
  });

  test.each<['GET' | 'DELETE' | 'HEAD' | 'OPTIONS', string]>([
    ['GET', '/v1/nowhere'],
    ['GET', '/v1'],
    ['DELETE', '/v1/engagements/E-1'],
    ['HEAD', '/v1/nowhere'],
    ['OPTIONS', '/v1/engagements/E-1'],
    ['GET', '/v1/%zz'],
    ['GET', '/v1/engagements/E-1/messages/'],
    ['DELETE', `/v1/api-keys/${'x'.repeat(601)}`],
  ])('what there is no address for: %s %s', async (method, url) => {
    const { audited, api, call } = await openAudited();
    const refused = await api.inject({ method, url });
    expect([refused.statusCode, refused.headers['www-authenticate']]).toStrictEqual([
      401,
      'Bearer realm="planning-services"',
    ]);
    expect((await call(method, url)).statusCode).toBe(404);
    expect(audited).toMatchObject([
      { method, route: '/v1/*', about: [], status: 401, tenant: 'nobody' },
      { method, route: '/v1/*', about: [], status: 404, subject: 'olga' },
    ]);
  });

  test('more than a tenant’s quota, once in a window however often it is refused', async () => {
    const limits = { tenantRate: { requests: 1, windowMs: 60_000 } };
    const { audited, call } = await openAudited({ limits });
    for (let count = 0; count < 4; count++) await call('POST', note, { ...saying, claims: partnerAdmin('contoso') });
    await call('POST', note, saying);
    await call('POST', note, saying);
    expect(audited.map(({ tenant, status, code }) => [tenant, status, code])).toStrictEqual([
      ['partner:contoso', 200, undefined],
      ['partner:contoso', 429, 'quota-exceeded'],
      ['staff', 200, undefined],
      ['staff', 429, 'quota-exceeded'],
    ]);
  });

  test('more than an address’s, too, by nobody', async () => {
    const limits = { addressRate: { requests: 1, windowMs: 60_000 } };
    const { audited, call } = await openAudited({ limits });
    for (let count = 0; count < 3; count++) await call('GET', '/v1/catalogue');
    expect(audited).toMatchObject([{ tenant: 'nobody', status: 429, code: 'quota-exceeded', address: '127.0.0.1' }]);
  });

  test('a message that is too much at once', async () => {
    const { audited, call } = await openAudited({ outcome: { kind: 'busy' } });
    await call('POST', note, saying);
    expect(audited).toMatchObject([{ status: 429, code: 'busy' }]);
  });
});

describe('of what is read', () => {
  const records = { tasks: { list: async () => ({ items: [] }) } };

  test.each<[string, string, Call, string[]]>([
    ['what staff read of a partner’s affairs is on record', '/v1/engagements/E-1', {}, ['GET 200']],
    ['a list that staff read, too', '/v1/tasks', {}, ['GET 200']],
    ['what a partner reads of its own is not', '/v1/engagements/E-1', { claims: partnerAdmin('contoso') }, []],
    ['what has not changed is not', '/v1/engagements/E-1', { headers: { 'if-none-match': '"3"' } }, []],
    ['what is nobody’s is not', '/v1/catalogue', {}, []],
  ])('%s', async (_title, url, options, entries) => {
    const { audited, call } = await openAudited({ records });
    await call('GET', url, options);
    expect(audited.map(({ method, status }) => `${method} ${status}`)).toStrictEqual(entries);
  });
});

test('every address below /v1 that changes something puts its requests on record', async () => {
  const { audited, api, call } = await openAudited();
  const { paths } = (await api.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
  const changing = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).flatMap((method) => (method === 'get' ? [] : [`${method.toUpperCase()} ${path}`])),
  );
  for (const address of changing) {
    const [method, url = ''] = address.split(' ');
    await call(method, url.replace(/\{\w+\}/g, 'X-1'));
  }
  expect(audited.map(({ method, route }) => `${method} ${route}`)).toStrictEqual(changing);
  expect(changing.length).toBeGreaterThan(40);
});

test('what is not below /v1 is not on record', async () => {
  const { audited, api } = await openAudited();
  await Promise.all(['/healthz', '/problems/none', '/nowhere'].map((url) => api.inject(url)));
  expect(audited).toStrictEqual([]);
});

describe('an answer', () => {
  /** An audit that stores nothing until it is told to. */
  function deferred() {
    let ask: () => void = () => undefined;
    let store: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (ask = resolve));
    const stored = new Promise<Written>((resolve) => (store = () => resolve({ stored: true })));
    const write = () => {
      ask();
      return stored;
    };
    return { write, asked, store: () => store() };
  }

  test.each<[string, Outcome]>([
    ['no record is known to hold yet', { kind: 'accepted' }],
    ['changed nothing, so that its record does not say who said it,', { kind: 'verdict', repeated: true }],
  ])('to a message that %s is given once its entry is on record', async (_which, outcome) => {
    const { write, asked, store } = deferred();
    const { call } = await openAudited({ outcome }, write);
    let isAnswered = false;
    const answer = call('POST', note, saying).then(() => (isAnswered = true));
    await asked;
    await new Promise(setImmediate);
    expect(isAnswered).toBe(false);
    store();
    expect(await answer).toBe(true);
  });

  test('to a message whose own record says who said it does not wait', async () => {
    const { call } = await openAudited({}, deferred().write);
    expect((await call('POST', note, saying)).statusCode).toBe(200);
  });

  test('to a reader, or to nobody, does not wait', async () => {
    const { call, api } = await openAudited({}, deferred().write);
    const answers = [await call('GET', '/v1/engagements/E-1'), await api.inject({ method: 'POST', url: note })];
    expect(answers.map(({ statusCode }) => statusCode)).toStrictEqual([200, 401]);
  });
});

describe('while MongoDB is away', () => {
  test('a message is answered all the same, and the log says that its entry waits', async () => {
    const lines: string[] = [];
    const logger = { level: 'warn', stream: { write: (line: string) => void lines.push(line) } };
    const why = new MongoNetworkError('connection refused');
    const { call } = await openAudited({ logger }, async () => ({ stored: false, waits: true, why }));
    expect((await call('POST', note, saying)).statusCode).toBe(200);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { msg: 'not on record yet: the entry of the audit waits', err: { message: 'connection refused' } },
    ]);
  });

  test('an entry that finds no place is in the log', async () => {
    const lines: string[] = [];
    const logger = { level: 'error', stream: { write: (line: string) => void lines.push(line) } };
    const why = new Error('too many entries of the audit wait');
    const { api } = await openAudited({ logger }, async () => ({ stored: false, waits: false, why }));
    await api.inject({ method: 'POST', url: note });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { msg: 'never put on record', audit: { status: 401 }, err: { message: why.message } },
    ]);
  });

  test('nothing is done any more once no more entries can wait', async () => {
    const { audited, sent, call, api } = await openAudited({ records: { audit: { hasRoom: () => false } } });
    expect(problemIn(await call('POST', note, saying))).toMatchObject({
      status: 503,
      problem: { type: '/problems/unavailable', detail: 'what is done here cannot be put on record at the moment' },
    });
    expect(sent).toStrictEqual([]);
    expect(audited).toStrictEqual([]);
    expect((await api.inject('/healthz')).statusCode).toBe(200);
  });

  test('what could not be put on record until the end is in the log', async () => {
    const lines: string[] = [];
    const logger = { level: 'error', stream: { write: (line: string) => void lines.push(line) } };
    const close = async () => [{ requestId: 'r-7' } as AuditFacts];
    const { api } = await openRig({ logger, records: { audit: { close } } });
    await api.close();
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { msg: 'never put on record', audit: { requestId: 'r-7' } },
    ]);
  });
});

describe('reading the audit', () => {
  test('takes filters, and tells where the next page is', async () => {
    const asked: object[] = [];
    const list = async (filter: object) => {
      asked.push(filter);
      return { items: [], next: 'Mg' };
    };
    const { call } = await openRig({ records: { audit: { list } } });
    const answer = await call(
      'GET',
      '/v1/audit?about=E-1&subject=pia&tenant=staff&code=forbidden&order=newest&limit=2',
    );
    expect([answer.statusCode, answer.json()]).toStrictEqual([200, { items: [], next: 'Mg' }]);
    expect(answer.headers.link).toContain('after=Mg');
    await call('GET', '/v1/audit?after=Mg', { claims: { roles: ['support'] } });
    expect(asked).toStrictEqual([
      { about: 'E-1', subject: 'pia', tenant: 'staff', code: 'forbidden', order: 'newest', limit: 2 },
      { after: 'Mg', order: 'oldest', limit: 100 },
    ]);
  });

  test('is for staff', async () => {
    const { call } = await openRig();
    expect((await call('GET', '/v1/audit', { claims: partnerAdmin('contoso') })).statusCode).toBe(403);
  });

  test('does not make it longer', async () => {
    const { audited, call } = await openAudited({ records: { audit: { list: async () => ({ items: [] }) } } });
    await call('GET', '/v1/audit');
    expect(audited).toStrictEqual([]);
  });
});
