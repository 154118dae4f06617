import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { askForToken } from '../client/cli/http';
import { urlOf } from './settings';
import type { StackPorts } from './stackPorts';

/** As long as the dev issuer lets one live. */
const LONGEST_TOKEN_S = 30 * 24 * 60 * 60;

/**
 * The variables of encrypted payloads. With `PAYLOAD_CODEC=on` or `required` a key is made, once, and kept in `dataDir`: as long as it is
 * there, what it encrypted can be read, whether the codec is on or off. Keys of the environment win.
 */
export async function payloadSettings(
  dataDir: string,
  env: NodeJS.ProcessEnv,
): Promise<{ PAYLOAD_KEYS_FILE?: string }> {
  if (env.PAYLOAD_KEYS || env.PAYLOAD_KEYS_FILE) return {};
  const PAYLOAD_KEYS_FILE = path.join(dataDir, 'payload.keys');
  if (['on', 'required'].includes(env.PAYLOAD_CODEC ?? '') && !existsSync(PAYLOAD_KEYS_FILE)) {
    await mkdir(dataDir, { recursive: true });
    await writeFile(PAYLOAD_KEYS_FILE, `dev:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  }
  return existsSync(PAYLOAD_KEYS_FILE) ? { PAYLOAD_KEYS_FILE } : {};
}

/** Whether anything is, or was, encrypted. */
export const hasKeys = ({ PAYLOAD_KEYS, PAYLOAD_KEYS_FILE }: NodeJS.ProcessEnv): boolean =>
  Boolean(PAYLOAD_KEYS || PAYLOAD_KEYS_FILE);

/** Where the Temporal UI of the stack asks: nobody logs in to it, so the token of a supporter stands in the address. */
export async function codecEndpoint({ codec, issuer }: StackPorts): Promise<string> {
  const supporter = { role: 'support', subject: 'temporal-ui', expiresIn: LONGEST_TOKEN_S };
  return `${urlOf(codec)}/${await askForToken(urlOf(issuer), supporter)}`;
}
