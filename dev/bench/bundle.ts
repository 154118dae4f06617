import { readFile } from 'node:fs/promises';
import { BUNDLE_FILE } from '../../worker/bundle';

/** Bytes of code in the built workflow bundle, without the source map at its end. */
export async function codeBytesOfBundle(): Promise<number> {
  const [code = ''] = (await readFile(BUNDLE_FILE, 'utf8')).split(/^\/\/# sourceMappingURL=/m);
  return Buffer.byteLength(code);
}
