import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError, readConfig } from './read';

/** The length AES-256 wants. */
const SECRET_BYTES = 32;

const keyRule = 'names with 32 bytes in base64, such as 2026-01:<44 characters>, one after the other';

interface PayloadKey {
  id: string;
  secret: Buffer;
}

/** `name:secret` of each key, separated by commas or lines. */
const keysSchema = z.string().transform((text, context) => {
  const keys = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(readKey);
  if (!areUsable(keys)) context.addIssue({ code: 'custom', message: keyRule });
  return keys as [PayloadKey, ...PayloadKey[]];
});

const areUsable = (keys: readonly PayloadKey[]): boolean =>
  keys.length > 0 &&
  keys.every(({ id, secret }) => /^[\w.-]{1,64}$/.test(id) && secret.length === SECRET_BYTES) &&
  new Set(keys.map(({ id }) => id)).size === keys.length;

function readKey(entry: string): PayloadKey {
  const [id = '', secret = ''] = entry.split(':', 2);
  return { id, secret: /^[A-Za-z0-9+/]+={0,2}$/.test(secret) ? Buffer.from(secret, 'base64') : Buffer.alloc(0) };
}

const payloadSchema = z
  .object({
    /** `on`: what is written to Temporal is encrypted; `required`: workflows take nothing else. With keys and `off`, it can be read. */
    PAYLOAD_CODEC: z.enum(['on', 'required', 'off'], { error: 'on, required or off' }).default('off'),
    PAYLOAD_KEYS: keysSchema.optional(),
  })
  .refine(({ PAYLOAD_CODEC, PAYLOAD_KEYS }) => PAYLOAD_CODEC === 'off' || PAYLOAD_KEYS, {
    message: 'must be set unless PAYLOAD_CODEC=off, or PAYLOAD_KEYS_FILE',
    path: ['PAYLOAD_KEYS'],
  })
  .transform(({ PAYLOAD_CODEC, PAYLOAD_KEYS }) =>
    PAYLOAD_KEYS
      ? { encrypts: PAYLOAD_CODEC !== 'off', refusesClear: PAYLOAD_CODEC === 'required', keys: PAYLOAD_KEYS }
      : undefined,
  );

/**
 * How payloads are protected: the first key encrypts, every one of them decrypts. Keys come from `PAYLOAD_KEYS` or from the
 * file that `PAYLOAD_KEYS_FILE` names; undefined when there are none.
 * @throws ConfigError that names no key
 */
export function readPayloadConfig(env: NodeJS.ProcessEnv = process.env) {
  return readConfig(payloadSchema, { ...env, PAYLOAD_KEYS: keysIn(env) });
}
export type PayloadConfig = ReturnType<typeof readPayloadConfig>;

function keysIn({ PAYLOAD_KEYS, PAYLOAD_KEYS_FILE }: NodeJS.ProcessEnv): string | undefined {
  if (!PAYLOAD_KEYS_FILE) return PAYLOAD_KEYS;
  if (PAYLOAD_KEYS) throw new ConfigError('PAYLOAD_KEYS_FILE: not beside PAYLOAD_KEYS');
  try {
    return readFileSync(PAYLOAD_KEYS_FILE, 'utf8');
  } catch (cause) {
    throw new ConfigError('PAYLOAD_KEYS_FILE: must name a file that can be read', { cause });
  }
}
