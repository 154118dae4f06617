import { createHash, randomUUID } from 'node:crypto';
import { engagementWorkflowId } from '../../contracts/names';
import { addDays } from '../../domain/days';
import { eventually } from '../support/eventually';
import { openHouse, type House } from '../support/house';
import { mongoServer, temporalServer } from '../support/servers';
import { Caller, CONSULTANT, openApi, OPERATOR, PARTNER_ADMIN, startOf, STRANGER, type ApiHouse } from './apiHouse';

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

const plan = Buffer.from('the plan');
const digestOf = (content: Buffer) => `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;
const workflowOf = (engagementId: string) =>
  house.client.workflow.getHandle(engagementWorkflowId(engagementId)).describe();

test('an engagement goes its way through the API until SAVB has the invoice', async () => {
  const engagement = await Caller.start(api);
  const assigned = await engagement.assign();
  expect([assigned.status, assigned.body.stage, assigned.headers.get('etag')]).toStrictEqual([
    200,
    'voucherAssigned',
    `"${assigned.body.version}"`,
  ]);
  expect((await engagement.reserve()).body.stage).toBe('reserved');
  expect((await engagement.upload(plan, { 'content-digest': digestOf(plan) })).status).toBe(201);
  const reported = await engagement.say('completion-report', engagement.report, { as: CONSULTANT });
  expect(reported.body.stage).toBe('completionReported');
  const redeemed = await engagement.say('redemption', { confirmed: true }, { as: PARTNER_ADMIN });
  expect(redeemed.status).toBe(200);
  const { paymentRequest } = await eventually(
    () => engagement.view(),
    ({ stage }) => stage === 'paymentRequested',
  );
  expect(paymentRequest?.reference).toBe(`${engagement.engagementId}:invoice:1`);
  const { body } = await api.call('GET', `${engagement.route}/timeline`);
  const { items } = body as unknown as { items: { version: number }[] };
  expect(items.map(({ version }) => version)).toStrictEqual(items.map((_item, index) => index + 1));
});

describe('starting', () => {
  test('shows the engagement in Temporal: its customer, its search attributes', async () => {
    const { engagementId } = await Caller.start(api);
    const { staticSummary, typedSearchAttributes } = await workflowOf(engagementId);
    expect(await staticSummary()).toBe('Fabrikam AB · Windows and Office');
    const attributes = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(attributes).toMatchObject({
      EngagementStage: 'awaitingVoucher',
      PartnerId: 'contoso-services',
      EngagementType: 'windowsOffice',
      CustomerCountry: 'SE',
    });
  });

  test('a repeat is a 200 with the same engagement; other content under its id a 409', async () => {
    const body = startOf(`e-${randomUUID()}`);
    const first = await api.call('POST', '/v1/engagements', { body });
    const again = await api.call('POST', '/v1/engagements', { body, as: PARTNER_ADMIN });
    expect([first.status, again.status]).toStrictEqual([201, 200]);
    expect(again.body).toStrictEqual(first.body);
    expect(first.headers.get('location')).toBe(`/v1/engagements/${body.engagementId}`);
    const other = await api.call('POST', '/v1/engagements', { body: { ...body, serviceLevelDays: 10 } });
    expect([other.status, other.body.type]).toStrictEqual([409, '/problems/already-done-differently']);
  });

  test('without an id the same key names the same engagement', async () => {
    const { engagementId: _id, ...body } = startOf('');
    const key = randomUUID();
    const first = await api.call('POST', '/v1/engagements', { body, key });
    const again = await api.call('POST', '/v1/engagements', { body, key });
    const another = await api.call('POST', '/v1/engagements', { body });
    const other = await api.call('POST', '/v1/engagements', { body: { ...body, serviceLevelDays: 10 }, key });
    expect([other.status, other.body.type]).toStrictEqual([422, '/problems/idempotency-key-reused']);
    expect([first.status, again.status, another.status]).toStrictEqual([201, 201, 201]);
    expect([again.headers.get('idempotent-replayed'), again.body]).toStrictEqual(['true', first.body]);
    expect(another.body.engagementId).not.toBe(first.body.engagementId);
  });

  test.each([
    ['an unknown partner', { partnerId: 'nobody' }, 422, 'partner-unknown'],
    ['an unknown type', { engagementType: 'moonlanding' }, 422, 'engagement-type-unknown'],
    ['level 7', { serviceLevelDays: 7 }, 422, 'service-level-unknown'],
    ['a wrong type', { serviceLevelDays: 'five' }, 400, 'malformed-request'],
    ['an unknown field', { colour: 'red' }, 400, 'malformed-request'],
  ])('%s is refused', async (_what, changes, status, code) => {
    const body = { ...startOf(`e-${randomUUID()}`), ...changes };
    const answer = await api.call('POST', '/v1/engagements', { body });
    expect([answer.status, answer.body.type]).toStrictEqual([status, `/problems/${code}`]);
    expect((await api.call('GET', `/v1/engagements/${body.engagementId}`)).status).toBe(404);
  });

  test('partners start for themselves alone, consultants not at all', async () => {
    const body = startOf(`e-${randomUUID()}`);
    const [foreign, consultant] = await Promise.all(
      [STRANGER, CONSULTANT].map((as) => api.call('POST', '/v1/engagements', { body, as })),
    );
    expect([foreign?.status, consultant?.status]).toStrictEqual([403, 403]);
  });

  test('a repeat heals a workflow that is missing', async () => {
    const body = startOf(`e-${randomUUID()}`);
    await api.call('POST', '/v1/engagements', { body });
    await house.client.workflow.getHandle(engagementWorkflowId(body.engagementId)).terminate();
    expect((await api.call('POST', '/v1/engagements', { body })).status).toBe(200);
    expect((await workflowOf(body.engagementId)).status.name).toBe('RUNNING');
  });
});

describe('a message that is refused says why', () => {
  test('in the wrong stage: what is awaited instead', async () => {
    const engagement = await Caller.start(api);
    const { status, body } = await engagement.reserve();
    expect([status, body.type]).toStrictEqual([409, '/problems/wrong-stage']);
    expect(body.awaiting).toMatchObject({ message: 'assignVoucher', from: 'customer' });
  });

  test('level 7, and a level that was not agreed', async () => {
    const engagement = await Caller.start(api, { serviceLevelDays: undefined });
    const seven = await engagement.say('voucher-assignment', { ...engagement.voucher, serviceLevelDays: 7 });
    expect([seven.status, seven.body.type]).toStrictEqual([422, '/problems/service-level-unknown']);
    const agreed = await Caller.start(api);
    const ten = await agreed.say('voucher-assignment', { ...agreed.voucher, serviceLevelDays: 10 });
    expect([ten.status, ten.body.type]).toStrictEqual([422, '/problems/service-level-differs']);
  });

  test('a voucher held by another engagement', async () => {
    const [one, other] = await Promise.all([Caller.start(api), Caller.start(api)]);
    await one.assign();
    const answer = await other.say('voucher-assignment', one.voucher);
    expect([answer.status, answer.body.type]).toStrictEqual([409, '/problems/voucher-held']);
  });

  test.each([
    ['a wrong voucher e-mail', { voucherAdministratorEmail: 'other@fabrikam.example' }, 'voucher-mismatch'],
    ['a location in the wrong country', { locationId: 'contoso-de' }, 'location-not-in-country'],
    ['a consultant without exam', { consultantIds: ['max.berg'] }, 'consultant-not-qualified'],
    ['an unknown consultant', { consultantIds: ['nobody'] }, 'consultant-unknown'],
    [
      'a schedule past expiry',
      { scheduledEnd: addDays(new Date().toISOString().slice(0, 10), 181) },
      'schedule-past-expiry',
    ],
  ])('%s', async (_what, changes, code) => {
    const engagement = await Caller.start(api);
    await engagement.assign();
    const answer = await engagement.reserve(changes);
    expect([answer.status, answer.body.type]).toStrictEqual([422, `/problems/${code}`]);
    expect((await engagement.view()).stage).toBe('voucherAssigned');
  });

  test('a redemption before the report, a report without its deliverable', async () => {
    const engagement = await Caller.start(api);
    await engagement.assign();
    await engagement.reserve();
    const early = await engagement.say('redemption', { confirmed: true }, { as: PARTNER_ADMIN });
    expect([early.status, early.body.type]).toStrictEqual([409, '/problems/report-missing']);
    const bare = await engagement.say('completion-report', engagement.report, { as: CONSULTANT });
    expect([bare.status, bare.body.type]).toStrictEqual([422, '/problems/deliverable-missing']);
  });

  test('an expired token, none, and another partner’s', async () => {
    const engagement = await Caller.start(api);
    const expired = await engagement.assign({ as: { ...OPERATOR, expiresIn: -60 } });
    const none = await engagement.assign({ headers: { authorization: '' } });
    const foreign = await engagement.assign({ as: STRANGER });
    expect([expired.status, none.status, foreign.status]).toStrictEqual([401, 401, 404]);
    expect((await engagement.view()).version).toBe(1);
  });
});

describe('deliverables', () => {
  test('a wrong digest and 26 MB keep nothing', async () => {
    const engagement = await Caller.start(api);
    const wrong = await engagement.upload(plan, { 'content-digest': digestOf(Buffer.from('other')) });
    const large = await engagement.upload(Buffer.alloc(26 * 1024 * 1024));
    expect([wrong.body.type, large.body.type]).toStrictEqual(['/problems/digest-mismatch', '/problems/too-large']);
    expect(await api.records.deliverables.list(engagement.engagementId)).toStrictEqual([]);
  });

  test('25 MB come back as they went', async () => {
    const engagement = await Caller.start(api);
    const content = Buffer.alloc(25 * 1024 * 1024, 'planning ');
    expect((await engagement.upload(content)).status).toBe(201);
    const headers = { authorization: `Bearer ${await api.token(OPERATOR)}` };
    const file = `${engagement.route}/deliverables/plan.pdf`;
    const fetched = await api.send(file, { headers });
    expect(fetched.status).toBe(200);
    expect(fetched.headers.get('content-digest')).toBe(digestOf(content));
    expect(digestOf(Buffer.from(await fetched.arrayBuffer()))).toBe(digestOf(content));
    const etag = fetched.headers.get('etag')!;
    const again = await api.send(file, { headers: { ...headers, 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  test('what the report names keeps its content', async () => {
    const engagement = await Caller.start(api);
    await engagement.assign();
    await engagement.reserve();
    await engagement.upload(plan);
    await engagement.say('completion-report', engagement.report, { as: CONSULTANT });
    const [other, same] = [await engagement.upload(Buffer.from('another plan')), await engagement.upload(plan)];
    expect([other.status, other.body.type, same.status]).toStrictEqual([
      409,
      '/problems/already-done-differently',
      200,
    ]);
  });
});

describe('saying it again', () => {
  test('under the same key: the same answer and one effect', async () => {
    const engagement = await Caller.start(api);
    const key = randomUUID();
    const [first, again] = [await engagement.assign({ key }), await engagement.assign({ key })];
    expect([first.status, again.status]).toStrictEqual([200, 200]);
    expect(again.body).toStrictEqual(first.body);
  });

  test('other content under the same key is a 422', async () => {
    const engagement = await Caller.start(api);
    const key = randomUUID();
    await engagement.say('notes', { text: 'one' }, { key });
    const other = await engagement.say('notes', { text: 'two' }, { key });
    expect([other.status, other.body.type]).toStrictEqual([422, '/problems/idempotency-key-reused']);
    const later = await engagement.say('notes', { text: 'two' }, { key, headers: { prefer: 'respond-async' } });
    expect(later.status).toBe(422);
  });

  test('with respond-async it is 202, and the outcome is found at its address', async () => {
    const engagement = await Caller.start(api);
    const headers = { prefer: 'respond-async' };
    const stored = await engagement.say('voucher-assignment', engagement.voucher, { headers });
    const refused = await engagement.say('redemption', { confirmed: true }, { headers });
    expect([stored.status, refused.status]).toStrictEqual([202, 202]);
    const outcome = (answer: typeof stored) =>
      eventually(
        async () => (await api.call('GET', answer.headers.get('location')!)).body as unknown as { status: string },
        ({ status }) => status !== 'pending',
      );
    expect((await outcome(stored)).status).toBe('applied');
    expect(await outcome(refused)).toMatchObject({ status: 'refused', reason: { code: 'report-missing' } });
  });

  test('twenty messages at once are each applied once, or told to come again', async () => {
    const engagement = await Caller.start(api);
    const keys = Array.from({ length: 20 }, () => randomUUID());
    const answers = await Promise.all(keys.map((key) => engagement.say('notes', { text: key }, { key })));
    expect(answers.every(({ status }) => [200, 202, 429].includes(status))).toBe(true);
    for (const [index, { status }] of answers.entries())
      if (status === 429) await engagement.say('notes', { text: keys[index] }, { key: keys[index] });
    await eventually(
      () => engagement.view(),
      ({ version }) => version === 21,
    );
  });
});

test('an engagement that is over answers 409, and a known message its answer', async () => {
  const engagement = await Caller.start(api);
  const key = randomUUID();
  const cancelled = await engagement.say('cancellation', { reason: 'the customer changed plans' }, { key });
  expect([cancelled.status, cancelled.body.stage]).toStrictEqual([200, 'cancelled']);
  await house.client.workflow.getHandle(engagementWorkflowId(engagement.engagementId)).result();
  const late = await engagement.say('notes', { text: 'too late' });
  expect([late.status, late.body.type]).toStrictEqual([409, '/problems/engagement-closed']);
  const again = await engagement.say('cancellation', { reason: 'the customer changed plans' }, { key });
  expect(again.status).toBe(200);
});

test('a message to an engagement whose workflow is gone starts it anew, and is applied', async () => {
  const engagement = await Caller.start(api);
  await house.client.workflow.getHandle(engagementWorkflowId(engagement.engagementId)).terminate();
  expect((await engagement.assign()).status).toBe(202);
  const { stage } = await eventually(
    () => engagement.view(),
    ({ version }) => version > 1,
  );
  expect(stage).toBe('voucherAssigned');
});

describe('tasks', () => {
  test('a voucher extension needs the version that was read', async () => {
    const engagement = await Caller.start(api);
    const { headers } = await engagement.assign();
    const extension = { addDays: 30, reason: 'extended by Microsoft' };
    const [none, stale] = [
      await engagement.say('voucher-extension', extension),
      await engagement.say('voucher-extension', extension, { headers: { 'if-match': '"1"' } }),
    ];
    expect([none.status, stale.status]).toStrictEqual([428, 412]);
    const fresh = await engagement.say('voucher-extension', extension, {
      headers: { 'if-match': headers.get('etag')! },
    });
    expect([fresh.status, fresh.body.voucher?.expiresOn]).toStrictEqual([200, addDays(engagement.today, 210)]);
  });

  test('a task is listed to its partner, claimed, and resolved', async () => {
    const engagement = await Caller.start(api);
    await engagement.assign();
    const reservedOn = engagement.today;
    await engagement.reserve({ reservedOn });
    await engagement.upload(plan);
    const startedOn = addDays(reservedOn, -1);
    await engagement.say('completion-report', { ...engagement.report, startedOn }, { as: CONSULTANT });
    const query = `/v1/tasks?status=open&kind=engagementStartedEarly`;
    const mine = await api.call('GET', query, { as: PARTNER_ADMIN });
    const { items } = mine.body as unknown as { items: { taskId: string; engagementId: string }[] };
    const taskId = `${engagement.engagementId}:engagementStartedEarly:1`;
    expect(items.map((task) => task.taskId)).toContain(taskId);
    expect((await api.call('GET', query, { as: STRANGER })).body).toStrictEqual({ items: [] });
    const held = await engagement.say('redemption', { confirmed: true }, { as: PARTNER_ADMIN });
    expect([held.status, held.body.type]).toStrictEqual([409, '/problems/held-by-task']);
    const claimed = await api.call('POST', `/v1/tasks/${taskId}/claim`, { body: {} });
    expect(claimed.body.tasks).toMatchObject([{ taskId, claimedBy: 'olle' }]);
    const resolved = await api.call('POST', `/v1/tasks/${taskId}/resolution`, {
      body: { resolution: 'proceedAtRisk' },
    });
    expect(resolved.body.tasks).toStrictEqual([]);
    expect(resolved.body.paymentAtRisk).toStrictEqual({ reasons: ['engagementStartedEarly'] });
  });
});
