import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createDeliverables, MOST_BYTES, MOST_FILES, UploadRefused, type Upload } from '../../records/deliverables';
import { isUnavailable } from '../../records/errors';
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

describe('versions are ordered by the store', () => {
  const files = () => opened().db.collection('deliverables.files');
  const aheadByAnHour = (filename: string) =>
    files().updateMany({ filename }, { $set: { uploadDate: new Date(Date.now() + 3_600_000) } });
  const revisionsOf = (filename: string) =>
    files()
      .find({ filename })
      .map((file) => (file['metadata'] as { revision?: number }).revision)
      .toArray();

  test('whatever the clock of the process that stored the one before', async () => {
    await upload('clocks', 'plan', 'first');
    await aheadByAnHour('clocks/plan');
    await upload('clocks', 'plan', 'second');
    expect(await contentOf('clocks', 'plan')).toBe('second');
    expect(await deliverables().list('clocks')).toStrictEqual([{ name: 'plan', size: 6, sha256: sha256('second') }]);
  });

  test('a file of before there were revisions is current until there is another', async () => {
    await upload('old', 'plan', 'first');
    await files().updateMany({ filename: 'old/plan' }, { $unset: { 'metadata.revision': '' } });
    await aheadByAnHour('old/plan');
    expect(await contentOf('old', 'plan')).toBe('first');
    await upload('old', 'plan', 'second');
    expect(await contentOf('old', 'plan')).toBe('second');
    expect((await revisionsOf('old/plan')).toSorted()).toStrictEqual([1, undefined]);
  });

  test('of several at once each is one version', async () => {
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((content) => upload('at-once', 'plan', content)));
    expect((await revisionsOf('at-once/plan')).toSorted()).toStrictEqual([1, 2, 3, 4, 5]);
  });

  test('a file that was stored and did not get its revision is not there', async () => {
    await upload('left', 'plan', 'first');
    await files().updateMany({ filename: 'left/plan' }, { $set: { 'metadata.revision': 0 } });
    expect(await deliverables().find('left', 'plan')).toBeUndefined();
    expect(await deliverables().list('left')).toStrictEqual([]);
  });
});

describe('what is replaced is looked at once more when the file has arrived', () => {
  test('and what speaks against it keeps nothing of it', async () => {
    await upload('judged', 'plan', 'first');
    const looked: unknown[] = [];
    const judge = async (current: unknown) => {
      looked.push(current);
      throw new Error('not any more');
    };
    const stream = (async function* () {
      await upload('judged', 'plan', 'meanwhile');
      yield Buffer.from('third');
    })();
    await expect(upload('judged', 'plan', '', { stream, judge })).rejects.toThrow('not any more');
    expect(looked).toStrictEqual([{ name: 'plan', size: 9, sha256: sha256('meanwhile') }]);
    expect(await stored('judged', 'plan')).toStrictEqual({ files: 2, pieces: 2 });
  });

  test('and again when somebody was faster after that', async () => {
    let looks = 0;
    const judge = async () => {
      looks += 1;
      if (looks === 1) await upload('faster', 'plan', 'faster');
    };
    await upload('faster', 'plan', 'slower', { judge });
    expect([looks, await contentOf('faster', 'plan')]).toStrictEqual([2, 'slower']);
  });

  test('and what was forgotten meanwhile does not come back', async () => {
    const judge = () => opened().db.collection('deliverables.files').deleteMany({ filename: 'forgotten/plan' });
    await expect(upload('forgotten', 'plan', 'late', { judge })).rejects.toMatchObject({ reason: 'forgotten' });
    expect(await stored('forgotten', 'plan')).toStrictEqual({ files: 0, pieces: 0 });
  });
});

describe('an engagement has room for so much', () => {
  /** That many files of that size, without content. */
  const fill = (engagementId: string, count: number, length: number) =>
    opened()
      .db.collection('deliverables.files')
      .insertMany(
        Array.from({ length: count }, (_, n) => ({
          filename: `${engagementId}/${n}`,
          length,
          metadata: { engagementId, name: `${n}`, sha256: sha256(`${n}`), uploadedAt: AT, uploadedBy: 'eva.lind' },
        })),
      );
  const unread = () => {
    const stream = Readable.from([Buffer.from('more')]);
    return { stream, isRead: () => stream.readableDidRead };
  };

  test('files', async () => {
    await fill('many', MOST_FILES - 1, 1);
    await upload('many', 'last', 'last');
    const { stream, isRead } = unread();
    await expect(upload('many', 'more', '', { stream })).rejects.toMatchObject({ reason: 'noRoom' });
    expect(isRead()).toBe(false);
    const again = { expectedSha256: sha256('last') };
    expect((await upload('many', 'last', 'last', again)).sha256).toBe(sha256('last'));
  });

  test('bytes, as they are announced', async () => {
    await fill('big', 1, MOST_BYTES - 4);
    const { stream, isRead } = unread();
    await expect(upload('big', 'more', '', { stream, announcedBytes: 5 })).rejects.toMatchObject({ reason: 'noRoom' });
    expect(isRead()).toBe(false);
  });

  test('bytes, as they arrive', async () => {
    await fill('arriving', 1, MOST_BYTES - 4);
    await expect(upload('arriving', 'more', 'more!')).rejects.toMatchObject({ reason: 'noRoom' });
    expect(await stored('arriving', 'more')).toStrictEqual({ files: 0, pieces: 0 });
    expect((await upload('arriving', 'more', 'more')).size).toBe(4);
  });

  test('also when several arrive at once', async () => {
    await fill('crowd', MOST_FILES - 1, 1);
    const tries = ['a', 'b', 'c'].map((name) => upload('crowd', name, name));
    await Promise.allSettled(tries);
    expect((await deliverables().list('crowd')).length).toBeLessThanOrEqual(MOST_FILES);
  });
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

test('a piece that an earlier try has stored means that MongoDB did not answer, and the file may be sent again', async () => {
  const db = opened().db.client.db(`${opened().db.databaseName}-retried`);
  await db.collection('deliverables.files').createIndex({ filename: 1, uploadDate: 1 });
  await db.collection('deliverables.chunks').createIndexes([{ name: 'n', key: { n: 1 }, unique: true }]);
  const retried = createDeliverables(db);
  const given = { engagementId: 'e-1', maxBytes: 1_000, at: AT, uploadedBy: 'eva.lind' };
  const send = (name: string) => retried.upload({ ...given, name, stream: Readable.from([Buffer.from(name)]) });
  await send('first.md');
  const failure = await send('second.md').catch((error: unknown) => error);
  expect(isUnavailable(failure)).toBe(true);
  expect(await retried.find('e-1', 'second.md')).toBeUndefined();
});
