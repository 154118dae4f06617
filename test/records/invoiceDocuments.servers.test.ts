import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ObjectId } from 'mongodb';
import { openedRecords } from './opened';

const opened = openedRecords();
const documents = () => opened().records.invoiceDocuments;

const documentOf = (content: string | Buffer) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  size: Buffer.byteLength(content),
});
const contentOf = async (reference: string) =>
  (await buffer((await documents().open(reference))!.stream)).toString('latin1');
const filesOf = (reference: string) => opened().db.collection('invoices.files').countDocuments({ filename: reference });

test('an invoice is stored with its digest and read back as it was, however large', async () => {
  const content = Buffer.alloc(700_000, 'invoice ');
  expect(await documents().store('e-1:invoice:1', content)).toStrictEqual(documentOf(content));
  const found = await documents().open('e-1:invoice:1');
  expect(found?.document).toStrictEqual(documentOf(content));
  expect((await buffer(found!.stream)).equals(content)).toBe(true);
});

test('there is none before one is stored', async () => expect(await documents().open('none')).toBeUndefined());

test('the first one stands, whatever comes later', async () => {
  await documents().store('twice', Buffer.from('first'));
  expect(await documents().store('twice', Buffer.from('second'))).toStrictEqual(documentOf('first'));
  expect(await contentOf('twice')).toBe('first');
});

test('of many at once one stands, and all are told which', async () => {
  const contents = Array.from({ length: 8 }, (_, index) => `invoice ${index}`);
  const answers = await Promise.all(contents.map((content) => documents().store('at once', Buffer.from(content))));
  expect(await filesOf('at once')).toBe(1);
  const standing = documentOf(await contentOf('at once'));
  expect(answers).toStrictEqual(contents.map(() => standing));
});

test('one that broke off is not there, and the next try is the first', async () => {
  const { db } = opened();
  await db.collection('invoices.chunks').insertOne({ files_id: new ObjectId(), n: 0, data: Buffer.from('%PDF of a') });
  expect(await documents().open('broken')).toBeUndefined();
  expect(await documents().store('broken', Buffer.from('whole'))).toStrictEqual(documentOf('whole'));
  expect(await contentOf('broken')).toBe('whole');
});

describe('a payment request', () => {
  const requests = () => opened().records.paymentRequests;
  const numbered = async (reference: string) => {
    await requests().claimInvoiceNumber({
      reference,
      engagementId: 'e',
      partnerId: 'p',
      year: 2020,
      at: '2020-07-01T08:00:00.000Z',
    });
    return reference;
  };

  test('keeps the first document it is given', async () => {
    const reference = await numbered('e:invoice:1');
    const [first, second] = [documentOf('first'), documentOf('second')];
    expect(await requests().attachDocument(reference, first)).toStrictEqual(first);
    expect(await requests().attachDocument(reference, second)).toStrictEqual(first);
    expect((await requests().get(reference))?.document).toStrictEqual(first);
  });

  test('given two at once tells both the same', async () => {
    const reference = await numbered('e:invoice:2');
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((content) => requests().attachDocument(reference, documentOf(content))),
    );
    const { document } = (await requests().get(reference))!;
    expect(answers).toStrictEqual([document, document, document]);
  });

  test('without a number has none', async () =>
    expect(requests().attachDocument('unknown', documentOf('x'))).rejects.toThrow('has no invoice number yet'));
});
