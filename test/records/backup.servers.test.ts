import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Binary, Double, Int32, Long, MongoClient, type Db } from 'mongodb';
import { migrate, markComplete, restoredFrom, RestoreIncomplete } from '../../records/migrations/migrate';
import { dump } from '../../records/recovery/dump';
import { DumpRefused } from '../../records/recovery/manifest';
import { restore, restoreAsOf } from '../../records/recovery/restore';
import { withDatabase } from '../support/servers';
import { openedRecords } from './opened';
import { AT, recordedMessage, view } from './samples';

const opened = openedRecords();
const records = () => opened().records;
const db = () => opened().db;

const CONTENT = Buffer.from('0123456789abcdef'.repeat(50_000));

let folder: string;
let databases = 0;
const clients: MongoClient[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planning-services-dump-'));
  await records().engagements.record(recordedMessage());
  await records().engagements.record(recordedMessage({ fromVersion: 1 }));
  await records().engagements.project(view());
  await records().claims.take({ kind: 'voucher', key: 'V-1' }, 'e-1', 'm-1');
  const wanted = { reference: 'e-1:invoice:1', engagementId: 'e-1', partnerId: 'contoso', year: 2020, at: AT };
  await records().paymentRequests.claimInvoiceNumber(wanted);
  await records().invoiceDocuments.store('e-1:invoice:1', CONTENT);
  await records().deliverables.upload({
    ...{ engagementId: 'e-1', name: 'plan.pdf', maxBytes: 1_000_000, at: AT, uploadedBy: 'eva' },
    stream: Readable.from([CONTENT]),
  });
  await records().audit.write({
    ...{ at: AT, tenant: 'staff', method: 'GET', route: '/v1/tasks', about: [], status: 200 },
    ...{ requestId: 'r-1', address: '127.0.0.1', subject: 'olga' },
  });
  await db()
    .collection('ofALaterRelease')
    .insertOne({ text: 'åäö\n"€', long: Long.fromNumber(7), int: new Int32(7), double: new Double(7), nothing: null });
  await db()
    .collection('ofALaterRelease')
    .insertMany([{ bytes: new Binary(Buffer.from([0, 1, 255])), at: new Date(AT) }, { ['a.b']: { $x: 1 } }]);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await rm(folder, { recursive: true });
});

const emptyFolder = () => mkdtemp(path.join(folder, 'dump-'));

/** Another database of the same server. */
async function emptyDatabase(): Promise<Db> {
  const client = await new MongoClient(withDatabase(opened().uri, `restored-${(databases += 1)}`)).connect();
  clients.push(client);
  return client.db();
}

const dumped = async (): Promise<string> => {
  const target = await emptyFolder();
  await dump(db(), target, () => new Date());
  return target;
};

/** Each collection with the digest of its bytes, and the names of its indexes. */
async function contentOf(of: Db): Promise<Record<string, unknown>> {
  const infos = await of.listCollections().toArray();
  const names = infos.map(({ name }) => name).filter((name) => name !== 'migrations');
  const contents = names.sort().map(async (name) => {
    const rows = await of.collection(name).find({}, { raw: true }).sort({ _id: 1 }).toArray();
    const hash = createHash('sha256');
    for (const row of rows as unknown as Uint8Array[]) hash.update(row);
    const indexes = (await of.collection(name).indexes()).map((index) => index.name).sort();
    return [name, { rows: rows.length, digest: hash.digest('hex'), indexes }] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

test('what is restored is what was dumped, byte by byte, with files, indexes and whatever a later release keeps', async () => {
  const target = await emptyDatabase();
  const manifest = await restore(target, await dumped());
  expect(await contentOf(target)).toStrictEqual(await contentOf(db()));
  expect(manifest.migrations).toContain('0012-customers-by-earlier-ids');
  const stored = await target.collection('invoices.chunks').find().sort({ n: 1 }).toArray();
  expect(Buffer.concat(stored.map(({ data }) => (data as Binary).buffer))).toStrictEqual(CONTENT);
});

test('the record is read first, then what it refers to, files after whoever names them and before their pieces', async () => {
  const { collections } = await dump(db(), await emptyFolder(), () => new Date());
  const names = collections.map(({ name }) => name);
  expect(names.slice(0, 3)).toStrictEqual(['engagementEvents', 'batchEvents', 'partnerEvents']);
  expect(names.slice(-4)).toStrictEqual([
    'deliverables.files',
    'invoices.files',
    'deliverables.chunks',
    'invoices.chunks',
  ]);
  expect(names).not.toContain('migrations');
});

test('a manifest tells of each file how many documents, how many bytes and their SHA-256', async () => {
  const target = await dumped();
  const { collections } = JSON.parse(await readFile(path.join(target, 'manifest.json'), 'utf8')) as {
    collections: { name: string; file: string; documents: number; bytes: number; sha256: string }[];
  };
  const { file, ...counted } = collections.find(({ name }) => name === 'engagementEvents')!;
  const bytes = await readFile(path.join(target, file));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(counted).toStrictEqual({ name: 'engagementEvents', documents: 2, bytes: bytes.length, sha256 });
  expect((await readdir(target)).length).toBe(collections.length + 1);
});

test('nobody works with what was restored before it is complete', async () => {
  const target = await emptyDatabase();
  const { startedAt } = await restore(target, await dumped());
  await expect(migrate(target)).rejects.toThrow(RestoreIncomplete);
  await expect(migrate(target)).rejects.toThrow(startedAt);
  await markComplete(target);
  await migrate(target);
});

const NOW = () => new Date('2020-08-01T10:00:00.000Z');

test('a snapshot that was brought back is marked as a dump of that instant, and nobody works with it before it is complete', async () => {
  const target = await emptyDatabase();
  await migrate(target);
  await target.collection('vouchers').insertOne({ heldBy: 'e-1', messageId: 'm-1', claimedAt: new Date(AT) });
  const startedAt = '2020-08-01T09:00:00.000Z';
  expect(await restoreAsOf(target, '2020-08-01T11:00:00+02:00', NOW)).toStrictEqual({ startedAt });
  expect(await restoredFrom(target)).toBe(startedAt);
  await expect(migrate(target)).rejects.toThrow(RestoreIncomplete);
  expect(await target.collection('vouchers').countDocuments()).toBe(1);
  await expect(restoreAsOf(target, startedAt, NOW)).rejects.toThrow('marked already');
});

test.each<[what: string, said: string, asOf: string, steps: string[] | undefined]>([
  ['of what is no instant', 'no instant in the past', '2020-08-01', []],
  ['of an instant to come', 'no instant in the past', '2020-08-01T10:00:01Z', []],
  ['where there is none', 'nothing in the database', '2020-08-01T09:00:00Z', undefined],
  ['of a newer release', '9999-of-a-newer-release', '2020-08-01T09:00:00Z', ['9999-of-a-newer-release']],
])('a snapshot %s is not marked', async (_what, said, asOf, steps) => {
  const target = await emptyDatabase();
  if (steps) await migrate(target);
  for (const step of steps ?? [])
    await target.collection('migrations').insertOne({ _id: step as never, appliedAt: NOW() });
  await expect(restoreAsOf(target, asOf, NOW)).rejects.toThrow(DumpRefused);
  await expect(restoreAsOf(target, asOf, NOW)).rejects.toThrow(said);
  expect(await restoredFrom(target)).toBeUndefined();
});

test('a folder with anything in it is not dumped into', async () => {
  const target = await emptyFolder();
  await writeFile(path.join(target, 'notes.txt'), 'mine');
  await expect(dump(db(), target, () => new Date())).rejects.toThrow(DumpRefused);
  expect(await readdir(target)).toStrictEqual(['notes.txt']);
});

test('a database with anything in it is not restored into', async () => {
  const target = await emptyDatabase();
  await target.collection('tasks').insertOne({ mine: true });
  await expect(restore(target, await dumped())).rejects.toThrow('tasks is not empty');
  expect(await target.collection('engagementEvents').countDocuments()).toBe(0);
});

test.each<[what: string, harm: (folder: string) => Promise<void>]>([
  ['was cut short before its manifest', (of) => rm(path.join(of, 'manifest.json'))],
  ['has a file that is cut short', (of) => truncate(path.join(of, 'engagementEvents.jsonl.gz'), 40)],
  ['has a file with something added', (of) => appendFile(path.join(of, 'vouchers.jsonl.gz'), 'x')],
  ['lacks a file', (of) => rm(path.join(of, 'tasks.jsonl.gz'))],
  ['has a manifest that is cut short', (of) => truncate(path.join(of, 'manifest.json'), 40)],
  ['is of a newer release', (of) => change(of, '0012-customers-by-earlier-ids', '9999-of-a-newer-release')],
  ['names a file elsewhere', (of) => change(of, 'tasks.jsonl.gz', '../tasks.jsonl.gz')],
])('a dump that %s is refused, and nothing of it is loaded', async (_what, harm) => {
  const from = await dumped();
  await harm(from);
  const target = await emptyDatabase();
  await expect(restore(target, from)).rejects.toThrow(DumpRefused);
  expect(await target.listCollections().toArray()).toStrictEqual([]);
});

async function change(of: string, text: string, other: string): Promise<void> {
  const file = path.join(of, 'manifest.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace(text, other));
}

test('a dump that breaks off has no manifest', async () => {
  const target = path.join(folder, 'broken');
  await mkdir(target);
  const failing = new Proxy(db(), {
    get: (of, key) =>
      key === 'collection'
        ? (name: string) => {
            if (name === 'vouchers') throw new Error('MongoDB went away');
            return of.collection(name);
          }
        : (Reflect.get(of, key) as unknown),
  });
  await expect(dump(failing, target, () => new Date())).rejects.toThrow('MongoDB went away');
  expect(await readdir(target)).toContain('engagementEvents.jsonl.gz');
  await expect(restore(await emptyDatabase(), target)).rejects.toThrow('cut short');
});

test('messages that come while a dump is made leave no gap in it', async () => {
  const target = await emptyFolder();
  let [isDone, version] = [false, 0];
  const writing = (async () => {
    for (; !isDone || version < 20; version += 1)
      await records().engagements.record(recordedMessage({ engagementId: 'e-live', fromVersion: version }));
  })();
  await dump(db(), target, () => new Date());
  isDone = true;
  await writing;
  const restored = await emptyDatabase();
  await restore(restored, target);
  const there = await restored
    .collection('engagementEvents')
    .find({ engagementId: 'e-live' })
    .sort({ fromVersion: 1 })
    .map(({ fromVersion }) => fromVersion as number)
    .toArray();
  expect(there).toStrictEqual(there.map((_, index) => index));
  await db().collection('engagementEvents').deleteMany({ engagementId: 'e-live' });
});
