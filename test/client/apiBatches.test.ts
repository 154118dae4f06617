import { MongoNetworkError } from 'mongodb';
import { BATCH_ROUTES, type BatchPayloads } from '../../contracts/batch';
import { BATCH_MESSAGE_ROLES, ROLES } from '../../contracts/names';
import { refusal } from '../../domain/refusals';
import { fingerprintOf } from '../../records/fingerprint';
import { BATCH, BATCH_TASK, openRig, partnerAdmin, problemIn } from './rig';

const batch = `/v1/batches/${BATCH.batchId}`;
const payloads: { [Name in keyof typeof BATCH_ROUTES]: BatchPayloads[Name] } = {
  sendBatch: { reason: 'end of the year' },
  recordPaymentStatus: { status: 'paid', at: '2020-10-01T08:00:00Z' },
  correctPaymentRequest: { changes: { locationId: 'contoso-se' }, reason: 'the location was wrong' },
  splitBatch: { engagementIds: ['E-1'], reason: 'wrong level' },
  addNote: { text: 'asked SAVB' },
};
type Routed = keyof typeof payloads;
const messages = Object.keys(payloads) as Routed[];
const urlOf = (name: Routed, of = batch) => `${of}/${BATCH_ROUTES[name]}`;

/** What was read: correcting without it is refused. */
const read = { 'if-match': `"${BATCH.version}"` };

const mongoDown = async (): Promise<never> => {
  throw new MongoNetworkError('connection closed');
};

describe('who may say what to a batch', () => {
  test.each(messages.flatMap((name) => ROLES.map((role) => [name, role] as const)))(
    '%s from %s',
    async (name, role) => {
      const { call, sent } = await openRig();
      const claims = { roles: [role], partnerId: 'contoso' };
      const answer = await call('POST', urlOf(name), { payload: payloads[name], claims, headers: read });
      const may = BATCH_MESSAGE_ROLES[name].includes(role);
      expect(answer.statusCode).toBe(may ? 200 : 403);
      expect(sent.map(({ id, envelope }) => [id, envelope.actor.role, envelope.payload])).toStrictEqual(
        may ? [[BATCH.batchId, role, payloads[name]]] : [],
      );
    },
  );

  test('nobody adds a voucher by hand: engagements join by themselves', async () => {
    const { call } = await openRig();
    expect((await call('POST', `${batch}/vouchers`, { payload: {} })).statusCode).toBe(404);
    expect(BATCH_MESSAGE_ROLES.addToBatch).toStrictEqual([]);
  });
});

describe('a message to a batch', () => {
  test('is named by its key and answered with the batch and its ETag', async () => {
    const { call, sent } = await openRig();
    const answer = await call('POST', urlOf('sendBatch'), { payload: payloads.sendBatch, headers: {} });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['etag']).toBe('"4"');
    expect(answer.json()).toStrictEqual(BATCH);
    expect(sent).toMatchObject([
      {
        id: BATCH.batchId,
        name: 'sendBatch',
        envelope: { messageId: 'key-1', actor: { subject: 'olga', role: 'operator' } },
        options: { fingerprint: fingerprintOf('sendBatch', payloads.sendBatch), respondAsync: false },
      },
    ]);
  });

  test('that is not waited for says where its answer will be', async () => {
    const { call } = await openRig({ outcome: { kind: 'accepted' } });
    const answer = await call('POST', urlOf('sendBatch'), { payload: {}, headers: { prefer: 'respond-async' } });
    expect([answer.statusCode, answer.headers['location']]).toStrictEqual([202, `${batch}/messages/key-1`]);
  });

  test('that corrects names the version that was read', async () => {
    const { call, sent } = await openRig();
    const payload = payloads.correctPaymentRequest;
    const without = await call('POST', urlOf('correctPaymentRequest'), { payload });
    const stale = await call('POST', urlOf('correctPaymentRequest'), { payload, headers: { 'if-match': '"3"' } });
    expect([without.statusCode, stale.statusCode, sent.length]).toStrictEqual([428, 412, 0]);
  });

  test('that is refused says why', async () => {
    const no = refusal('wrong-stage', 'nothing more is collected');
    const { call } = await openRig({ outcome: { kind: 'refused', refusal: no } });
    expect(problemIn(await call('POST', urlOf('sendBatch'), { payload: {} }))).toMatchObject({
      status: 409,
      problem: { type: '/problems/wrong-stage', detail: 'nothing more is collected' },
    });
  });

  test('that comes after its end is told so', async () => {
    const { call } = await openRig({ outcome: { kind: 'closed' } });
    expect(problemIn(await call('POST', urlOf('addNote'), { payload: payloads.addNote }))).toMatchObject({
      status: 409,
      problem: { type: '/problems/batch-closed' },
    });
  });

  test('with a field nobody knows is refused before it is sent', async () => {
    const { call, sent } = await openRig();
    const answer = await call('POST', urlOf('splitBatch'), { payload: { ...payloads.splitBatch, to: 'x' } });
    expect([answer.statusCode, sent.length]).toStrictEqual([400, 0]);
  });

  test('of an operator gets through while MongoDB is away', async () => {
    const { call, sent } = await openRig({ records: { batches: { view: mongoDown } } });
    const answer = await call('POST', urlOf('addNote'), { payload: payloads.addNote });
    expect([answer.statusCode, sent.length]).toStrictEqual([202, 1]);
  });
});

describe('reading batches', () => {
  test('one, with its version as ETag, or nothing new', async () => {
    const { call } = await openRig();
    const answer = await call('GET', batch);
    expect([answer.statusCode, answer.headers['etag'], answer.json()]).toStrictEqual([200, '"4"', BATCH]);
    expect((await call('GET', batch, { headers: { 'if-none-match': '"4"' } })).statusCode).toBe(304);
  });

  test('all, by partner and stage, a page at a time', async () => {
    const list = jest.fn(async () => ({ items: [BATCH], next: 'bmV4dA' }));
    const { call } = await openRig({ records: { batches: { list } } });
    const answer = await call('GET', '/v1/batches?partnerId=contoso&stage=collecting&limit=1&after=eA');
    expect(answer.json()).toStrictEqual({ items: [BATCH], next: 'bmV4dA' });
    expect(answer.headers['link']).toBe(
      '</v1/batches?partnerId=contoso&stage=collecting&limit=1&after=bmV4dA>; rel="next"',
    );
    expect(list.mock.calls).toStrictEqual([[{ partnerId: 'contoso', stage: 'collecting', limit: 1, after: 'eA' }]]);
  });

  test('a partner sees its own, and of others none', async () => {
    const list = jest.fn(async () => ({ items: [BATCH] }));
    const { call } = await openRig({ records: { batches: { list } } });
    const claims = partnerAdmin('contoso');
    expect((await call('GET', '/v1/batches', { claims })).json()).toStrictEqual({ items: [BATCH] });
    expect(list.mock.calls).toStrictEqual([[{ partnerId: 'contoso', limit: 50 }]]);
    expect((await call('GET', '/v1/batches?partnerId=fabrikam', { claims })).json()).toStrictEqual({ items: [] });
  });

  test.each(['stage=sent', 'limit=101', 'voucherId=V-1'])('?%s is refused', async (query) => {
    const { call } = await openRig();
    expect((await call('GET', `/v1/batches?${query}`)).statusCode).toBe(400);
  });

  test('its timeline and what became of a message', async () => {
    const timeline = async () => [];
    const messageStatus = async (_id: string, messageId: string) => ({ messageId, status: 'pending' as const });
    const { call } = await openRig({ records: { batches: { timeline, messageStatus } } });
    expect((await call('GET', `${batch}/timeline`)).json()).toStrictEqual({ items: [] });
    expect((await call('GET', `${batch}/messages/m-1`)).json()).toStrictEqual({ messageId: 'm-1', status: 'pending' });
  });
});

describe('a foreign and an unknown batch are the same nothing', () => {
  const claims = { ...partnerAdmin('fabrikam'), roles: ['globalAdmin', 'partnerAdmin'] };
  const nothing = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const { call, sent } = await openRig();
    const answer = await call(method, url, { payload, claims, headers: read });
    expect(sent).toStrictEqual([]);
    return { status: answer.statusCode, body: answer.body.replaceAll(BATCH.batchId, 'nobody') };
  };

  test.each(['', '/timeline', '/messages/key-1'])('reading …%s', async (path) => {
    const unknown = await nothing('GET', `/v1/batches/nobody${path}`);
    expect(unknown.status).toBe(404);
    expect(await nothing('GET', `${batch}${path}`)).toStrictEqual(unknown);
  });

  test.each(messages)('%s', async (name) => {
    const unknown = await nothing('POST', urlOf(name, '/v1/batches/nobody'), payloads[name]);
    expect(unknown.status).toBe(404);
    expect(await nothing('POST', urlOf(name), payloads[name])).toStrictEqual(unknown);
  });
});

describe('a task of a batch', () => {
  const address = `/v1/tasks/${encodeURIComponent(BATCH_TASK.taskId)}`;

  test.each([
    ['resolution', 'resolveTask', { resolution: 'bankDetailsCorrected' }],
    ['claim', 'claimTask', {}],
    ['release', 'releaseTask', { note: 'on holiday' }],
  ])('%s goes to the batch', async (path, name, payload) => {
    const { call, sent } = await openRig();
    const answer = await call('POST', `${address}/${path}`, { payload, claims: partnerAdmin('contoso') });
    expect(answer.json()).toStrictEqual(BATCH);
    expect(sent.map((each) => [each.id, each.name, each.envelope.payload])).toStrictEqual([
      [BATCH.batchId, name, { taskId: BATCH_TASK.taskId, ...payload }],
    ]);
  });

  test('of another partner is not there', async () => {
    const { call, sent } = await openRig();
    const answer = await call('POST', `${address}/claim`, { claims: partnerAdmin('fabrikam') });
    expect([answer.statusCode, sent.length]).toStrictEqual([404, 0]);
  });
});
