import { ObjectId } from 'mongodb';
import { openedRecords } from './opened';
import { AT, everyOf, recordedMessage, view } from './samples';

const opened = openedRecords();

test('several views at once: those there are, in no order', async () => {
  const { engagements } = opened().records;
  const views = ['v-1', 'v-2'].map((engagementId) => view({ engagementId }));
  await Promise.all(views.map((each) => engagements.project(each)));
  const read = await engagements.viewsOf(['v-2', 'v-9', 'v-1']);
  expect(read.toSorted((one, other) => (one.engagementId < other.engagementId ? -1 : 1))).toStrictEqual(views);
  expect(await engagements.viewsOf([])).toStrictEqual([]);
});

describe('what was recorded lately', () => {
  const at = (second: number) => new Date(Date.parse(AT) + second * 1_000).toISOString();
  const record = (engagementId: string, fromVersion: number, second: number) =>
    opened()
      .db.collection('engagementEvents')
      .insertOne({
        _id: ObjectId.createFromTime(Date.parse(at(second)) / 1_000),
        ...recordedMessage({ engagementId, fromVersion }),
      });

  test('is read by when it was recorded, with the version each message led to', async () => {
    await record('r-1', 0, 1);
    await record('r-2', 4, 2);
    await record('r-1', 1, 3);
    await record('r-3', 0, 4);
    const { engagements } = opened().records;
    expect(await everyOf(engagements.recordedBetween(at(2), at(4)))).toStrictEqual([
      { id: 'r-2', version: 5 },
      { id: 'r-1', version: 2 },
    ]);
    expect(await everyOf(engagements.recordedBetween(at(5), at(9)))).toStrictEqual([]);
  });

  test('is there for partners and batches, too', async () => {
    const { partners, batches } = opened().records;
    const now = new Date(Date.now() + 60_000).toISOString();
    expect(await everyOf(partners.recordedBetween(AT, now))).toStrictEqual([]);
    expect(await everyOf(batches.recordedBetween(AT, now))).toStrictEqual([]);
  });
});

test('all payment requests: by whom, over what, and how far their attempts came', async () => {
  const { paymentRequests } = opened().records;
  const owner = { partnerId: 'contoso', year: 2026, at: AT };
  await paymentRequests.claimInvoiceNumber({ reference: 'e-2:invoice:1', engagementId: 'e-2', ...owner });
  await paymentRequests.claimInvoiceNumber({ reference: 'b-1:invoice:1', batchId: 'b-1', ...owner });
  await paymentRequests.intend('e-2:invoice:1', {
    reference: 'e-2:invoice:1',
    offering: 'DDPS',
    country: 'SE',
    locationId: 'contoso-se',
    vouchers: [],
    amount: { minor: 3_000_000_000, currency: 'SEK' },
    invoice: { number: '2026-00001', date: '2026-03-01' },
  });
  await paymentRequests.beginAttempt('e-2:invoice:1', 0, { startedAt: AT });
  await paymentRequests.finishAttempt('e-2:invoice:1', 1, { class: 'SUCCESS', microsoftReferenceNumber: 'N-1' });
  expect(await everyOf(paymentRequests.entries())).toStrictEqual([
    { reference: 'b-1:invoice:1', batchId: 'b-1', partnerId: 'contoso', numberedAt: AT, attempt: 0, attempts: [] },
    {
      reference: 'e-2:invoice:1',
      engagementId: 'e-2',
      partnerId: 'contoso',
      numberedAt: AT,
      attempt: 1,
      attempts: [{ attempt: 1, startedAt: AT, outcome: { class: 'SUCCESS', microsoftReferenceNumber: 'N-1' } }],
      amount: { minor: 3_000_000_000, currency: 'SEK' },
    },
  ]);
});

test('more rows than are fetched at a time are all read', async () => {
  const { db, records } = opened();
  const rows = Array.from({ length: 1_203 }, (_, n) => ({
    _id: `many-${n}:invoice:1`,
    ...{ partnerId: 'many', year: 2026, number: n + 1, numberedAt: AT, attempt: 0, attempts: [], unknowns: 0 },
  }));
  await db.collection<{ _id: string }>('paymentRequests').insertMany(rows);
  const read = (await everyOf(records.paymentRequests.entries())).filter(({ partnerId }) => partnerId === 'many');
  expect(read.map(({ reference }) => reference)).toStrictEqual(rows.map(({ _id }) => _id).toSorted());
});
