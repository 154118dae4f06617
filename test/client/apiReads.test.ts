import { FORGOTTEN } from '../../domain/forget';
import { openRig, partnerAdmin, TASK, VIEW } from './rig';
import { InvalidCursor } from '../../records/pages';

describe('lists', () => {
  const listing = async (next?: string) => {
    const asked: object[] = [];
    const list = (items: object[]) => async (filter: object) => {
      asked.push(filter);
      return { items, ...(next !== undefined && { next }) } as never;
    };
    const rig = await openRig({ records: { engagements: { list: list([VIEW]) }, tasks: { list: list([TASK]) } } });
    return { ...rig, asked };
  };

  test('a filter is read with its types', async () => {
    const { call, asked } = await listing();
    const query =
      'partnerId=contoso&stage=reserved&voucherId=V-1&customer=Tailspin%20Toys&openTasks=false&dueBefore=2020-08-01T00:00:00Z&over=true&order=deadline&limit=7&after=abc';
    const answer = await call('GET', `/v1/engagements?${query}`);
    expect(answer.json()).toStrictEqual({ items: [VIEW] });
    expect(asked).toStrictEqual([
      {
        partnerId: 'contoso',
        stage: 'reserved',
        voucherId: 'V-1',
        customer: 'Tailspin Toys',
        openTasks: false,
        dueBefore: '2020-08-01T00:00:00Z',
        over: true,
        order: 'deadline',
        limit: 7,
        after: 'abc',
      },
    ]);
  });

  test('a partner’s list is its own, whatever it asks', async () => {
    const { call, asked } = await listing();
    const claims = partnerAdmin('contoso');
    await call('GET', '/v1/engagements', { claims });
    await call('GET', '/v1/tasks?status=open', { claims });
    const foreign = await call('GET', '/v1/engagements?partnerId=fabrikam', { claims });
    expect(asked).toStrictEqual([
      { limit: 50, partnerId: 'contoso' },
      { limit: 50, status: 'open', partnerId: 'contoso' },
    ]);
    expect(foreign.json()).toStrictEqual({ items: [] });
  });

  test('without a role there is no list', async () => {
    const { call } = await listing();
    expect((await call('GET', '/v1/tasks', { claims: { roles: [] } })).statusCode).toBe(403);
  });

  test('the next page is linked', async () => {
    const { call } = await listing('ZUUtMQ');
    const { headers } = await call('GET', '/v1/engagements?stage=reserved&after=x');
    expect(headers.link).toBe('</v1/engagements?stage=reserved&after=ZUUtMQ>; rel="next"');
  });

  test.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'stage=unheard',
    'colour=red',
    'openTasks=yes',
    'dueBefore=soon',
    'over=1',
    'order=stage',
  ])('?%s is a 400', async (query) => {
    const { call } = await listing();
    expect((await call('GET', `/v1/engagements?${query}`)).statusCode).toBe(400);
  });

  test('a cursor nobody gave out is a 400', async () => {
    const list = async () => {
      throw new InvalidCursor('not a cursor of this list: x');
    };
    const { call } = await openRig({ records: { tasks: { list } } });
    expect((await call('GET', '/v1/tasks?after=x')).json()).toMatchObject({ type: '/problems/malformed-request' });
  });
});

describe('one engagement', () => {
  test('comes with its ETag', async () => {
    const { call } = await openRig();
    const answer = await call('GET', '/v1/engagements/E-1');
    expect(answer.headers.etag).toBe('"3"');
    expect(answer.json()).toStrictEqual(VIEW);
  });

  test.each([
    ['"3"', 304],
    ['W/"3"', 304],
    ['"1", "3"', 304],
    ['*', 304],
    ['"2"', 200],
  ])('If-None-Match %s is a %d', async (has, status) => {
    const { call } = await openRig();
    const answer = await call('GET', '/v1/engagements/E-1', { headers: { 'if-none-match': has } });
    expect(answer.statusCode).toBe(status);
    expect(answer.body === '').toBe(status === 304);
  });

  test('has another ETag once its customer is forgotten: whoever had it before gets it anew', async () => {
    const forgotten = { ...VIEW, customer: { name: FORGOTTEN, country: 'SE' } };
    const { call } = await openRig({ records: { engagements: { view: async () => forgotten } } });
    const answer = await call('GET', '/v1/engagements/E-1', { headers: { 'if-none-match': '"3"' } });
    expect([answer.statusCode, answer.headers.etag]).toStrictEqual([200, '"3-forgotten"']);
    expect(answer.json()).toStrictEqual(forgotten);
    const again = await call('GET', '/v1/engagements/E-1', { headers: { 'if-none-match': '"3-forgotten"' } });
    expect(again.statusCode).toBe(304);
  });

  test('is not taken for forgotten as long as its customer can be found', async () => {
    const named = { ...VIEW, customer: { name: FORGOTTEN, country: 'SE', customerId: 'tailspin' } };
    const { call } = await openRig({ records: { engagements: { view: async () => named } } });
    expect((await call('GET', '/v1/engagements/E-1')).headers.etag).toBe('"3"');
  });

  test('a message id may hold any visible character', async () => {
    const messageStatus = async (_id: string, messageId: string) => ({ messageId, status: 'pending' as const });
    const { call } = await openRig({ records: { engagements: { messageStatus } } });
    const longest = '/%'.repeat(100);
    const answer = await call('GET', `/v1/engagements/E-1/messages/${encodeURIComponent(longest)}`);
    expect(answer.json()).toStrictEqual({ messageId: longest, status: 'pending' });
  });
});

test('the catalogue is that of the current edition', async () => {
  const { call } = await openRig();
  const catalogue = (await call('GET', '/v1/catalogue')).json<Record<string, unknown[]>>();
  expect(catalogue['rulebook']).toBe('2020-06');
  expect(catalogue['offerings']).toHaveLength(6);
  expect(catalogue['engagementTypes']).toHaveLength(12);
  expect(catalogue['serviceLevels']).toStrictEqual([1, 3, 5, 10, 15]);
});

describe('health', () => {
  const away = async () => {
    throw new Error('no answer');
  };

  test('a living process says so without a token', async () => {
    const { api } = await openRig({ records: { ping: away } });
    expect((await api.inject('/healthz')).json()).toStrictEqual({ status: 'ok' });
  });

  test('it is ready when MongoDB and Temporal answer', async () => {
    const { api } = await openRig();
    expect((await api.inject('/readyz')).json()).toStrictEqual({ status: 'ok' });
  });

  test.each([
    ['MongoDB', { records: { ping: away } }],
    ['Temporal', { dependencies: { pingTemporal: away } }],
    ['MongoDB and Temporal', { records: { ping: away }, dependencies: { pingTemporal: away } }],
    ['MongoDB', { records: { ping: () => new Promise<void>(() => undefined) } }],
  ])('it is not while %s does not answer', async (silent, options) => {
    const { api } = await openRig(options);
    const answer = await api.inject('/readyz');
    expect(answer.json()).toMatchObject({ status: 503, detail: `no answer from ${silent}` });
    expect(answer.headers['retry-after']).toBe('2');
  });
});
