import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** A dump cannot be made, or what is there is not a whole one; the message says why. */
export class DumpRefused extends Error {
  override readonly name = 'DumpRefused';
}

const collectionSchema = z.strictObject({
  name: z.string().min(1),
  file: z.string().regex(/^[A-Za-z0-9._-]+$/),
  documents: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const manifestSchema = z.strictObject({
  format: z.literal(1),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** The steps of the database that had been taken. */
  migrations: z.array(z.string()),
  collections: z.array(collectionSchema),
});

/** What a whole dump consists of. It is written last: a dump without one was cut short. */
export type Manifest = z.output<typeof manifestSchema>;
export type DumpedCollection = z.output<typeof collectionSchema>;

const FILE = 'manifest.json';

/** Puts the manifest into its folder, whole or not at all. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const unfinished = path.join(folder, `${FILE}.unfinished`);
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path.join(folder, FILE));
}

/** Reads a manifest and compares every file with it. @throws DumpRefused when anything is missing or different */
export async function readManifest(folder: string): Promise<Manifest> {
  const manifest = parse(folder, await readFile(path.join(folder, FILE), 'utf8').catch(() => undefined));
  for (const collection of manifest.collections) await compare(folder, collection);
  return manifest;
}

function parse(folder: string, text: string | undefined): Manifest {
  if (text === undefined) throw new DumpRefused(`${folder} has no ${FILE}: it is no dump, or one that was cut short`);
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DumpRefused(`${folder}: ${FILE} is not one of this release`, { cause });
  }
}

async function compare(folder: string, { file, bytes, sha256 }: DumpedCollection): Promise<void> {
  const hash = createHash('sha256');
  let read = 0;
  try {
    await pipeline(createReadStream(path.join(folder, file)), async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        hash.update(piece);
        read += piece.byteLength;
      }
    });
  } catch (cause) {
    throw new DumpRefused(`${file} cannot be read: the dump is not whole`, { cause });
  }
  if (read !== bytes || hash.digest('hex') !== sha256)
    throw new DumpRefused(`${file} is not what was written: the dump is damaged`);
}
