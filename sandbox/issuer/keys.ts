import { link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';

export const ALGORITHM = 'ES256';

/** A key pair that signs, with the public half as it is published. */
export interface SigningKey {
  privateKey: Awaited<ReturnType<typeof importJWK>>;
  publicJwk: JWK & { kid: string };
}

/** Reads the key pair kept in a folder; the first to ask creates it. @throws Error when the file is not a key */
export async function readSigningKey(keysFolder: string): Promise<SigningKey> {
  const file = join(keysFolder, 'es256.json');
  await mkdir(keysFolder, { recursive: true, mode: 0o700 });
  const text = await readFile(file, 'utf8').catch(() => createKey(keysFolder, file));
  try {
    const jwk = JSON.parse(text) as JWK;
    const privateKey = await importJWK(jwk, ALGORITHM);
    const { kty, crv, x, y } = jwk;
    const kid = await calculateJwkThumbprint({ kty, crv, x, y });
    return { privateKey, publicJwk: { kty, crv, x, y, kid, alg: ALGORITHM, use: 'sig' } };
  } catch (cause) {
    throw new Error(`${file} is not an ES256 key; remove it and a new one is made`, { cause });
  }
}

/** Two issuers may start on one folder at once: a link appears whole or not at all, and whoever comes second takes the first one's key. */
async function createKey(keysFolder: string, file: string): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const own = await mkdtemp(join(keysFolder, 'new-'));
  await writeFile(join(own, 'key'), JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
  await link(join(own, 'key'), file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(own, { recursive: true });
  return readFile(file, 'utf8');
}
