import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { BSON, type Db, type Sort } from 'mongodb';
import { stepsTaken } from '../migrations/migrate';
import { KINDS } from './kinds';
import { DumpRefused, writeManifest, type DumpedCollection, type Manifest } from './manifest';

/** What migrations make, and nothing else; and what a server keeps for itself. */
const NOT_DUMPED = /^(migrations$|system\.)/;

/** With GridFS's pieces a batch takes a few megabytes. */
const BATCH = 20;

/** Extended JSON that keeps every type, as it is stored. */
const AS_STORED = { promoteValues: false, promoteLongs: false, promoteBuffers: false } as const;

/**
 * Writes the whole database into an empty folder while others work, in bounded memory: a file of lines of canonical Extended
 * JSON for each collection, then the manifest. The record is read first, in its own order, and what it refers to was written
 * before it: claims, invoices and files that the dumped record names are in the dump. `now` is the clock.
 * @throws DumpRefused when there is something in the folder
 */
export async function dump(db: Db, folder: string, now: () => Date): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new DumpRefused(`${folder} is not empty`);
  const startedAt = now().toISOString();
  const migrations = await stepsTaken(db);
  const collections: DumpedCollection[] = [];
  for (const name of await namesInOrder(db)) collections.push(await dumpCollection(db, name, folder));
  const manifest: Manifest = { format: 1, startedAt, finishedAt: now().toISOString(), migrations, collections };
  await writeManifest(folder, manifest);
  return manifest;
}

/** The record first, then the rest, then files, then their pieces: what is referred to is read after what refers to it. */
async function namesInOrder(db: Db): Promise<string[]> {
  const infos = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = infos.map(({ name }) => name).filter((name) => !NOT_DUMPED.test(name));
  const record = KINDS.map(({ events }) => events).filter((name) => names.includes(name));
  const rest = names.filter((name) => !record.includes(name)).sort();
  const rank = (name: string) => ['.files', '.chunks'].findIndex((ending) => name.endsWith(ending));
  return [...record, ...rest.toSorted((one, other) => rank(one) - rank(other))];
}

/**
 * A subject's messages are read in the order of their versions: one that comes while they are read is there, or it is not and
 * nothing that follows it is either.
 */
function orderOf(name: string): Sort {
  const kind = KINDS.find(({ events }) => events === name);
  return kind ? { [kind.subject]: 1, fromVersion: 1 } : { _id: 1 };
}

async function dumpCollection(db: Db, name: string, folder: string): Promise<DumpedCollection> {
  const file = `${name}.jsonl.gz`;
  const rows = db.collection(name).find({}, AS_STORED).sort(orderOf(name)).batchSize(BATCH);
  const hash = createHash('sha256');
  let [documents, bytes] = [0, 0];
  await pipeline(
    async function* lines() {
      for await (const row of rows) {
        documents += 1;
        yield `${BSON.EJSON.stringify(row, { relaxed: false })}\n`;
      }
    },
    createGzip({ level: 1 }),
    async function* measured(pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        hash.update(piece);
        bytes += piece.byteLength;
        yield piece;
      }
    },
    createWriteStream(path.join(folder, file), { mode: 0o600, flush: true }),
  );
  return { name, file, documents, bytes, sha256: hash.digest('hex') };
}
