import { MongoNetworkError } from 'mongodb';
import type { Outcome } from '../../client/messenger/messenger';
import { FORGOTTEN } from '../../domain/forget';
import { refusal } from '../../domain/refusals';
import { fingerprintOf } from '../../records/fingerprint';
import { openRig, partnerAdmin, problemIn, TASK, VIEW } from './rig';

const note = { text: 'called the customer' };
const notes = '/v1/engagements/E-1/notes';
const extension = '/v1/engagements/E-1/voucher-extension';

const mongoDown = async (): Promise<never> => {
  throw new MongoNetworkError('connection closed');
};

describe('a message reaches its engagement', () => {
  test('as one envelope, and the answer is the engagement with its ETag', async () => {
    const { call, sent } = await openRig();
    const answer = await call('POST', notes, { payload: note });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers.etag).toBe('"3"');
    expect(answer.json()).toStrictEqual(VIEW);
    expect(sent).toStrictEqual([
      {
        id: 'E-1',
        name: 'addNote',
        envelope: {
          messageId: 'key-1',
          sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
          actor: { subject: 'olga', role: 'operator' },
          payload: note,
        },
        options: { fingerprint: fingerprintOf('addNote', note), respondAsync: false },
      },
    ]);
  });

  test('in the strongest role that may say it, for its own partner', async () => {
    const { call, sent } = await openRig();
    const claims = { sub: 'paula', roles: ['consultant', 'partnerAdmin'], partnerId: 'contoso' };
    await call('POST', notes, { payload: note, claims });
    expect(sent[0]?.envelope.actor).toStrictEqual({ subject: 'paula', role: 'partnerAdmin', partnerId: 'contoso' });
  });

  test('a role held for another partner does not count, support does', async () => {
    const { call, sent } = await openRig();
    const claims = { roles: ['globalAdmin', 'support'], partnerId: 'fabrikam' };
    await call('POST', notes, { payload: note, claims });
    expect(sent[0]?.envelope.actor).toStrictEqual({ subject: 'olga', role: 'support' });
    const cancelling = await call('POST', '/v1/engagements/E-1/cancellation', { payload: { reason: 'lost' }, claims });
    expect(cancelling.statusCode).toBe(403);
  });

  test('with MS-RequestId in place of the Idempotency-Key', async () => {
    const { call, sent } = await openRig();
    await call('POST', notes, { payload: note, headers: { 'idempotency-key': undefined, 'ms-requestid': 'ms-1' } });
    expect(sent[0]?.envelope.messageId).toBe('ms-1');
  });

  test('an operator may act on behalf of someone', async () => {
    const { call, sent } = await openRig();
    await call('POST', notes, { payload: note, headers: { 'on-behalf-of': 'paula' } });
    expect(sent[0]?.envelope.actor).toStrictEqual({ subject: 'olga', role: 'operator', onBehalfOf: 'paula' });
  });

  test('nobody else may', async () => {
    const { call, sent } = await openRig();
    const headers = { 'on-behalf-of': 'paula' };
    const answer = await call('POST', notes, { payload: note, headers, claims: { roles: ['support'] } });
    expect(answer.statusCode).toBe(403);
    expect(sent).toStrictEqual([]);
  });

  test('about a task, by the id of the task; a body is not needed', async () => {
    const { call, sent } = await openRig();
    const at = (action: string) => `/v1/tasks/${encodeURIComponent(TASK.taskId)}/${action}`;
    await call('POST', at('claim'), {});
    await call('POST', at('release'), { payload: { note: 'on leave' } });
    await call('POST', at('resolution'), { payload: { resolution: 'keepWaiting' } });
    expect(sent.map(({ id, name, envelope }) => [id, name, envelope.payload])).toStrictEqual([
      ['E-1', 'claimTask', { taskId: TASK.taskId }],
      ['E-1', 'releaseTask', { taskId: TASK.taskId, note: 'on leave' }],
      ['E-1', 'resolveTask', { taskId: TASK.taskId, resolution: 'keepWaiting' }],
    ]);
  });
});

describe('what is not well-formed is a 400 and reaches nobody', () => {
  test.each([
    ['JSON that breaks off', '{"text": "half', /JSON/],
    ['an unknown field', { text: 'a', colour: 'red' }, /\/colour is not a known field/],
    ['a wrong type', { text: 7 }, /\/text /],
    ['a missing field', {}, /\/text /],
    ['no object', '"text"', / Invalid input/],
    ['no body', undefined, /Body cannot be empty/],
    ['a poisoned prototype', '{"__proto__": {"text": "a"}}', /Body is not valid JSON/],
  ])('%s', async (_what, payload, detail) => {
    const { call, sent } = await openRig();
    const answer = await call('POST', notes, { payload, headers: { 'content-type': 'application/json' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({
      type: '/problems/malformed-request',
      detail: expect.stringMatching(detail) as string,
    });
    expect(sent).toStrictEqual([]);
  });

  test('each offending field is named by a pointer', async () => {
    const { call } = await openRig();
    const payload = { voucherId: 'V 1', projectManager: { name: 'Per', email: 'nowhere', 'a/b': 1 } };
    const answer = await call('POST', '/v1/engagements/E-1/voucher-assignment', { payload });
    const { errors } = answer.json<{ errors: { pointer: string }[] }>();
    expect(errors.map(({ pointer }) => pointer).sort()).toStrictEqual([
      '/assignedOn',
      '/offering',
      '/projectManager/a~1b',
      '/projectManager/email',
      '/serviceLevelDays',
      '/voucherAdministratorEmail',
      '/voucherId',
    ]);
  });

  test.each([
    ['a missing key', { 'idempotency-key': undefined }, 'idempotency-key-missing'],
    ['a key with spaces', { 'idempotency-key': 'two words' }, 'malformed-request'],
    ['a long key', { 'idempotency-key': 'k'.repeat(201) }, 'malformed-request'],
    ['a key of the engagement’s own', { 'idempotency-key': 'savb:E-1:invoice:1:0:paid' }, 'malformed-request'],
  ])('%s', async (_what, headers, code) => {
    const { call, sent } = await openRig();
    const answer = await call('POST', notes, { payload: note, headers });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ type: `/problems/${code}` });
    expect(sent).toStrictEqual([]);
  });
});

test('more than 64 kB are too large', async () => {
  const { call } = await openRig();
  const answer = await call('POST', notes, { payload: { text: 'x'.repeat(66_000) } });
  expect(answer.statusCode).toBe(413);
  expect(answer.json()).toMatchObject({ type: '/problems/too-large', detail: 'the body has more than 64 kB' });
});

test.each(['text/plain', 'application/xml', 'multipart/form-data'])('%s is not taken', async (type) => {
  const { call } = await openRig();
  const answer = await call('POST', notes, { payload: 'text=a', headers: { 'content-type': type } });
  expect(answer.statusCode).toBe(415);
});

describe('who may say what', () => {
  test.each([
    ['an unknown engagement', '/v1/engagements/E-2/notes'],
    ['an unknown task', '/v1/tasks/E-1:voucherMissing:9/claim'],
    ['a foreign engagement', notes],
    ['a foreign task', `/v1/tasks/${TASK.taskId}/claim`],
  ])('%s is not there', async (_what, url) => {
    const { call, sent } = await openRig();
    const payload = url.endsWith('notes') ? note : {};
    const answer = await call('POST', url, { payload, claims: partnerAdmin('fabrikam') });
    expect(answer.statusCode).toBe(404);
    expect(sent).toStrictEqual([]);
  });

  test('a role that may not is told which may', async () => {
    const { call, sent } = await openRig();
    const claims = { roles: ['consultant'], partnerId: 'contoso' };
    const answer = await call('POST', '/v1/engagements/E-1/redemption', { payload: { confirmed: true }, claims });
    expect(problemIn(answer)).toStrictEqual({
      status: 403,
      type: 'application/problem+json',
      problem: {
        type: '/problems/forbidden',
        title: 'Your role may not do this',
        status: 403,
        detail: 'this is for operator, partnerAdmin, globalAdmin',
        instance: '/v1/engagements/E-1/redemption',
      },
    });
    expect(sent).toStrictEqual([]);
  });
});

describe('If-Match', () => {
  test.each(['"3"', '"2", "3"', '*'])('%s lets a message on version 3 pass', async (ifMatch) => {
    const { call, sent } = await openRig();
    const answer = await call('POST', notes, { payload: note, headers: { 'if-match': ifMatch } });
    expect([answer.statusCode, sent.length]).toStrictEqual([200, 1]);
  });

  test.each(['"2"', 'W/"3"', '3'])('%s does not, and nothing is sent', async (ifMatch) => {
    const { call, sent } = await openRig();
    const answer = await call('POST', notes, { payload: note, headers: { 'if-match': ifMatch } });
    expect([answer.statusCode, sent.length]).toStrictEqual([412, 0]);
  });

  test.each([
    ['"3"', 412],
    ['"3-forgotten"', 200],
  ])('%s is a %i on version 3 once its customer is forgotten', async (ifMatch, status) => {
    const view = async () => ({ ...VIEW, customer: { name: FORGOTTEN, country: 'SE' } });
    const { call } = await openRig({ records: { engagements: { view } } });
    const answer = await call('POST', notes, { payload: note, headers: { 'if-match': ifMatch } });
    expect(answer.statusCode).toBe(status);
  });

  test.each([
    ['voucher-extension', { addDays: 30, reason: 'COVID-19' }],
    ['payment-request-correction', { changes: { locationId: 'contoso-se' }, reason: 'location closed' }],
    ['rules', { rulebook: '2021-04', reason: 'retirement' }],
  ])('is required where an operator corrects what was read: %s', async (route, payload) => {
    const { call, sent } = await openRig();
    const answer = await call('POST', `/v1/engagements/E-1/${route}`, { payload });
    expect([answer.statusCode, sent.length]).toStrictEqual([428, 0]);
  });

  test.each([
    ['E-1', '"2"', 412],
    ['E-2', '*', 404],
    ['E-9', '*', 404],
  ])('holds a start as well: %s with %s is a %i', async (engagementId, ifMatch, status) => {
    const recordedSince = jest.fn();
    const view = async (id: string) => ({ 'E-1': VIEW, 'E-9': { ...VIEW, partnerId: 'fabrikam' } })[id];
    const { call } = await openRig({ records: { engagements: { view, recordedSince } } });
    const payload = { engagementId, partnerId: 'contoso', engagementType: 'windowsOffice', customer: VIEW.customer };
    const headers = { 'if-match': ifMatch };
    const answer = await call('POST', '/v1/engagements', { payload, headers, claims: partnerAdmin('contoso') });
    expect(answer.statusCode).toBe(status);
    expect(recordedSince).not.toHaveBeenCalled();
  });

  test('a repeat keeps its answer though the version has moved on', async () => {
    const payload = { addDays: 30, reason: 'COVID-19' };
    const document = { fingerprint: fingerprintOf('extendVoucher', payload), events: [] };
    const recordedSince = async () => [document] as never;
    const { call, sent } = await openRig({ records: { engagements: { recordedSince } } });
    const answer = await call('POST', extension, { payload, headers: { 'if-match': '"2"' } });
    expect([answer.statusCode, sent.length]).toStrictEqual([200, 0]);
    const other = await call('POST', extension, {
      payload: { ...payload, addDays: 31 },
      headers: { 'if-match': '"2"' },
    });
    expect(other.json()).toMatchObject({ status: 422, type: '/problems/idempotency-key-reused' });
  });
});

describe('the answer', () => {
  const answering = async (outcome: Outcome, headers: Record<string, string> = {}) => {
    const rig = await openRig({ outcome });
    return rig.call('POST', notes, { payload: note, headers });
  };

  test('a refusal is a problem with its rule and with what is awaited', async () => {
    const awaiting = { message: 'assignVoucher', from: 'customer', until: '2020-08-01T00:00:00.000Z' };
    const no = { ...refusal('wrong-stage', 'too early', { text: 'not now' }), awaiting };
    expect(problemIn(await answering({ kind: 'refused', refusal: no }))).toStrictEqual({
      status: 409,
      type: 'application/problem+json',
      problem: {
        type: '/problems/wrong-stage',
        title: 'Not in this stage',
        status: 409,
        detail: 'too early',
        instance: notes,
        errors: [{ pointer: '/text', message: 'not now' }],
        awaiting,
        rule: 'The steps of an engagement follow one another.',
      },
    });
  });

  test('without a verdict it is 202 and the address of the outcome', async () => {
    const answer = await answering({ kind: 'accepted', cause: new Error('deadline') }, { 'idempotency-key': 'a/b%' });
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe('/v1/engagements/E-1/messages/a%2Fb%25');
    expect(answer.json()).toStrictEqual({ status: 'accepted', messageId: 'a/b%' });
  });

  test.each<[string, Outcome, number, string]>([
    ['too many at once', { kind: 'busy' }, 429, 'busy'],
    ['Temporal down', { kind: 'unavailable', cause: new Error('UNAVAILABLE') }, 503, 'unavailable'],
  ])('%s: try again later', async (_what, outcome, status, code) => {
    const answer = await answering(outcome);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toMatchObject({ type: `/problems/${code}` });
  });

  test('an engagement that is over', async () => {
    const answer = await answering({ kind: 'closed' });
    expect(answer.json()).toMatchObject({ status: 409, type: '/problems/engagement-closed' });
  });

  test('an engagement that is on no record', async () =>
    expect((await answering({ kind: 'unknown' })).statusCode).toBe(404));
});

describe('a message the record knows', () => {
  const withRecord = (outcome: Outcome, document: object) =>
    openRig({ outcome, records: { engagements: { recordedSince: async () => [document] as never } } });
  const fingerprint = fingerprintOf('addNote', note);

  test('keeps its answer when the engagement is over', async () => {
    const { call } = await withRecord({ kind: 'closed' }, { fingerprint, events: [] });
    expect((await call('POST', notes, { payload: note })).statusCode).toBe(200);
  });

  test('keeps its refusal when the engagement is over', async () => {
    const no = refusal('wrong-stage', 'wait');
    const events = [{ type: 'MessageRefused', data: { message: 'addNote', refusal: no } }];
    const { call } = await withRecord({ kind: 'closed' }, { fingerprint, events });
    expect((await call('POST', notes, { payload: note })).json()).toMatchObject({ status: 409, detail: 'wait' });
  });

  test('is not another message by the same key, even while nobody answers', async () => {
    const { call } = await withRecord({ kind: 'accepted' }, { fingerprint: 'other', events: [] });
    const answer = await call('POST', notes, { payload: note });
    expect(answer.json()).toMatchObject({ status: 422, type: '/problems/idempotency-key-reused' });
  });
});

test('respond-async just stores the message', async () => {
  const { call, sent } = await openRig({ outcome: { kind: 'accepted' } });
  const headers = { prefer: 'wait=5, Respond-Async; x=1' };
  const answer = await call('POST', notes, { payload: note, headers });
  expect(answer.statusCode).toBe(202);
  expect(answer.headers['preference-applied']).toBe('respond-async');
  expect(sent[0]?.options.respondAsync).toBe(true);
});

describe('while MongoDB is down', () => {
  const records = { engagements: { view: mongoDown, recordedSince: mongoDown, outcomeOf: mongoDown } };
  const outcome = { kind: 'accepted' } as const;

  test('an operator’s message is stored with the workflow: a durable 202', async () => {
    const { call, sent } = await openRig({ records, outcome });
    expect((await call('POST', notes, { payload: note })).statusCode).toBe(202);
    expect(sent).toHaveLength(1);
  });

  test('an applied message that cannot be shown is a 202 too', async () => {
    const { call } = await openRig({ records });
    expect((await call('POST', notes, { payload: note })).statusCode).toBe(202);
  });

  test.each([
    ['a partner, whose tenancy cannot be proven', notes, note, { claims: partnerAdmin('contoso') }],
    ['If-Match, which cannot be compared', notes, note, { headers: { 'if-match': '"3"' } }],
    ['a message that requires If-Match', extension, { addDays: 1, reason: 'x' }, {}],
  ])('%s: 503 and nothing is sent', async (_what, url, payload, more) => {
    const { call, sent } = await openRig({ records, outcome });
    const answer = await call('POST', url, { payload, ...more });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toMatchObject({ type: '/problems/unavailable' });
    expect(sent).toStrictEqual([]);
  });

  test.each(['/v1/engagements/E-1', '/v1/engagements/E-1/timeline', '/v1/engagements/E-1/messages/m'])(
    'reading %s is a 503',
    async (url) => {
      const { call } = await openRig({ records });
      expect((await call('GET', url)).statusCode).toBe(503);
    },
  );
});
