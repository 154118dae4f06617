import { createHash } from 'node:crypto';
import type { RecordedMessage } from '../../domain/engagement/events';
import { openRecovery, type Recovery } from '../../records/recovery/open';
import { Contradiction } from '../../records/recovery/complete';
import { hear } from '../support/given';
import { noted, path, savb, submitted, tell, type Told } from '../support/story';
import { openedRecords } from './opened';

const opened = openedRecords();
const records = () => opened().records;
const db = () => opened().db;

let recovery: Recovery;
beforeAll(async () => {
  recovery = await openRecovery({ uri: opened().uri, timeoutMs: 10_000 });
});
afterAll(() => recovery.close());
beforeEach(async () => {
  for (const { collectionName } of await db().collections())
    if (collectionName !== 'migrations') await db().collection(collectionName).deleteMany({});
});

const NUMBER = '2020-00007';
const DUMPED_AT = '2020-08-01T00:00:00.000Z';

/** The record of an engagement whose invoice has a number. */
function recordOf(story: readonly Told[], id = 'E-1', number = NUMBER): RecordedMessage[] {
  const documents: RecordedMessage[] = [];
  story.reduce<ReturnType<typeof hear>['after']>((before, told) => {
    const { document, after } = hear(before, told);
    documents.push(document);
    return after;
  }, undefined);
  const text = JSON.stringify(documents).replaceAll('"pending"', JSON.stringify(number));
  return JSON.parse(text.replaceAll('E-1', id).replaceAll('V-1', `V-${id}`)) as RecordedMessage[];
}

const renamed = (documents: readonly RecordedMessage[], id: string): RecordedMessage[] =>
  JSON.parse(JSON.stringify(documents).replaceAll(/"E-1(?=[":])/g, `"${id}`)) as RecordedMessage[];

const add = (documents: readonly RecordedMessage[], id = 'E-1') => recovery.addToRecord('engagement', id, documents);

const attemptsAt = async (reference = 'E-1:invoice:1') =>
  (await records().paymentRequests.existing(reference)).attempts.map(({ attempt, outcome }) => ({ attempt, outcome }));

test('only what is missing is put on record, word by word, once', async () => {
  const documents = recordOf(path.redeemed);
  for (const document of [documents[0]!, documents[2]!]) await records().engagements.record(document);
  expect(await add(documents)).toBe(3);
  expect(await add(documents)).toBe(0);
  expect(await records().engagements.all('E-1')).toStrictEqual(documents);
});

test('what is forgotten of an engagement is forgotten of messages that are put on record again', async () => {
  const documents = recordOf(path.paid);
  const { erasure, engagements } = records();
  for (const document of documents.slice(0, -1)) await engagements.record(document);
  await erasure.forgetMessages(documents.slice(0, -1));
  expect(await add(documents)).toBe(1);
  const latest = (await engagements.all('E-1')).at(-1)!;
  const fingerprint = createHash('sha256').update(latest.messageId).digest('hex');
  expect(latest).toMatchObject({ forgotten: true, fingerprint });
});

test('another message in the place of one on record is a contradiction, and nothing is put there', async () => {
  const documents = recordOf(path.reserved);
  await records().engagements.record(documents[0]!);
  const other = { ...documents[0]!, messageId: 'another' };
  await expect(add([other, ...documents.slice(1)])).rejects.toThrow(Contradiction);
  expect(await records().engagements.all('E-1')).toHaveLength(1);
});

test('claims are what records hold: what was taken for nothing is gone, what is held by two is told', async () => {
  await add(recordOf(path.reserved));
  const clash = recordOf(path.voucherAssigned, 'E-2');
  await add(JSON.parse(JSON.stringify(clash).replaceAll('V-E-2', 'V-E-1')) as RecordedMessage[], 'E-2');
  await records().claims.take({ kind: 'voucher', key: 'V-of-nobody' }, 'E-3', 'm-1');
  const { contradictions } = await recovery.reconcile(DUMPED_AT);
  expect(contradictions).toStrictEqual(['voucher:V-E-1 is held by E-1, and by E-2']);
  const rows = await db().collection('vouchers').find().toArray();
  expect(rows.map(({ _id, heldBy }) => [String(_id), heldBy as string])).toStrictEqual([['V-E-1', 'E-1']]);
});

const unknown = { class: 'UNKNOWN', message: 'attempts made since the dump are not on record' };

test.each<[what: string, story: Told[], outcomes: unknown[]]>([
  ['of unknown fate is looked up before anything is sent', path.redeemed, [unknown]],
  ['that SAVB has is not sent', path.paymentRequested, [{ class: 'SUCCESS', microsoftReferenceNumber: 'MS-1' }]],
  [
    'that SAVB refused is not sent',
    [...path.redeemed, savb({ status: 'rejected', code: 'V17', message: 'no' })],
    [{ class: 'REJECTED', code: 'V17', message: 'no' }],
  ],
  [
    'that waits for its registration was not tried',
    [...path.redeemed, savb({ status: 'notRegistered', why: 'no' })],
    [],
  ],
])('an invoice %s', async (_what, story, outcomes) => {
  await add(recordOf(story));
  const { undocumented, changed } = await recovery.reconcile(DUMPED_AT);
  expect(changed).toBe(1);
  expect(undocumented.map(({ reference }) => reference)).toStrictEqual(['E-1:invoice:1']);
  expect((await attemptsAt()).map(({ outcome }) => outcome)).toStrictEqual(outcomes);
  expect(await records().paymentRequests.get('E-1:invoice:1')).toMatchObject({
    ...{ engagementId: 'E-1', partnerId: 'contoso', year: 2020, number: 7, attempt: outcomes.length },
    request: { reference: 'E-1:invoice:1', invoice: { number: NUMBER } },
  });
  expect(await recovery.reconcile(DUMPED_AT)).toMatchObject({ changed: 0 });
});

test('nothing is sent by hand, so nothing has to be looked up', async () => {
  const [redeemed] = path.redeemed.slice(-1);
  const byHand = { ...redeemed!, facts: { ...redeemed!.facts, gateway: 'manual' as const } };
  await add(recordOf([...path.completionReported, byHand]));
  await recovery.reconcile(DUMPED_AT);
  expect(await attemptsAt()).toStrictEqual([]);
});

test('attempts of the dump stay, and what came later is added to them', async () => {
  await add(recordOf(path.redeemed));
  const { paymentRequests } = records();
  await recovery.reconcile(DUMPED_AT);
  await paymentRequests.finishAttempt('E-1:invoice:1', 1, { class: 'ABSENT' });
  await recovery.reconcile(DUMPED_AT);
  expect(await attemptsAt()).toStrictEqual([
    { attempt: 1, outcome: { class: 'ABSENT' } },
    { attempt: 2, outcome: unknown },
  ]);
  await add(recordOf([...path.redeemed, submitted()]));
  await recovery.reconcile(DUMPED_AT);
  expect((await attemptsAt()).at(-1)?.outcome?.class).toBe('SUCCESS');
});

test('a number is one invoice’s: another one with it is told, and what nobody has is named', async () => {
  await add(recordOf(path.redeemed, 'E-1', '2020-00003'));
  await add(recordOf(path.redeemed, 'E-2', '2020-00003'), 'E-2');
  const { contradictions, unusedNumbers } = await recovery.reconcile(DUMPED_AT);
  expect(contradictions).toStrictEqual(['E-2:invoice:1 has number 2020-00003, and in the ledger none']);
  expect(unusedNumbers).toStrictEqual(['contoso 2020-00001', 'contoso 2020-00002']);
});

test('what is over is not among what is open; where a record breaks off is told', async () => {
  await add(recordOf(path.paid), 'E-1');
  await add(recordOf(path.reserved, 'E-2'), 'E-2');
  await add(recordOf(path.reserved, 'E-3').slice(1), 'E-3');
  await add(recordOf([...path.voucherAssigned, tell('addNote', { text: 'x' }, { on: '2020-07-04' })], 'E-4'), 'E-4');
  const open: unknown[] = [];
  for await (const { id, gap } of recovery.open('engagement')) open.push([id, gap]);
  expect(open).toStrictEqual([
    ['E-2', undefined],
    ['E-3', 0],
    ['E-4', undefined],
  ]);
});

test('two who put the same and more on record at once lose nothing of it', async () => {
  const documents = recordOf(path.paid);
  const ids = Array.from({ length: 12 }, (_, index) => `E-${index + 1}`);
  const parts = [documents.slice(0, -2), documents.slice(1)];
  const adding = ids.flatMap((id) => parts.map((part) => add(renamed(part, id), id)));
  await Promise.all(adding);
  for (const id of ids) expect(await records().engagements.all(id)).toStrictEqual(renamed(documents, id));
});

test('a message that is on record in another place is a contradiction, and nothing is lost without a word', async () => {
  const [first, second] = recordOf(path.reserved) as [RecordedMessage, RecordedMessage];
  await records().engagements.record({ ...first, fromVersion: 40 });
  await expect(add([first, second])).rejects.toThrow(`${first.messageId} is on record, but not on version 0`);
  expect(await records().engagements.all('E-1')).toContainEqual(second);
});

describe('an invoice that the dump has in doubt', () => {
  const BEFORE = '2020-07-31T23:00:00.000Z';
  const DURING = '2020-08-01T00:00:01.000Z';

  test.each([
    ['before it', BEFORE],
    ['while it was made', DURING],
  ])(
    'since an attempt %s waits for the quarantine anew, once, for later attempts may be under way',
    async (_, startedAt) => {
      await add(recordOf(path.redeemed));
      const { paymentRequests } = records();
      const wanted = { reference: 'E-1:invoice:1', engagementId: 'E-1', partnerId: 'contoso', year: 2020, at: BEFORE };
      await db()
        .collection('paymentRequests')
        .insertOne({
          ...{ _id: 'E-1:invoice:1' as never, engagementId: 'E-1', partnerId: 'contoso', year: 2020, number: 7 },
          ...{ numberedAt: wanted.at, attempt: 0, attempts: [], unknowns: 0 },
        });
      await paymentRequests.beginAttempt('E-1:invoice:1', 0, { startedAt });
      await recovery.reconcile(DUMPED_AT);
      await recovery.reconcile(DUMPED_AT);
      const { attempts } = await paymentRequests.existing('E-1:invoice:1');
      expect(attempts.map(({ attempt, outcome }) => ({ attempt, outcome }))).toStrictEqual([
        { attempt: 1, outcome: undefined },
        { attempt: 2, outcome: unknown },
      ]);
      expect(Date.parse(attempts[1]!.startedAt)).toBeGreaterThan(Date.parse(startedAt));
    },
  );

  test('of an earlier completion waits anew, too', async () => {
    await add(recordOf(path.redeemed));
    await recovery.reconcile(DUMPED_AT);
    await recovery.reconcile(new Date(Date.now() + 1).toISOString());
    expect((await attemptsAt()).map(({ outcome }) => outcome)).toStrictEqual([unknown, unknown]);
  });
});

describe('a record with a gap', () => {
  const whole = recordOf(path.paymentRequested);
  const LATER = '2020-09-01';
  const broken = [...whole, ...recordOf([...path.paymentRequested, noted(), noted({}, { on: LATER })]).slice(-1)];
  const VOUCHER = { kind: 'voucher', key: 'V-E-1' } as const;

  test('keeps what it held when it was dumped, and what is held before the gap; nobody takes it over', async () => {
    await add(broken);
    const old = new Date('2020-07-01');
    await db()
      .collection('claims')
      .insertOne({
        ...{ _id: 'mpnId:7' as never, heldBy: 'E-1', messageId: 'in the gap', claimedAt: old },
      });
    expect((await recovery.reconcile(DUMPED_AT)).contradictions).toStrictEqual([]);
    const holders = await Promise.all(
      [VOUCHER, { kind: 'referenceNumber', key: 'MS-1' } as const, { kind: 'mpnId', key: '7' } as const].map((claim) =>
        records().claims.take(claim, 'E-2', 'm-1'),
      ),
    );
    expect(holders).toStrictEqual(['E-1', 'E-1', 'E-1']);
  });

  test('keeps the numbers of its invoices before the gap, and what SAVB said to them', async () => {
    await add(broken);
    await recovery.reconcile(DUMPED_AT);
    expect(await attemptsAt()).toStrictEqual([
      { attempt: 1, outcome: { class: 'SUCCESS', microsoftReferenceNumber: 'MS-1' } },
    ]);
    const next = { reference: 'E-2:invoice:1', engagementId: 'E-2', partnerId: 'contoso', year: 2020, at: LATER };
    expect(await records().paymentRequests.claimInvoiceNumber(next)).toBe('2020-00008');
  });

  test('without its beginning keeps what it held when it was dumped', async () => {
    await add(whole.slice(1));
    await records().claims.take(VOUCHER, 'E-1', 'm-1');
    expect((await recovery.reconcile(DUMPED_AT)).contradictions).toStrictEqual([]);
    expect(await records().claims.holderOf(VOUCHER)).toBe('E-1');
  });

  test('yields to what a whole record tells', async () => {
    await add(broken);
    const clash = JSON.stringify(recordOf(path.voucherAssigned, 'E-2')).replaceAll('V-E-2', 'V-E-1');
    await add(JSON.parse(clash) as RecordedMessage[], 'E-2');
    expect((await recovery.reconcile(DUMPED_AT)).contradictions).toStrictEqual([
      'voucher:V-E-1 is held by E-2, and by E-1',
    ]);
  });
});
