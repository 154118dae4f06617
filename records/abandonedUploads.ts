import { ObjectId, type Db } from 'mongodb';
import { DELIVERABLES } from './deliverables';

/** No upload takes that long: what is older and has no file yet never will. */
const ABANDONED_MS = 60 * 60_000;
const FILES_AT_ONCE = 1_000;

/** Removes what uploads left behind that broke off: content without a file, which nobody can tell whose it is. */
export async function removeAbandonedUploads(db: Db): Promise<void> {
  const files = db.collection(`${DELIVERABLES}.files`);
  const chunks = db.collection<{ files_id: ObjectId }>(`${DELIVERABLES}.chunks`);
  const before = ObjectId.createFromTime(Math.floor((Date.now() - ABANDONED_MS) / 1_000));
  const uploads = chunks.aggregate<{ _id: ObjectId }>(
    [{ $match: { files_id: { $lt: before } } }, { $group: { _id: '$files_id' } }],
    { hint: { files_id: 1, n: 1 } },
  );
  for (let ids = await take(uploads); ids.length > 0; ids = await take(uploads)) {
    const there = await files.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
    const known = new Set(there.map(({ _id }) => _id.toHexString()));
    const abandoned = ids.filter((id) => !known.has(id.toHexString()));
    if (abandoned.length > 0) await chunks.deleteMany({ files_id: { $in: abandoned } });
  }
}

/** The next ids, at most so many; none at the end. */
async function take(uploads: { next(): Promise<{ _id: ObjectId } | null> }): Promise<ObjectId[]> {
  const ids: ObjectId[] = [];
  while (ids.length < FILES_AT_ONCE) {
    const upload = await uploads.next();
    if (!upload) break;
    ids.push(upload._id);
  }
  return ids;
}
