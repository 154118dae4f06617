import { Collection, Long, MongoClient, type Db } from 'mongodb';
import { openRecords, type Records } from '../../records/connect';
import { migrate } from '../../records/migrations/migrate';
import { createPartners } from '../../records/partners';
import {
  ANSWER_COLLECTIONS,
  API_KEY_COLLECTIONS,
  AUDIT_COLLECTIONS,
  SESSION_COLLECTIONS,
  WEBHOOK_COLLECTIONS,
} from '../../records/migrations/callers';
import { INVOICE_COLLECTIONS, NOTICE_COLLECTIONS } from '../../records/migrations/documents';
import { FIRST_COLLECTIONS } from '../../records/migrations/first';
import { BATCH_COLLECTIONS, PARTNER_COLLECTIONS } from '../../records/migrations/subjects';
import { createTasks } from '../../records/tasks';
import { contoso } from '../support/partner';
import { mongoServer } from '../support/servers';
import { AT, recordedMessage, task, view } from './samples';

const server = mongoServer();
let client: MongoClient;

beforeAll(async () => {
  client = await new MongoClient(server().uri).connect();
});
afterAll(() => client.close());

/** An empty database of its own, so that a test may migrate it. */
const database = (name: string): Db => client.db(`${client.db().databaseName}-${name}`);

const COLLECTIONS = [
  ...FIRST_COLLECTIONS,
  ...NOTICE_COLLECTIONS,
  ...PARTNER_COLLECTIONS,
  ...BATCH_COLLECTIONS,
  ...INVOICE_COLLECTIONS,
  ...API_KEY_COLLECTIONS,
  ...ANSWER_COLLECTIONS,
  ...AUDIT_COLLECTIONS,
  ...WEBHOOK_COLLECTIONS,
  ...SESSION_COLLECTIONS,
];

async function indexesOf(db: Db) {
  const named = COLLECTIONS.map(async ({ name }) => [
    name,
    (await db.collection(name).indexes()).map((index) => index.name).toSorted(),
  ]);
  return Object.fromEntries(await Promise.all(named)) as Record<string, string[]>;
}

const INDEXES = {
  engagementEvents: ['_id_', 'changedLicensingId', 'customerId', 'licensingId', 'message', 'version'],
  messageOutcomes: ['_id_', 'message'],
  engagements: ['_id_', 'customer', 'due', 'openTasks', 'partner', 'stage', 'stageDue', 'voucher'],
  tasks: ['_id_', 'batch', 'due', 'dueOfAll', 'engagement', 'kind', 'partner', 'status'],
  vouchers: ['_id_'],
  claims: ['_id_'],
  partners: ['_id_', 'due', 'name'],
  paymentRequests: ['_id_', 'number'],
  'deliverables.files': ['_id_', 'engagement', 'filename_1_uploadDate_1', 'revision'],
  'deliverables.chunks': ['_id_', 'files_id_1_n_1'],
  notices: ['_id_'],
  partnerEvents: ['_id_', 'message', 'version'],
  partnerMessageOutcomes: ['_id_', 'message'],
  idempotency: ['_id_', 'about', 'expiry'],
  batchEvents: ['_id_', 'member', 'message', 'version'],
  batchMessageOutcomes: ['_id_', 'message'],
  batches: ['_id_', 'group', 'partner', 'stage'],
  'invoices.files': ['_id_', 'filename_1_uploadDate_1', 'reference'],
  'invoices.chunks': ['_id_', 'files_id_1_n_1'],
  apiKeys: ['_id_', 'message', 'partner', 'sha256'],
  audit: ['_id_', 'about', 'code', 'subject', 'tenant'],
  webhooks: ['_id_', 'message', 'partner', 'slot'],
  webhookDeliveries: ['_id_'],
  endedSessions: ['_id_', 'expiry'],
};

const STEPS = [
  '0001-first-collections',
  '0002-notices',
  '0003-partners',
  '0004-batches',
  '0005-tasks-of-reconciliation',
  '0006-invoices',
  '0007-api-keys',
  '0008-idempotency',
  '0009-audit',
  '0010-webhooks',
  '0011-deliverable-revisions',
  '0012-customers-by-earlier-ids',
  '0013-most-urgent-of-a-stage',
  '0014-most-urgent-tasks',
  '0015-partners-by-name',
  '0016-ended-sessions',
];

test('an empty database gets every collection and index, and each step is recorded', async () => {
  const db = database('empty');
  await migrate(db);
  expect(await indexesOf(db)).toStrictEqual(INDEXES);
  const steps = await db.collection('migrations').find().toArray();
  expect(steps).toStrictEqual(STEPS.map((_id) => ({ _id, appliedAt: expect.any(Date) as Date })));
});

test('several processes may migrate at once', async () => {
  const db = database('at-once');
  await Promise.all([migrate(db), migrate(db), migrate(db), migrate(db)]);
  expect(await indexesOf(db)).toStrictEqual(INDEXES);
  expect(await db.collection('migrations').countDocuments()).toBe(STEPS.length);
});

test('what was applied is not applied again', async () => {
  const db = database('again');
  await migrate(db);
  await db.collection('tasks').dropIndex('kind');
  await migrate(db);
  expect((await indexesOf(db)).tasks).not.toContain('kind');
});

test('a partner of old is found by its name after it, as it was, also one that changed meanwhile', async () => {
  const db = database('partners-of-old');
  await migrate(db);
  const partners = createPartners(db, createTasks(db));
  const partner = { ...contoso, version: 1, tasks: [], registeredAt: AT, updatedAt: AT };
  await partners.project(partner);
  await db.collection('partners').updateMany({}, { $unset: { lookup: '' } });
  await db.collection<{ _id: string }>('migrations').deleteOne({ _id: '0015-partners-by-name' });
  expect(await partners.list({ name: 'contoso s', limit: 2 })).toStrictEqual({ items: [] });
  const renamed = { ...partner, name: 'Contoso Sverige', version: 2 };
  let changes = 0;
  const updateOne = Reflect.get(Collection.prototype, 'updateOne') as Collection['replaceOne'];
  const spy = jest.spyOn(Collection.prototype, 'updateOne').mockImplementation(async function (
    this: Collection,
    ...args
  ) {
    if (this.collectionName === 'partners' && (changes += 1) === 1) await this.replaceOne({}, renamed);
    return updateOne.apply(this, args);
  });
  await migrate(db).finally(() => spy.mockRestore());
  expect(changes).toBe(2);
  expect((await partners.list({ name: 'contoso sv', limit: 2 })).items).toMatchObject([{ partnerId: 'contoso' }]);
  expect(await partners.view('contoso')).toStrictEqual(renamed);
});

test('a step that broke off is taken up again, data and all', async () => {
  const db = database('broken-off');
  await db.createCollection('tasks');
  await db.collection<{ _id: string }>('tasks').insertOne({ _id: 'here before' });
  await migrate(db);
  expect(await indexesOf(db)).toStrictEqual(INDEXES);
  expect(await db.collection('tasks').countDocuments()).toBe(1);
  await expect(db.collection<{ _id: string }>('tasks').insertOne({ _id: 'unfit' })).rejects.toMatchObject({
    code: 121,
  });
});

test('whoever dies in the middle holds the others up no longer than its lease', async () => {
  const db = database('left-behind');
  const migrations = db.collection<{ _id: string }>('migrations');
  await migrations.insertOne({ _id: 'lease', ...{ holder: 'dead', until: new Date(Date.now() - 1) } });
  await migrate(db);
  expect(await indexesOf(db)).toStrictEqual(INDEXES);
});

test('while another process migrates, one waits', async () => {
  const db = database('waiting');
  const migrations = db.collection<{ _id: string; holder?: string; until?: Date; appliedAt?: Date }>('migrations');
  await migrations.insertOne({ _id: 'lease', holder: 'other', until: new Date(Date.now() + 60_000) });
  const waiting = migrate(db);
  await migrations.insertMany(STEPS.map((_id) => ({ _id, appliedAt: new Date() })));
  await waiting;
  expect(await db.listCollections({ name: 'tasks' }).toArray()).toStrictEqual([]);
});

describe('what does not fit is refused', () => {
  let records: Records;
  beforeAll(async () => {
    records = await openRecords({ uri: server().uri, timeoutMs: 10_000 });
    await records.migrate();
  });
  afterAll(() => records.close());

  const unfit = { code: 121 };
  const message = recordedMessage();
  const claim = { _id: 'V-1', heldBy: 'e-1', messageId: 'm', claimedAt: new Date(AT) };
  const invoice = { engagementId: 'e', partnerId: 'p', year: 2020, number: 1, attempt: 0, attempts: [], unknowns: 0 };
  const request = { reference: 'r', vouchers: [], invoice: { number: '1', date: '2020-07-01' } };

  test.each<[string, string, object]>([
    ['a message without events', 'engagementEvents', { ...message, events: [] }],
    ['a message on a negative version', 'engagementEvents', { ...message, fromVersion: -1 }],
    ['a message on half a version', 'engagementEvents', { ...message, fromVersion: 0.5 }],
    ['an event of no type', 'engagementEvents', { ...message, events: [{ ...message.events[0], type: '' }] }],
    ['an event by nobody', 'engagementEvents', { ...message, events: [{ ...message.events[0], actor: {} }] }],
    ['an outcome without its message', 'messageOutcomes', { engagementId: 'e', fingerprint: 'f', at: AT }],
    ['a view in no stage', 'engagements', { ...view(), lookup: { customer: [], openTasks: false }, stage: '' }],
    ['a view without what lists ask for', 'engagements', view()],
    ['a task of no kind', 'tasks', { ...task(), version: 1, kind: '' }],
    ['a voucher held by nobody', 'vouchers', { ...claim, heldBy: undefined }],
    ['a claim of no age', 'claims', { ...claim, claimedAt: AT }],
    ['a partner without its MPN id', 'partners', { partnerId: 'p', name: 'P', membershipRenewsOn: '2021-01-01' }],
    ['a batch without members', 'batches', { batchId: 'b', partnerId: 'p', stage: 'paid', version: 1, tasks: [] }],
    ['a message to a batch without events', 'batchEvents', { ...message, batchId: 'b-1', events: [] }],
    ['an outcome of no batch', 'batchMessageOutcomes', { messageId: 'm', fingerprint: 'f', at: AT }],
    ['an invoice number zero', 'paymentRequests', { ...invoice, number: 0 }],
    [
      'an amount as floating point',
      'paymentRequests',
      { ...invoice, request: { ...request, amount: { minor: 1.5, currency: 'SEK' } } },
    ],
    [
      'an amount below zero',
      'paymentRequests',
      { ...invoice, request: { ...request, amount: { minor: Long.fromNumber(-1), currency: 'SEK' } } },
    ],
    [
      'a file without a digest',
      'deliverables.files',
      { filename: 'e/a', metadata: { engagementId: 'e', name: 'a', uploadedAt: AT, uploadedBy: 'x' } },
    ],
    ['an invoice without a digest', 'invoices.files', { filename: 'e:invoice:1', length: 9, metadata: {} }],
    [
      'an empty invoice',
      'invoices.files',
      { filename: 'e:invoice:1', length: 0, metadata: { sha256: '0'.repeat(64) } },
    ],
    ['a document of no size', 'paymentRequests', { ...invoice, document: { sha256: '0'.repeat(64) } }],
    ['a notice to nobody', 'notices', { subject: 's', text: 't', status: 'sent', attempts: 1, at: AT }],
    ['a piece of no file', 'deliverables.chunks', { n: 0, data: Buffer.from('x') }],
  ])('%s', async (_title, collection, document) => {
    const rows = client.db().collection<{ _id: string }>(collection);
    await expect(rows.insertOne({ _id: 'unfit', ...document }, { ignoreUndefined: true })).rejects.toMatchObject(unfit);
  });

  test('even by way of the records themselves', async () => {
    const unnamed = { ...contoso, partnerId: 'p', name: '', version: 1, tasks: [], registeredAt: AT, updatedAt: AT };
    await expect(records.partners.project(unnamed)).rejects.toMatchObject(unfit);
    expect(await records.partners.view('p')).toBeUndefined();
  });

  test('words that grow with releases need no migration', async () => {
    const [event] = message.events;
    const grown = { ...message, messageId: 'grown', events: [{ ...event, type: 'PartnerMerged' }] };
    const rows = client.db().collection<{ _id: string }>('engagementEvents');
    await expect(rows.insertOne({ _id: 'grown', ...grown })).resolves.toMatchObject({ acknowledged: true });
  });
});
