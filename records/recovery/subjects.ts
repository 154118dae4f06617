import type { Db } from 'mongodb';
import type { AnyDocument, Kind } from './kinds';

/** A subject with its whole record. */
export interface Subject {
  id: string;
  documents: AnyDocument[];
}

/** Rows fetched at a time. */
const BATCH = 500;

const withoutId = { projection: { _id: 0 } };

/** The record of one subject, in the order in which it came to be. */
export const recordOf = (db: Db, { events, subject }: Kind, id: string): Promise<AnyDocument[]> =>
  db
    .collection(events)
    .find<AnyDocument>({ [subject]: id }, withoutId)
    .sort({ fromVersion: 1 })
    .toArray();

/** Every subject of a kind, in the order of ids, so many at a time. Their records are read in bounded batches. */
export async function* subjectsOf(db: Db, { events, subject }: Kind, atOnce: number): AsyncGenerator<Subject[]> {
  const rows = db
    .collection(events)
    .find<AnyDocument & Record<string, unknown>>({}, withoutId)
    .sort({ [subject]: 1, fromVersion: 1 })
    .hint('version')
    .batchSize(BATCH);
  let subjects: Subject[] = [];
  for await (const document of rows) {
    const id = String(document[subject]);
    const latest = subjects.at(-1);
    if (latest?.id === id) {
      latest.documents.push(document);
      continue;
    }
    if (subjects.length >= atOnce) {
      yield subjects;
      subjects = [];
    }
    subjects.push({ id, documents: [document] });
  }
  if (subjects.length > 0) yield subjects;
}
