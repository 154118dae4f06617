import { setTimeout as pause } from 'node:timers/promises';
import { MongoNetworkError } from 'mongodb';
import type { Outcome } from '../../client/messenger/messenger';
import type { EngagementEvent } from '../../domain/engagement/events';
import { refusal } from '../../domain/refusals';
import type { Answer, AnswerName, Reservation } from '../../records/answers';
import { fingerprintOf } from '../../records/fingerprint';
import { openRig, partnerAdmin, problemIn, TASK, VIEW } from './rig';

const note = { text: 'called the customer' };
const notes = '/v1/engagements/E-1/notes';
const voucher = {
  voucherId: 'V-1',
  voucherAdministratorEmail: 'vera@tailspin.example',
  projectManager: { name: 'Per Persson', email: 'per@tailspin.example' },
  offering: 'DDPS',
  serviceLevelDays: 5,
  assignedOn: '2020-07-02',
};

const mongoDown = async (): Promise<never> => {
  throw new MongoNetworkError('connection closed');
};

/** Answers in memory, by the rules of the real ones for one request at a time. */
function keeping() {
  const kept = new Map<string, Answer | Reservation>();
  const idOf = ({ tenant, route, key }: AnswerName) => `${tenant} ${route} ${key}`;
  const find = async (name: AnswerName) => kept.get(idOf(name));
  const reserve = async (name: AnswerName, { fingerprint }: Reservation) => {
    const held = kept.get(idOf(name)) ?? { fingerprint };
    kept.set(idOf(name), held);
    return held.fingerprint === fingerprint;
  };
  const giveBack = async (name: AnswerName) => void (kept.get(idOf(name))?.status ?? kept.delete(idOf(name)));
  const keep = async (name: AnswerName, answer: Answer) => {
    if (kept.get(idOf(name))?.status === undefined) kept.set(idOf(name), answer);
  };
  return { kept, answers: { find, reserve, giveBack, keep } };
}

/** An engagement that moves on with every message, so that an answer made anew would differ. */
function moving() {
  let version = 3;
  return { view: async (id: string) => (id === 'E-1' ? { ...VIEW, version: version++ } : undefined) };
}

/** The messages that were sent: one that is sent again under its id, with its content, is the same one for its record. */
const messagesIn = (sent: Awaited<ReturnType<typeof openRig>>['sent']) => [
  ...new Set(sent.map(({ id, envelope, options }) => [id, envelope.messageId, options.fingerprint].join())),
];

const withoutRequest = ({ headers, ...rest }: ReturnType<typeof whole>) => {
  const { 'x-request-id': _id, date: _date, ratelimit: _left, 'idempotent-replayed': _replayed, ...same } = headers;
  return { ...rest, headers: same };
};
const whole = ({ statusCode, headers, body }: { statusCode: number; headers: object; body: string }) => ({
  statusCode,
  headers: { ...headers } as Record<string, unknown>,
  body,
});

describe('a repeat with the same key', () => {
  test('gets the same bytes again, marked as a repeat', async () => {
    const { call, sent } = await openRig({ records: { engagements: moving(), ...keeping() } });
    const first = await call('POST', notes, { payload: note });
    const again = await call('POST', notes, { payload: { text: ` ${note.text} ` } });
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(withoutRequest(whole(again))).toStrictEqual(withoutRequest(whole(first)));
    expect(messagesIn(sent)).toHaveLength(1);
  });

  test('that comes before the answer is kept waits for that', async () => {
    const { kept, answers } = keeping();
    let store = (): void => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    const keep = (name: AnswerName, answer: Answer) => stored.then(() => answers.keep(name, answer));
    const { call, sent } = await openRig({ records: { engagements: moving(), answers: { ...answers, keep } } });
    const first = await call('POST', notes, { payload: note });
    const again = call('POST', notes, { payload: note });
    const other = call('POST', notes, { payload: note, headers: { 'idempotency-key': 'k-2' } });
    expect([(await other).headers['idempotent-replayed'], kept.size]).toStrictEqual([undefined, 0]);
    store();
    expect([(await again).body, (await again).headers['idempotent-replayed']]).toStrictEqual([first.body, 'true']);
    expect(messagesIn(sent)).toHaveLength(2);
  });

  test('finds what a process kept that ended right after its answer', async () => {
    const { kept, answers } = keeping();
    const keep = async (name: AnswerName, answer: Answer) => {
      await pause(200);
      await answers.keep(name, answer);
    };
    const { api, call } = await openRig({ records: { answers: { ...answers, keep } } });
    await call('POST', notes, { payload: note });
    await api.close();
    expect(kept.size).toBe(1);
  });

  test.each([
    ['a task', `/v1/tasks/${TASK.taskId}/claim`, undefined],
    ['a partner', '/v1/partners/contoso/compliance-training', { completedOn: '2020-06-01', evidence: 'certificate 7' }],
    ['a batch', '/v1/batches/DDPS-SE-0123456789-1/notes', note],
  ])('to %s, too', async (_what, url, payload) => {
    const { call, sent } = await openRig({ records: keeping() });
    const [first, again] = [await call('POST', url, { payload }), await call('POST', url, { payload })];
    expect([first.statusCode, again.statusCode, messagesIn(sent).length]).toStrictEqual([200, 200, 1]);
    expect([again.body, again.headers['idempotent-replayed']]).toStrictEqual([first.body, 'true']);
  });

  test('keeps a refusal that is on record', async () => {
    const no = refusal('wrong-stage', 'too early');
    const document = {
      fingerprint: fingerprintOf('addNote', note),
      events: [{ type: 'MessageRefused', data: { message: 'addNote', refusal: no } }],
    };
    const engagements = { recordedSince: async () => [document] as never };
    const { call, sent } = await openRig({
      outcome: { kind: 'refused', refusal: no },
      records: { engagements, ...keeping() },
    });
    const first = await call('POST', notes, { payload: note });
    const again = await call('POST', notes, { payload: note });
    expect(problemIn(again)).toStrictEqual(problemIn(first));
    expect([again.statusCode, again.headers['idempotent-replayed'], messagesIn(sent).length]).toStrictEqual([
      409,
      'true',
      1,
    ]);
  });

  test('with other content is a 422, whatever the engagement would say', async () => {
    const { call, sent } = await openRig({ records: keeping() });
    await call('POST', notes, { payload: note });
    const other = await call('POST', notes, { payload: { text: 'something else' } });
    expect(other.json()).toMatchObject({ status: 422, type: '/problems/idempotency-key-reused' });
    expect(new Set(sent.map(({ envelope }) => envelope.messageId)).size).toBe(1);
    const again = await call('POST', notes, { payload: note });
    expect([again.statusCode, again.headers['idempotent-replayed']]).toStrictEqual([200, 'true']);
  });

  test('about something that is another partner’s by now is a 404', async () => {
    let partnerId = 'contoso';
    const view = async () => ({ ...VIEW, partnerId });
    const { call } = await openRig({ records: { engagements: { view }, ...keeping() } });
    const claims = partnerAdmin('contoso');
    expect((await call('POST', notes, { payload: note, claims })).statusCode).toBe(200);
    partnerId = 'fabrikam';
    expect((await call('POST', notes, { payload: note, claims })).statusCode).toBe(404);
  });

  test('is a 403 for a colleague whose role is not enough', async () => {
    const { call, sent } = await openRig({ records: keeping() });
    const admin = partnerAdmin('contoso');
    const url = '/v1/engagements/E-1/voucher-assignment';
    expect((await call('POST', url, { payload: voucher, claims: admin })).statusCode).toBe(200);
    const claims = { ...admin, roles: ['consultant'] };
    expect((await call('POST', url, { payload: voucher, claims })).statusCode).toBe(403);
    expect(sent).toHaveLength(1);
  });
});

describe('the same key names another message', () => {
  test('of another tenant, on the record as well', async () => {
    const { call, sent } = await openRig({ records: keeping() });
    await call('POST', notes, { payload: note });
    const partners = await call('POST', notes, { payload: { text: 'another' }, claims: partnerAdmin('contoso') });
    expect([partners.statusCode, partners.headers['idempotent-replayed']]).toStrictEqual([200, undefined]);
    expect(sent.map(({ envelope }) => envelope.messageId)).toStrictEqual(['key-1', 'tenant:contoso:key-1']);
  });

  test('for another route', async () => {
    const { call, sent } = await openRig({ records: keeping() });
    await call('POST', notes, { payload: note });
    const assigned = await call('POST', '/v1/engagements/E-1/voucher-assignment', { payload: voucher });
    expect([assigned.statusCode, sent.length]).toStrictEqual([200, 2]);
  });

  test('and callers know their message by their key alone', async () => {
    const statuses: Record<string, string> = { 'tenant:contoso:mine': 'applied', ours: 'refused' };
    const messageStatus = async (_id: string, messageId: string) =>
      ({ messageId, status: statuses[messageId] ?? 'pending' }) as never;
    const event: EngagementEvent = {
      engagementId: 'E-1',
      version: 1,
      type: 'NoteAdded',
      at: '2020-07-01T08:00:00.000Z',
      messageId: 'tenant:contoso:mine',
      actor: { subject: 'paula', role: 'partnerAdmin', partnerId: 'contoso' },
      data: { text: 'noted' },
    };
    const { call } = await openRig({
      outcome: { kind: 'accepted' },
      records: { engagements: { messageStatus, timeline: async () => [event] } },
    });
    const claims = partnerAdmin('contoso');
    const accepted = await call('POST', notes, { payload: note, claims, headers: { 'idempotency-key': 'mine' } });
    expect(accepted.headers.location).toBe('/v1/engagements/E-1/messages/mine');
    expect(accepted.json()).toStrictEqual({ status: 'accepted', messageId: 'mine' });
    const asked = (key: string, more = {}) => call('GET', `/v1/engagements/E-1/messages/${key}`, more);
    expect((await asked('mine', { claims })).json()).toStrictEqual({ messageId: 'mine', status: 'applied' });
    expect((await asked('mine')).json()).toStrictEqual({ messageId: 'mine', status: 'applied' });
    expect((await asked('ours')).json()).toStrictEqual({ messageId: 'ours', status: 'refused' });
    expect((await asked('ours', { claims })).json()).toStrictEqual({ messageId: 'ours', status: 'pending' });
    expect((await call('GET', '/v1/engagements/E-1/timeline')).json()).toStrictEqual({
      items: [{ ...event, messageId: 'mine' }],
    });
  });

  test('a key cannot pass for another tenant’s', async () => {
    const { call, sent } = await openRig();
    const headers = { 'idempotency-key': 'tenant:contoso:key-1' };
    expect((await call('POST', notes, { payload: note, headers })).statusCode).toBe(400);
    expect(sent).toStrictEqual([]);
  });
});

describe('asked again is what is not settled', () => {
  test.each<[string, Outcome]>([
    ['a message without a verdict', { kind: 'accepted' }],
    ['a refusal that is not on record', { kind: 'refused', refusal: refusal('wrong-stage', 'too early') }],
    ['an engagement with too many messages', { kind: 'busy' }],
    ['Temporal down', { kind: 'unavailable', cause: new Error('UNAVAILABLE') }],
  ])('%s', async (_what, outcome) => {
    const { kept, answers } = keeping();
    const { call, sent } = await openRig({ outcome, records: { answers } });
    await call('POST', notes, { payload: note });
    const again = await call('POST', notes, { payload: note });
    expect(again.headers['idempotent-replayed']).toBeUndefined();
    expect([sent.length, kept.size]).toStrictEqual([2, 0]);
  });

  test('an answer that was wanted at once is kept for those who want it so, and a verdict beside it', async () => {
    const outcome: { kind: 'accepted' | 'verdict' } = { kind: 'accepted' };
    const { call, sent } = await openRig({ records: keeping(), outcome });
    const headers = { prefer: 'respond-async' };
    const first = await call('POST', notes, { payload: note, headers });
    const again = await call('POST', notes, { payload: note, headers });
    expect([first.statusCode, again.statusCode, sent.length]).toStrictEqual([202, 202, 1]);
    expect(withoutRequest(whole(again))).toStrictEqual(withoutRequest(whole(first)));
    outcome.kind = 'verdict';
    expect((await call('POST', notes, { payload: note })).statusCode).toBe(200);
  });

  test('what a key showed once is kept nowhere', async () => {
    const { kept, answers } = keeping();
    const { call } = await openRig({ records: { answers, apiKeys: { create: async () => undefined } } });
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const payload = { partnerId: 'contoso', roles: ['partnerAdmin'], name: 'ERP', expiresAt };
    expect((await call('POST', '/v1/api-keys', { payload })).statusCode).toBe(201);
    expect(kept.size).toBe(0);
  });
});

describe('a start holds its key before anything is recorded', () => {
  const start = { partnerId: 'contoso', engagementType: 'windowsOffice', serviceLevelDays: 5, customer: VIEW.customer };
  const other = { ...start, engagementId: 'E-2' };
  /** Whatever is recorded fails with this. */
  const failing = (error: Error) => {
    const all = jest.fn(async (): Promise<never> => {
      throw error;
    });
    return { all, engagements: { all } };
  };

  test('and other content is a 422 while nobody knows what became of it', async () => {
    const { all, engagements } = failing(new MongoNetworkError('connection closed'));
    const { call } = await openRig({ records: { ...keeping(), engagements } });
    const asked = (payload: object, prefer?: string) =>
      call('POST', '/v1/engagements', { payload, headers: { prefer } });
    expect((await asked(start)).statusCode).toBe(503);
    for (const prefer of [undefined, 'respond-async'])
      expect((await asked(other, prefer)).json()).toMatchObject({ type: '/problems/idempotency-key-reused' });
    expect(all).toHaveBeenCalledTimes(1);
    expect((await asked(start)).statusCode).toBe(503);
    expect(all).toHaveBeenCalledTimes(2);
  });

  test('and gives it back when it is refused, if MongoDB lets it', async () => {
    const { kept, answers } = keeping();
    const refused = { engagements: { all: async () => [] }, partners: { view: async () => undefined } };
    const { call } = await openRig({ records: { answers, ...refused } });
    const asked = await call('POST', '/v1/engagements', { payload: start });
    expect([asked.json<{ type: string }>().type, kept.size]).toStrictEqual(['/problems/partner-unknown', 0]);
    const away = await openRig({ records: { answers: { ...answers, giveBack: mongoDown }, ...refused } });
    expect((await away.call('POST', '/v1/engagements', { payload: start })).statusCode).toBe(422);
  });

  test('or nothing is done: 503 while that cannot be told', async () => {
    const { all, engagements } = failing(new Error('not to be asked'));
    const answers = { find: mongoDown, reserve: mongoDown };
    const { call } = await openRig({ records: { answers, engagements } });
    expect((await call('POST', '/v1/engagements', { payload: start })).statusCode).toBe(503);
    expect(all).not.toHaveBeenCalled();
  });
});

describe('while MongoDB is down', () => {
  test('nothing is known to be kept, and what can be proven goes its way', async () => {
    const { call, sent } = await openRig({ records: { answers: { find: mongoDown, keep: mongoDown } } });
    expect((await call('POST', notes, { payload: note })).statusCode).toBe(200);
    expect(sent).toHaveLength(1);
  });
});

test('every POST tells of its key', async () => {
  const { api } = await openRig();
  const { paths } = api.swagger() as { paths: Record<string, { post?: { parameters?: { name: string }[] } }> };
  const posts = Object.entries(paths).flatMap(([path, { post }]) => (post ? [{ path, ...post }] : []));
  const without = posts.filter(({ parameters = [] }) => !parameters.some(({ name }) => name === 'idempotency-key'));
  expect(posts.length).toBeGreaterThan(30);
  expect(without.map(({ path }) => path)).toStrictEqual([]);
});
