import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Binary, BSON, ObjectId } from 'mongodb';
import { createEngagementDesk } from '../../activities/engagementDesk';
import type { Dependencies } from '../../activities/dependencies';
import type { RecordedMessage } from '../../domain/engagement/events';
import { evolveAll } from '../../domain/engagement/evolve';
import { isForgotten } from '../../domain/engagement/forget';
import type { Engagement } from '../../domain/engagement/state';
import { viewOf } from '../../domain/engagement/view';
import { hear } from '../support/given';
import { cancelled, customerUpdated, operator, path, payloads, type Told } from '../support/story';
import { createErasure } from '../../records/erasure';
import { fingerprintOf } from '../../records/fingerprint';
import { loadRates, loadRulebooks } from '../../records/rulebooks';
import { recordStart } from '../../records/start';
import { added, batchStatus, batchSubmitted, memberNo, sent, split, tellBatch } from '../support/batchStory';
import { hearBatch } from '../support/batchGiven';
import type { TaskRow } from '../../records/tasks';
import { openedRecords } from './opened';
import { claimed, found, task } from './samples';

const opened = openedRecords();
const db = () => opened().db;
const records = () => opened().records;

/** No workflow is open. */
const ended = async () => false;
const forget = (customerId: string) => records().erasure.forget({ customerId }, ended);

const AT = '2020-08-31T10:00:00.000Z';
const CUSTOMER = 'kanarie-customer';
const LICENSING = 'kanarie-licensing';
const WORDS = 'kanarie-words about a person';

/** What an engagement of a customer was told, and what that led to. */
function recordOf(engagementId: string, customerId: string, story: readonly Told[]): RecordedMessage[] {
  const documents: RecordedMessage[] = [];
  for (const told of story) {
    const before = documents.length > 0 ? evolveAll(documents) : undefined;
    const { messageId, fingerprint, name: message } = told.message;
    const { events } = hear(before, told);
    documents.push({ engagementId: 'E-1', fromVersion: before?.version ?? 0, messageId, fingerprint, message, events });
  }
  const text = JSON.stringify(documents).replaceAll('"E-1"', JSON.stringify(engagementId));
  return JSON.parse(text.replaceAll('"customerId":"fabrikam"', `"customerId":"${customerId}"`)) as RecordedMessage[];
}

const PAID = [
  ...path.awaitingVoucher,
  customerUpdated({ name: 'Kanarie Group', licensingId: LICENSING }, { on: '2020-07-02' }),
  ...path.paid.slice(1),
];

async function putOnRecord(engagementId: string, story: readonly Told[], customerId = CUSTOMER): Promise<void> {
  const documents = recordOf(engagementId, customerId, story);
  for (const document of documents) await records().engagements.record(document);
  await records().engagements.project(viewOf(evolveAll(documents)!));
}

/** Everything else that is kept of an engagement somewhere. */
async function keepElsewhere(engagementId: string): Promise<void> {
  const { deliverables, notices, answers, claims, engagements, paymentRequests } = records();
  const stream = Readable.from([Buffer.from(`the plan: ${WORDS}`)]);
  const upload = { engagementId, name: 'plan.docx', at: AT, uploadedBy: 'eva.lind', maxBytes: 1_000 };
  await deliverables.upload({ ...upload, stream });
  const notice = {
    noticeId: `engagement:${engagementId}:3:partner`,
    to: 'kanarie@canary.example',
    subject: WORDS,
    text: WORDS,
  };
  await notices.begin(notice, AT);
  await notices.finish(notice.noticeId, 1, { status: 'failed', why: WORDS }, AT);
  const name = { tenant: 'staff', route: `POST /v1/engagements/${engagementId}/notes`, key: 'k-1' };
  const answer = { fingerprint: 'f'.repeat(64), status: 200, headers: {}, body: JSON.stringify({ text: WORDS }) };
  await answers.keep(name, { ...answer, about: `engagement:${engagementId}` }, new Date());
  await claims.take({ kind: 'fifteenDay', key: `customer:${CUSTOMER}:windowsOffice` }, engagementId, 'm-1');
  await engagements.recordOutcome(engagementId, { messageId: 'm-again', fingerprint: 'e'.repeat(64), at: AT });
  const wanted = { reference: `${engagementId}:invoice:1`, engagementId, partnerId: 'contoso', year: 2020, at: AT };
  await paymentRequests.claimInvoiceNumber(wanted);
}

/** Collections in which one of these is found, with the rows. */
async function foundIn(words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const { collectionName } of await db().collections()) {
    const rows = await db().collection(collectionName).find().toArray();
    const text = Buffer.from(BSON.serialize({ rows })).toString('utf8');
    if (words.some((word) => text.includes(word))) found.push(collectionName);
  }
  return found.sort();
}

const PERSONAL = [CUSTOMER, LICENSING, 'Kanarie Group', 'kanarie@canary.example', WORDS, 'it@fabrikam.example'];

beforeEach(async () => {
  for (const { collectionName } of await db().collections())
    if (collectionName !== 'migrations') await db().collection(collectionName).deleteMany({});
});

test('whatever is personal about a customer goes, wherever it is kept, and the ledger stays', async () => {
  await putOnRecord('e-paid', PAID);
  await putOnRecord('e-other', path.paid, 'another-customer');
  await keepElsewhere('e-paid');
  const ledger = async () => {
    const { paymentRequest, redemption, stage, version } = (await records().engagements.view('e-paid'))!;
    const invoices = await db().collection('paymentRequests').find().toArray();
    const stamps = (await records().engagements.timeline('e-paid')).map(({ data: _data, ...stamp }) => stamp);
    return { paymentRequest, redemption, stage, version, invoices, stamps };
  };
  const before = await ledger();
  const other = await records().engagements.timeline('e-other');
  expect(await foundIn(PERSONAL)).toStrictEqual([
    'claims',
    'deliverables.chunks',
    'engagementEvents',
    'engagements',
    'idempotency',
    'notices',
  ]);
  expect(await forget(CUSTOMER)).toStrictEqual({ forgotten: ['e-paid'] });
  expect(await foundIn(PERSONAL)).toStrictEqual([]);
  expect(await ledger()).toStrictEqual(before);
  expect(isForgotten((await records().engagements.view('e-paid'))!.customer)).toBe(true);
  expect(await records().deliverables.list('e-paid')).toStrictEqual([]);
  expect(await records().engagements.timeline('e-other')).toStrictEqual(other);
  expect(await records().engagements.view('e-other')).toMatchObject({ customer: { customerId: 'another-customer' } });
});

test.each([CUSTOMER, LICENSING])('the customer is known by an id: %s', async (id) => {
  await putOnRecord('e-paid', PAID);
  expect(await forget(id)).toStrictEqual({ forgotten: ['e-paid'] });
});

test.each(['Kanarie Group', CUSTOMER.toUpperCase(), '[forgotten]', 'nobody'])(
  'nobody is forgotten by %s',
  async (name) => {
    await putOnRecord('e-paid', PAID);
    expect(await forget(name)).toStrictEqual({ forgotten: [] });
    expect(await foundIn([CUSTOMER])).toStrictEqual(['engagementEvents', 'engagements']);
  },
);

test('nothing is forgotten as long as an engagement of the customer is open', async () => {
  await putOnRecord('e-paid', PAID);
  await putOnRecord('e-2', path.reserved);
  await putOnRecord('e-1', path.awaitingVoucher);
  const before = await foundIn([CUSTOMER]);
  expect(await forget(CUSTOMER)).toStrictEqual({ open: ['e-1', 'e-2'] });
  expect(await foundIn([CUSTOMER])).toStrictEqual(before);
  expect((await records().engagements.view('e-paid'))?.customer.name).toBe('Kanarie Group');
});

test('what was begun and not finished is finished by the next try, and a further one finds nothing', async () => {
  await putOnRecord('e-paid-1', PAID);
  await putOnRecord('e-paid-2', PAID);
  await keepElsewhere('e-paid-2');
  const { answers } = records();
  const failing = async (about: readonly string[]) => {
    if (about.includes('engagement:e-paid-2')) throw new Error('MongoDB is away');
    await answers.forget(about);
  };
  const broken = createErasure(db(), { ...records(), answers: { forget: failing } });
  await expect(broken.forget({ customerId: CUSTOMER }, ended)).rejects.toThrow('MongoDB is away');
  expect(await forget(CUSTOMER)).toStrictEqual({ forgotten: ['e-paid-2'] });
  expect(await foundIn(PERSONAL)).toStrictEqual([]);
  expect(await forget(CUSTOMER)).toStrictEqual({ forgotten: [] });
});

test('a task shows what it was about no more', async () => {
  await putOnRecord('e-paid', PAID);
  const row = { taskId: 'e-paid:voucherMissing:1', kind: 'voucherMissing', status: 'resolved', partnerId: 'contoso' };
  const tasks = db().collection('tasks');
  const { insertedId } = await tasks.insertOne({
    _id: row.taskId as never,
    ...row,
    engagementId: 'e-paid',
    version: 3,
    instructions: WORDS,
  });
  await forget(CUSTOMER);
  expect(await tasks.findOne({ _id: insertedId })).toMatchObject({ ...row, instructions: '[forgotten]' });
});

describe('a customer is found', () => {
  const known = (licensingId: string, on: string) => customerUpdated({ licensingId }, { on });

  test.each(['licensing-1', 'licensing-2', CUSTOMER])('by an id that it had earlier: %s', async (id) => {
    const story = [...path.awaitingVoucher, known('licensing-1', '2020-07-02'), known('licensing-2', '2020-07-03')];
    await putOnRecord('e-1', [...story, cancelled()]);
    await putOnRecord('e-other', [...path.voucherAssigned, cancelled()], 'another-customer');
    expect(await forget(id)).toStrictEqual({ forgotten: ['e-1'] });
    expect(await foundIn([CUSTOMER, 'licensing-1', 'licensing-2'])).toStrictEqual([]);
  });

  test('by the id of an engagement, which alone is forgotten', async () => {
    await putOnRecord('e-paid-1', PAID);
    await putOnRecord('e-paid-2', PAID);
    const { erasure, engagements } = records();
    const named = { engagementId: 'e-paid-1' };
    expect(await erasure.forget(named, ended)).toStrictEqual({ forgotten: ['e-paid-1'] });
    expect(await erasure.forget(named, ended)).toStrictEqual({ forgotten: ['e-paid-1'] });
    expect(isForgotten((await engagements.view('e-paid-1'))!.customer)).toBe(true);
    expect((await engagements.view('e-paid-2'))!.customer.name).toBe('Kanarie Group');
  });

  test('by no id of an engagement that does not exist', async () => {
    expect(await records().erasure.forget({ engagementId: 'e-0' }, ended)).toStrictEqual({ forgotten: [] });
  });
});

test('nothing is forgotten as long as the workflow of one engagement is open', async () => {
  await putOnRecord('e-paid-1', PAID);
  await putOnRecord('e-paid-2', PAID);
  const isRunning = async (engagementId: string) => engagementId === 'e-paid-2';
  const erased = await records().erasure.forget({ customerId: CUSTOMER }, isRunning);
  expect(erased).toStrictEqual({ running: ['e-paid-2'] });
  expect((await records().engagements.view('e-paid-1'))?.customer.name).toBe('Kanarie Group');
});

describe('a workflow that never heard of it', () => {
  const told = [...path.voucherAssigned, cancelled()];
  const clear = () => evolveAll(recordOf('e-1', CUSTOMER, told))!;
  const people = [CUSTOMER, 'Fabrikam AB', 'it@fabrikam.example', 'kanarie'];

  beforeEach(async () => {
    await putOnRecord('e-1', told);
    expect(await foundIn(people)).not.toStrictEqual([]);
    await forget(CUSTOMER);
    expect(await foundIn(people)).toStrictEqual([]);
  });

  test.each<[string, Partial<Engagement>]>([
    ['without tasks', {}],
    [
      'with a task',
      { openTasks: [task({ engagementId: 'e-1', instructions: 'Call kanarie.' })] as Engagement['openTasks'] },
    ],
  ])('shows what it knows as forgotten: %s', async (_, differing) => {
    const { engagements } = records();
    const newer = viewOf({ ...clear(), version: 9, ...differing });
    await engagements.project(newer);
    expect(await engagements.view('e-1')).toMatchObject({
      version: 9,
      customer: { name: '[forgotten]', country: 'SE' },
    });
    expect(await foundIn(people)).toStrictEqual([]);
    expect(await engagements.list({ customer: 'Fabrikam AB', limit: 10 })).toStrictEqual({ items: [] });
    await engagements.show({ ...newer, version: 10 });
    await engagements.show({ ...newer, version: 8 });
    expect(await engagements.view('e-1')).toMatchObject({ version: 10, customer: { name: '[forgotten]' } });
    expect(await foundIn(people)).toStrictEqual([]);
  });

  /** The activity as a workflow calls it that was reset to its first event and holds that in clear. */
  function handle(letter: { name: string; messageId: string; payload: unknown }) {
    const desk = createEngagementDesk({
      records: records(),
      rulebooks: loadRulebooks(),
      rates: loadRates(),
      gateway: 'manual',
      notices: { audience: { operators: 'operators@programme.example' } },
    } as Dependencies);
    const begun = evolveAll(recordOf('e-1', CUSTOMER, path.awaitingVoucher))!;
    return async (state: Engagement = begun) => desk.handleMessage(state, { actor: operator, ...letter }, AT);
  }

  test('tells nobody’s name in notices, and puts none on record with what it hears', async () => {
    const note = handle({ name: 'addNote', messageId: 'm-late', payload: { text: 'kanarie called' } });
    const { documents, notices } = await note();
    expect(documents.map(({ message }) => message)).toStrictEqual(['assignVoucher', 'cancelEngagement']);
    expect(notices?.map(({ subject }) => subject)).toStrictEqual(['e-1: engagement with [forgotten] cancelled']);
    const late = await note(clear());
    expect(late).toMatchObject({
      answer: { refusal: { code: 'engagement-closed' } },
      documents: [{ messageId: 'm-late', forgotten: true, events: [{ data: { refusal: { detail: '[forgotten]' } } }] }],
    });
    expect((await records().engagements.all('e-1')).at(-1)).toStrictEqual(late.documents[0]);
    expect(await foundIn(people)).toStrictEqual([]);
    expect(people.filter((word) => JSON.stringify([notices, late]).includes(word))).toStrictEqual([]);
    expect(await records().engagements.timeline('e-1')).toHaveLength(clear().version + 1);
  });

  test.each(['what was said', 'anything else'])('a message is known by its id, whoever repeats %s', async (said) => {
    const { message } = cancelled();
    const payload = said === 'what was said' ? message.payload : { reason: said };
    const { answer } = await handle({ name: message.name, messageId: message.messageId, payload })();
    expect(answer).toMatchObject({ verdict: { status: 'applied', stage: 'cancelled' } });
    const recorded = (await records().engagements.all('e-1')).at(-1)!;
    expect(recorded.fingerprint).not.toBe(fingerprintOf(message.name, message.payload));
  });

  test('so is a message that changed nothing', async () => {
    await records().engagements.recordOutcome('e-1', { messageId: 'm-again', fingerprint: 'e'.repeat(64), at: AT });
    await records().erasure.forget({ engagementId: 'e-1' }, ended);
    const { answer } = await handle({ name: 'addNote', messageId: 'm-again', payload: { text: 'kanarie' } })(clear());
    expect(answer).toMatchObject({ verdict: { status: 'applied', repeated: true } });
  });

  test('a start that is repeated is the one on record, unless it differs in what is left', async () => {
    const { engagementId: _id, ...terms } = payloads.startEngagement;
    const sources = { records: records(), rulebooks: loadRulebooks() };
    const again = { ...terms, engagementId: 'e-1' };
    expect(await recordStart(sources, again, AT)).toMatchObject({ created: false });
    const elsewhere = { ...again, customer: { ...again.customer, country: 'NO' } };
    expect(await recordStart(sources, elsewhere, AT)).toMatchObject({ refusal: { code: 'already-done-differently' } });
  });
});

test('a notice that has not gone out does not go out any more', async () => {
  await putOnRecord('e-paid', PAID);
  const notice = { noticeId: 'engagement:e-paid:3:partner', to: 'kanarie@canary.example', subject: WORDS, text: WORDS };
  await records().notices.begin(notice, AT);
  await records().notices.finish(notice.noticeId, 1, { status: 'deferred', why: WORDS }, AT);
  await forget(CUSTOMER);
  expect(await records().notices.begin(notice, AT)).toStrictEqual({ settled: 'failed' });
  expect(await foundIn([WORDS])).toStrictEqual([]);
});

test('what people noted about differences of the books goes, by engagement, by reference and by batch', async () => {
  await putOnRecord('e-paid', PAID);
  await putInBatch(split(['E-2']));
  const { differenceTasks } = records();
  const differences = [
    found('elsewhere:1', { engagementId: 'e-paid' }),
    found('e-paid:invoice:1'),
    found('B-1:invoice:1', { batchId: 'B-1' }),
    found('e-other:invoice:1', { engagementId: 'e-other' }),
  ];
  await differenceTasks.follow(differences, AT);
  const rows = () => db().collection<TaskRow>('tasks').find().sort({ _id: 1 }).toArray();
  const ids = (await rows()).map(({ taskId }) => taskId);
  for (const taskId of ids)
    await differenceTasks.hear(claimed(taskId, { payload: { taskId, note: `${WORDS}, ${taskId}` } }), AT);
  await forget(CUSTOMER);
  const left = await rows();
  const telling = left.filter((row) => JSON.stringify(row).includes(WORDS));
  expect(telling.map(({ taskId }) => taskId)).toStrictEqual(['reconciliation:e-other:invoice:1:recordsDiffer:1']);
  expect(left.map(({ status, claimedBy }) => [status, claimedBy])).toStrictEqual(ids.map(() => ['open', 'sam']));
  const again = claimed(ids[0]!, { payload: { taskId: ids[0]!, note: 'other words' }, fingerprint: 'f-2' });
  expect(await differenceTasks.hear(again, AT)).toMatchObject({ task: { claimedBy: 'sam' } });
});

/** A batch that e-paid and others are in, or were, with a text in whatever was said. */
async function putInBatch(...more: Parameters<typeof hearBatch>[1][]): Promise<void> {
  const story = [
    added(memberNo(1, { engagementId: 'e-paid', reference: 'e-paid:invoice:1' })),
    added(memberNo(2)),
    tellBatch('addNote', { text: WORDS }),
    ...more,
  ];
  let state: Parameters<typeof hearBatch>[0];
  for (const told of story) {
    const { document, after } = hearBatch(state, told);
    await records().batches.record(document);
    state = after;
  }
}

test('what was written about a batch that the engagement was in goes, and what it asked for stays', async () => {
  await putOnRecord('e-paid', PAID);
  await putInBatch(
    sent(),
    batchSubmitted(),
    batchStatus({ status: 'rejected', note: WORDS }),
    split(['e-paid'], {}, WORDS),
  );
  await records().batches.recordOutcome('B-1', { messageId: 'm-again', fingerprint: 'e'.repeat(64), at: AT });
  const stamps = async () => (await records().batches.timeline('B-1')).map(({ data: _data, ...stamp }) => stamp);
  const before = await stamps();
  await db()
    .collection('tasks')
    .insertMany(
      (['open', 'resolved'] as const).map((status) => {
        const taskId = `batch:B-1:paymentHeld:${status}`;
        const row = { ...task({ taskId, status, instructions: status === 'open' ? 'Ask.' : WORDS }), batchId: 'B-1' };
        const { engagementId: _id, ...rest } = row;
        return { _id: taskId as never, ...rest, version: 1 };
      }),
    );
  expect(await foundIn([WORDS])).toStrictEqual(['batchEvents', 'tasks']);
  await forget(CUSTOMER);
  expect(await foundIn([WORDS, 'e'.repeat(64)])).toStrictEqual([]);
  expect(await stamps()).toStrictEqual(before);
  expect(await records().tasks.find('batch:B-1:paymentHeld:open')).toMatchObject({ instructions: 'Ask.' });
});

test('what a broken-off upload left behind goes, and nobody’s whose upload is under way or done', async () => {
  await putOnRecord('e-paid', PAID);
  await putOnRecord('e-other', path.paid, 'another-customer');
  await keepElsewhere('e-other');
  const chunks = db().collection('deliverables.chunks');
  const [done] = await chunks.find().toArray();
  const of = (minutesAgo: number) => ObjectId.createFromTime(Math.floor(Date.now() / 1_000) - minutesAgo * 60);
  const [abandoned, underWay] = [of(61), of(1)];
  const piece = (files_id: ObjectId, n: number) => ({ files_id, n, data: new Binary(Buffer.from(WORDS)) });
  await chunks.insertMany([piece(abandoned, 0), piece(abandoned, 1), piece(underWay, 0)]);
  const old = of(120);
  await db()
    .collection<{ _id: ObjectId }>('deliverables.files')
    .insertOne({
      _id: old,
      filename: 'e-other/old.docx',
      metadata: {
        engagementId: 'e-other',
        name: 'old.docx',
        sha256: createHash('sha256').update(WORDS).digest('hex'),
        uploadedAt: AT,
        uploadedBy: 'eva',
      },
    } as never);
  await chunks.insertOne(piece(old, 0));
  await forget(CUSTOMER);
  const left = (await chunks.find().toArray()).map(({ files_id }) => String(files_id));
  expect(left.sort()).toStrictEqual([String(done!['files_id']), String(underWay), String(old)].sort());
});
