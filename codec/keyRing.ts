import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** A secret of 32 bytes and the name under which payloads mention it. */
export interface PayloadKey {
  id: string;
  secret: Uint8Array;
}

/** A key as it is used; `check` tells it from another key of the same name, and nothing about its secret. */
export interface RingKey {
  id: string;
  key: KeyObject;
  check: string;
}

/** The keys of this process: one encrypts, all of them decrypt. */
export interface KeyRing {
  current: RingKey;
  find(id: string): RingKey | undefined;
}

/** A ring whose first key encrypts; the others only read what was encrypted with them earlier. */
export function createKeyRing([first, ...others]: readonly [PayloadKey, ...PayloadKey[]]): KeyRing {
  const current = ringKey(first);
  const keys = new Map([current, ...others.map(ringKey)].map((key) => [key.id, key]));
  return { current, find: (id) => keys.get(id) };
}

const CHECK_LENGTH = 16;

function ringKey({ id, secret }: PayloadKey): RingKey {
  const key = createSecretKey(secret);
  const check = createHmac('sha256', key).update('check of a payload key').digest('hex').slice(0, CHECK_LENGTH);
  return { id, key, check };
}
