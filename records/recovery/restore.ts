import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BSON, type Db, type Document } from 'mongodb';
import { z } from 'zod';
import { markRestored, restoredFrom, stepsTaken, takeSteps, unknownSteps } from '../migrations/migrate';
import { DumpRefused, readManifest, type DumpedCollection, type Manifest } from './manifest';

/** Of the lines that are inserted at a time. */
const MOST_BYTES = 4_000_000;
const MOST_LINES = 1_000;

/**
 * Loads a whole dump into an empty database, in bounded memory, and brings it up to date with this release. Nobody can work
 * with the database until it is complete.
 * @throws DumpRefused when the dump is not whole or of a newer release, or anything is in the database
 */
export async function restore(db: Db, folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const unknown = unknownSteps(manifest.migrations);
  if (unknown.length > 0) throw new DumpRefused(`the dump is of a newer release: ${unknown.join(', ')}`);
  await refuseFull(db);
  await markRestored(db, manifest.startedAt);
  // As its documents were written under: what a newer release changes of them, it changes after they are there.
  await takeSteps(db, manifest.migrations);
  for (const collection of manifest.collections) await load(db, folder, collection);
  await takeSteps(db);
  return manifest;
}

/**
 * Treats a database that was brought back by other means as a dump begun at `asOf`, an instant no later than what is in it, and
 * brings it up to date with this release. Nobody can work with it until it is complete. Answers that instant, in UTC.
 * @throws DumpRefused when that is no instant or to come, when nothing is there, or what is there is of a newer release or
 * marked already
 */
export async function restoreAsOf(db: Db, asOf: string, now: () => Date): Promise<{ startedAt: string }> {
  const instant = z.iso.datetime({ offset: true }).safeParse(asOf);
  if (!instant.success || Date.parse(asOf) > now().getTime())
    throw new DumpRefused(`${asOf} is no instant in the past, such as 2020-07-31T23:00:00Z`);
  const taken = await stepsTaken(db);
  if (taken.length === 0) throw new DumpRefused('there is nothing in the database');
  const unknown = unknownSteps(taken);
  if (unknown.length > 0) throw new DumpRefused(`the database is of a newer release: ${unknown.join(', ')}`);
  const marked = await restoredFrom(db);
  if (marked !== undefined) throw new DumpRefused(`the database is marked already, as of ${marked}`);
  const startedAt = new Date(asOf).toISOString();
  await markRestored(db, startedAt);
  await takeSteps(db);
  return { startedAt };
}

async function refuseFull(db: Db): Promise<void> {
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray())
    if (!name.startsWith('system.') && (await db.collection(name).findOne({}, { projection: { _id: 1 } })))
      throw new DumpRefused(`${name} is not empty: restore into a database of another name, or drop this one first`);
}

async function load(db: Db, folder: string, { name, file, documents }: DumpedCollection): Promise<void> {
  const rows = db.collection(name);
  let loaded = 0;
  await pipeline(
    createReadStream(path.join(folder, file)),
    createGunzip(),
    linesOf,
    inPortions,
    async (portions: AsyncIterable<string[]>) => {
      for await (const lines of portions) {
        const parsed = lines.map((line) => BSON.EJSON.parse(line, { relaxed: false }) as Document);
        // What was stored is put back as it was, whatever is asked of new documents.
        await rows.insertMany(parsed, { bypassDocumentValidation: true, ignoreUndefined: false });
        loaded += parsed.length;
      }
    },
  );
  if (loaded !== documents) throw new DumpRefused(`${file} has ${loaded} documents instead of ${documents}`);
}

async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, from)) {
      yield Buffer.concat([...rest, piece.subarray(from, end)]).toString('utf8');
      rest = [];
      from = end + 1;
    }
    rest.push(piece.subarray(from));
  }
}

async function* inPortions(lines: AsyncIterable<string>): AsyncGenerator<string[]> {
  let portion: string[] = [];
  let bytes = 0;
  for await (const line of lines) {
    portion.push(line);
    bytes += line.length;
    if (bytes < MOST_BYTES && portion.length < MOST_LINES) continue;
    yield portion;
    [portion, bytes] = [[], 0];
  }
  if (portion.length > 0) yield portion;
}
