import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { UploadRefused, type Upload } from '../../records/deliverables';
import { openedRecords } from './opened';
import { AT } from './samples';

const opened = openedRecords();
const deliverables = () => opened().records.deliverables;

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

const upload = (engagementId: string, name: string, content: string | Buffer, given: Partial<Upload> = {}) =>
  deliverables().upload({
    engagementId,
    name,
    stream: Readable.from([Buffer.from(content)]),
    maxBytes: 1_000_000,
    at: AT,
    uploadedBy: 'eva.lind',
    ...given,
  });

const contentOf = async (engagementId: string, name: string) =>
  (await buffer((await deliverables().open(engagementId, name))!.stream)).toString();

/** Number of files and of pieces that are stored of an engagement's file, current or not. */
async function stored(engagementId: string, name: string) {
  const { db } = opened();
  const files = await db
    .collection('deliverables.files')
    .find({ filename: `${engagementId}/${name}` })
    .toArray();
  const pieces = await db
    .collection('deliverables.chunks')
    .countDocuments({ files_id: { $in: files.map(({ _id }) => _id) } });
  return { files: files.length, pieces };
}

const allPieces = () => opened().db.collection('deliverables.chunks').countDocuments();

test('a file is stored with its size and digest and read back as it was', async () => {
  const content = Buffer.alloc(600_000, 'plan ');
  const uploaded = { name: 'plan.docx', size: 600_000, sha256: sha256(content) };
  const pieces = Array.from({ length: 60 }, (_, n) => content.subarray(n * 10_000, (n + 1) * 10_000));
  const stream = Readable.from(pieces);
  expect(await upload('e-1', 'plan.docx', '', { stream, expectedSha256: uploaded.sha256 })).toStrictEqual(uploaded);
  expect(await deliverables().find('e-1', 'plan.docx')).toStrictEqual(uploaded);
  const found = await deliverables().open('e-1', 'plan.docx');
  expect(found?.uploaded).toStrictEqual(uploaded);
  expect(content.equals(await buffer(found!.stream))).toBe(true);
});

test('an empty file is a file', async () => {
  expect(await upload('empty', 'a', '')).toStrictEqual({ name: 'a', size: 0, sha256: sha256('') });
  expect(await contentOf('empty', 'a')).toBe('');
});

test('a file that is not there is not found', async () => {
  expect(await deliverables().find('e-1', 'other.docx')).toBeUndefined();
  expect(await deliverables().open('other', 'plan.docx')).toBeUndefined();
  expect(await deliverables().list('other')).toStrictEqual([]);
});

test('the same content again is the same answer and is stored once', async () => {
  const first = await upload('same', 'plan', 'content');
  expect(await upload('same', 'plan', 'content')).toStrictEqual(first);
  expect(await stored('same', 'plan')).toStrictEqual({ files: 1, pieces: 1 });
});

test('new content becomes the current version; the older one is kept, and may become current again', async () => {
  await upload('new', 'plan', 'first');
  await upload('new', 'plan', 'second');
  expect(await contentOf('new', 'plan')).toBe('second');
  expect(await stored('new', 'plan')).toStrictEqual({ files: 2, pieces: 2 });
  await upload('new', 'plan', 'first');
  expect(await contentOf('new', 'plan')).toBe('first');
});

test('the list has the current version of each file, by name', async () => {
  await upload('list', 'b', 'old');
  await upload('list', 'a', 'other');
  await upload('list', 'b', 'new');
  await upload('list-2', 'c', 'of another engagement');
  expect(await deliverables().list('list')).toStrictEqual([
    { name: 'a', size: 5, sha256: sha256('other') },
    { name: 'b', size: 3, sha256: sha256('new') },
  ]);
});

describe('nothing is kept of an upload', () => {
  const large = Buffer.alloc(700_000, 'x');
  const pieces = function* () {
    for (let at = 0; at < large.length; at += 100_000) yield large.subarray(at, at + 100_000);
  };

  test('that is too large', async () => {
    const before = await allPieces();
    await expect(upload('refused', 'a', '', { stream: Readable.from(pieces()), maxBytes: 699_999 })).rejects.toThrow(
      new UploadRefused('tooLarge', 'more than 699999 bytes'),
    );
    expect(await deliverables().find('refused', 'a')).toBeUndefined();
    expect(await allPieces()).toBe(before);
  });

  test('that has another digest than announced', async () => {
    const before = await allPieces();
    const announced = sha256('something else');
    const upload1 = upload('refused', 'b', '', { stream: Readable.from(pieces()), expectedSha256: announced });
    await expect(upload1).rejects.toMatchObject({ name: 'UploadRefused', reason: 'digestMismatch' });
    expect(await deliverables().find('refused', 'b')).toBeUndefined();
    expect(await allPieces()).toBe(before);
  });

  test('that breaks off', async () => {
    const before = await allPieces();
    const breaking = function* () {
      yield* pieces();
      throw new Error('the sender is gone');
    };
    await expect(upload('refused', 'c', '', { stream: Readable.from(breaking()) })).rejects.toThrow(
      'the sender is gone',
    );
    expect(await deliverables().find('refused', 'c')).toBeUndefined();
    expect(await allPieces()).toBe(before);
  });

  test('and the version before it stays current', async () => {
    await upload('kept', 'plan', 'good');
    await expect(upload('kept', 'plan', 'bad', { expectedSha256: sha256('good') })).rejects.toThrow(UploadRefused);
    expect(await contentOf('kept', 'plan')).toBe('good');
  });
});

test('a file of exactly the largest size is taken', async () => {
  expect((await upload('limit', 'a', '12345', { maxBytes: 5 })).size).toBe(5);
});
