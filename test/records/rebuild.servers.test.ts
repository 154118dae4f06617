import { createHash } from 'node:crypto';
import { BSON, type Document } from 'mongodb';
import { createProject } from '../../activities/projection';
import type { PaymentRequestBody } from '../../contracts/savb';
import type { RecordedMessage } from '../../domain/engagement/events';
import { take } from '../../domain/engagement/evolve';
import type { Engagement } from '../../domain/engagement/state';
import { viewOf } from '../../domain/engagement/view';
import { take as takeBatch } from '../../domain/batch/evolve';
import type { Batch } from '../../domain/batch/state';
import { viewOf as batchViewOf } from '../../domain/batch/view';
import { takePartner } from '../../domain/partner/evolve';
import type { Partner } from '../../domain/partner/state';
import { partnerViewOf } from '../../domain/partner/view';
import { rebuild } from '../../records/recovery/rebuild';
import { hearBatch } from '../support/batchGiven';
import { batchPath, batchSavb } from '../support/batchStory';
import { hear } from '../support/given';
import { hearPartner } from '../support/partnerGiven';
import { active } from '../support/partnerStory';
import { contoso } from '../support/partner';
import { showPartner } from '../support/showPartner';
import {
  cancelled,
  consultant,
  customerUpdated,
  extended,
  noted,
  operator,
  path,
  problemReported,
  redeemed,
  replaced,
  reported,
  reservationCancelled,
  resolved,
  savb,
  tell,
  transferred,
  type Told,
} from '../support/story';
import { openedRecords } from './opened';
import { found } from './samples';

const opened = openedRecords();
const records = () => opened().records;
const db = () => opened().db;

const early = 'E-1:engagementStartedEarly:1';
const claimed = tell('claimTask', { taskId: early, note: 'mine' }, { on: '2020-08-02', by: operator });
const released = tell('releaseTask', { taskId: early }, { on: '2020-08-02', at: '2020-08-02T11:00:00.000Z' });
const startedEarly = [...path.reserved, reported({ startedOn: '2020-07-09' })];

const STORIES: readonly (readonly Told[])[] = [
  ...Object.values(path),
  [...path.voucherAssigned, problemReported()],
  [...path.voucherAssigned, problemReported(), replaced()],
  [...path.voucherAssigned, extended(), customerUpdated()],
  [...startedEarly, claimed],
  [...startedEarly, claimed, released],
  [...startedEarly, claimed, resolved(early, 'proceedAtRisk', { on: '2020-08-02' }), redeemed()],
  [...startedEarly, redeemed(), noted()],
  [...path.reserved, transferred()],
  [...path.completionReported, reservationCancelled()],
  [...path.reserved, cancelled()],
  [...path.redeemed, savb({ status: 'unknown', why: 'nobody knows' })],
  [...path.paymentRequested, savb({ status: 'rejected', message: 'no', code: 'V17' })],
  [...path.reserved, tell('redeemVoucher', { confirmed: true }, { on: '2020-07-11', by: consultant })],
];

/** Whoever has a record, told one message after another, each shown as it comes. */
async function live<State, Said extends Recordable>(
  story: readonly unknown[],
  id: string,
  kind: {
    hear(before: State | undefined, told: never): { document: Said; after: State | undefined };
    chronicle: { record(document: Said): Promise<boolean> };
    project(before: State | undefined, documents: Said[], after: State): Promise<unknown>;
    take(before: State | undefined, document: Said): State | undefined;
  },
): Promise<void> {
  let told: State | undefined;
  let shown: State | undefined;
  for (const one of story) {
    const { document, after } = kind.hear(told, one as never);
    told = after;
    if (document.events.length === 0) continue;
    const renamed = withId(document, id);
    await kind.chronicle.record(renamed);
    const next = kind.take(shown, renamed)!;
    await kind.project(shown, [renamed], next);
    shown = next;
  }
}

interface Recordable {
  events: readonly unknown[];
}

const withId = <Row extends object>(row: Row, id: string): Row =>
  JSON.parse(JSON.stringify(row).replaceAll(/"(E-1|B-1)(?=[":])/g, `"${id}`)) as Row;

/** What is asked of SAVB is nobody's business here. */
const ledger = () => ({
  paymentRequests: { ...records().paymentRequests, intend: async (_of: string, body: PaymentRequestBody) => body },
});

async function liveEngagement(story: readonly Told[], id: string): Promise<void> {
  const project = createProject(ledger(), records().engagements, viewOf);
  await live<Engagement, RecordedMessage>(story, id, { hear, chronicle: records().engagements, project, take });
}

/** Copies of what is stored of an engagement, under other ids. */
async function copy(id: string, ids: readonly string[]): Promise<void> {
  for (const [name, filter] of [
    ['engagementEvents', { engagementId: id }],
    ['engagements', { _id: id }],
    ['tasks', { engagementId: id }],
  ] as const) {
    const rows = await db()
      .collection<Document>(name)
      .find(filter as Document, { projection: name === 'engagementEvents' ? { _id: 0 } : {} })
      .toArray();
    const texts = rows.map((row) => BSON.EJSON.stringify(row, { relaxed: false }));
    const copies = ids.flatMap((other) => texts.map((text) => text.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), other)));
    if (copies.length > 0)
      await db()
        .collection(name)
        .insertMany(copies.map((text) => BSON.EJSON.parse(text, { relaxed: false }) as Document));
  }
}

/** Every row of these collections, by the digest of its bytes. */
async function bytesOf(...names: string[]): Promise<Record<string, string[]>> {
  const read = names.map(async (name) => {
    const rows = await db().collection(name).find({}, { raw: true }).sort({ _id: 1 }).toArray();
    return [name, (rows as unknown as Uint8Array[]).map(digestOf)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const digestOf = (row: Uint8Array): string =>
  `${String(BSON.deserialize(row)['_id'])} ${createHash('sha256').update(row).digest('hex')}`;

const VIEWS = ['engagements', 'partners', 'batches', 'tasks'];

beforeEach(async () => {
  for (const { collectionName } of await db().collections())
    if (collectionName !== 'migrations') await db().collection(collectionName).deleteMany({});
});

test('views and tasks of 1,000 engagements, made anew from the record, are what they were, byte by byte', async () => {
  for (const [index, story] of STORIES.entries()) await liveEngagement(story, `s-${index}`);
  await liveEngagement([...path.paid.slice(0, 1), customerUpdated(), ...path.paid.slice(1)], 's-forgotten');
  await records().erasure.forget({ engagementId: 's-forgotten' }, async () => false);
  const originals = [...STORIES.keys(), 'forgotten'].map((name) => `s-${name}`);
  const each = Math.ceil(1_000 / originals.length) - 1;
  for (const id of originals)
    await copy(
      id,
      Array.from({ length: each }, (_, index) => `c-${index}-${id}`),
    );
  const before = await bytesOf(...VIEWS);
  expect(before['engagements']!.length).toBeGreaterThanOrEqual(1_000);
  expect(before['tasks']!.length).toBeGreaterThan(300);
  for (const name of VIEWS) await db().collection(name).deleteMany({});
  const { gaps, changed, ...rebuilt } = await rebuild(db());
  expect(await bytesOf(...VIEWS)).toStrictEqual(before);
  expect({ gaps, changed }).toStrictEqual({ gaps: [], changed: rebuilt.rows });
  expect(rebuilt.subjects).toBe(before['engagements']!.length);
  expect(await rebuild(db())).toStrictEqual({ ...rebuilt, gaps: [], changed: 0 });
});

test('partners and batches too', async () => {
  const { partners, batches } = records();
  await live<Partner, Parameters<typeof partners.record>[0]>(active, 'contoso', {
    hear: hearPartner,
    chronicle: partners,
    project: (_before, _documents, after) => partners.project(partnerViewOf(after)),
    take: takePartner,
  });
  const rejected = batchSavb({ status: 'rejected', message: 'no' }, { on: '2020-08-12' });
  for (const [id, story] of [
    ['g-1', batchPath.paid],
    ['g-2', [...batchPath.paymentRequested, rejected]],
  ] as const)
    await live<Batch, Parameters<typeof batches.record>[0]>(story, id, {
      hear: hearBatch,
      chronicle: batches,
      project: createProject(ledger(), batches, batchViewOf),
      take: takeBatch,
    });
  const before = await bytesOf(...VIEWS);
  expect(VIEWS.map((name) => before[name]!.length)).toStrictEqual([0, 1, 2, 1]);
  for (const name of VIEWS) await db().collection(name).deleteMany({});
  expect(await rebuild(db())).toMatchObject({ subjects: 3, changed: 4 });
  expect(await bytesOf(...VIEWS)).toStrictEqual(before);
});

test('rows that tell something else are put right, whichever version they claim; what is as it should be is not written', async () => {
  await liveEngagement([...startedEarly, claimed], 's-1');
  await liveEngagement(path.reserved, 's-2');
  const before = await bytesOf('engagements', 'tasks');
  await db()
    .collection<Document>('engagements')
    .updateOne({ _id: 's-1' as never }, { $set: { stage: 'paid', version: 99 } });
  const taskId = early.replace('E-1', 's-1');
  await db()
    .collection('tasks')
    .updateOne({ _id: taskId as never }, { $set: { claimedBy: 'somebody else' } });
  const row = (await db()
    .collection('tasks')
    .findOne({ _id: taskId as never }))!;
  await db()
    .collection('tasks')
    .insertOne({ ...row, _id: 's-1:rateMissing:1' as never, taskId: 's-1:rateMissing:1', kind: 'rateMissing' });
  expect(await rebuild(db())).toStrictEqual({ subjects: 2, rows: 3, changed: 3, gaps: [] });
  expect(await bytesOf('engagements', 'tasks')).toStrictEqual(before);
});

test('what is on nobody’s record stays: tasks of reconciliation, and views without a record', async () => {
  await liveEngagement(path.paymentRequested, 's-1');
  await records().differenceTasks.follow(
    [found('s-1:invoice:1', { engagementId: 's-1', partnerId: 'contoso' })],
    '2020-09-01T00:00:00.000Z',
  );
  await showPartner(records(), contoso);
  const before = await bytesOf(...VIEWS);
  expect(await rebuild(db())).toMatchObject({ changed: 0 });
  expect(await bytesOf(...VIEWS)).toStrictEqual(before);
});

test('a customer that was to be forgotten when that broke off stays forgotten in view and tasks', async () => {
  await liveEngagement([...startedEarly, cancelled()], 's-1');
  await db()
    .collection<Document>('engagements')
    .updateOne({ _id: 's-1' as never }, { $set: { 'lookup.forgotten': true } });
  await rebuild(db());
  const rows = JSON.stringify([
    await db().collection('engagements').find().toArray(),
    (await db().collection('tasks').find().toArray()).map(({ instructions }) => instructions as string),
  ]);
  expect(rows).toContain('[forgotten]');
  expect(rows).not.toContain('Fabrikam');
  expect(await rebuild(db())).toMatchObject({ changed: 0 });
});

test('of a record with a gap nothing is made, and it is named', async () => {
  await liveEngagement(path.completionReported, 's-1');
  await liveEngagement(path.reserved, 's-2');
  await db().collection('engagementEvents').deleteOne({ engagementId: 's-1', fromVersion: 2 });
  const before = await bytesOf(...VIEWS);
  expect(await rebuild(db())).toStrictEqual({ subjects: 2, rows: 1, changed: 0, gaps: [{ id: 's-1', version: 2 }] });
  expect(await bytesOf(...VIEWS)).toStrictEqual(before);
});
