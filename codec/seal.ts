import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import { Field, MapField, Root, Type } from 'protobufjs';
import type { KeyRing, RingKey } from './keyRing';

/**
 * What a sealed payload is for: one workflow, or, when a person typed it, a Signal to whichever workflow it is sent to. An
 * empty id is no workflow's: Temporal's SDK does not say whose some of its failures are.
 */
export type Binding = { workflowId: string } | 'hand';

/** A sealed payload cannot be read, or is not meant for whoever reads it. */
export class SealBroken extends Error {
  override readonly name: string = 'SealBroken';
}

/** Whoever reads a sealed payload does not have its key, others may. */
export class KeyMissing extends SealBroken {
  override readonly name = 'KeyMissing';
}

const ENCRYPTED = 'binary/encrypted';

/** Names in the metadata of a payload; `encryption-key-id` is the word of Temporal's own samples. */
const KEY_ID = 'encryption-key-id';
const KEY_CHECK = 'encryption-key-check';
const WORKFLOW_ID = 'workflow-id';
const HAND = 'hand';

const CIPHER = 'aes-256-gcm';
/** Bytes; NIST SP 800-38D, 8.2.2: random ones are safe for 2^32 payloads per key. */
const IV_LENGTH = 12;
const TAG_LENGTH = 16;

/** `temporal.api.common.v1.Payload` as it goes over the wire. */
const wire = new Type('Payload').add(new MapField('metadata', 1, 'string', 'bytes')).add(new Field('data', 2, 'bytes'));
new Root().add(wire);

export const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));

export const isSealed = ({ metadata }: Payload): boolean => textOf(metadata?.['encoding']) === ENCRYPTED;

/** Whether a sealed payload says that a person typed it. */
export const isTyped = ({ metadata }: Payload): boolean => metadata?.[HAND] != null;

/** Encrypts a payload, metadata and all, with AES-256-GCM; key and binding stay readable and cannot be changed. */
export function seal(payload: Payload, { current }: KeyRing, binding: Binding): Payload {
  const [name, value] = binding === 'hand' ? [HAND, 'true'] : [WORKFLOW_ID, binding.workflowId];
  const iv = randomBytes(IV_LENGTH);
  const cipher = createCipheriv(CIPHER, current.key, iv, { authTagLength: TAG_LENGTH });
  cipher.setAAD(additionalData(current.id, name, value));
  const secret = Buffer.concat([cipher.update(wire.encode(payload).finish()), cipher.final()]);
  return {
    metadata: {
      encoding: bytesOf(ENCRYPTED),
      [KEY_ID]: bytesOf(current.id),
      [KEY_CHECK]: bytesOf(current.check),
      [name]: bytesOf(value),
    },
    data: new Uint8Array(Buffer.concat([iv, secret, cipher.getAuthTag()])),
  };
}

/** Decrypts a sealed payload and tells what it is bound to. @throws SealBroken, KeyMissing */
export function unseal(sealed: Payload, ring: KeyRing): { payload: Payload; binding: Binding } {
  const { id, key } = keyOf(sealed, ring);
  const name = isTyped(sealed) ? HAND : WORKFLOW_ID;
  const value = textOf(sealed.metadata?.[name]);
  const payload = wire.toObject(wire.decode(decrypt(key, additionalData(id, name, value), sealed.data))) as Payload;
  return { payload, binding: name === HAND ? 'hand' : { workflowId: value } };
}

function keyOf({ metadata }: Payload, ring: KeyRing): RingKey {
  const id = textOf(metadata?.[KEY_ID]);
  const found = ring.find(id);
  if (!found) throw new KeyMissing(`no key of this process is called ${JSON.stringify(id)}`);
  if (found.check !== textOf(metadata?.[KEY_CHECK]))
    throw new KeyMissing(`this was encrypted with another key of the name ${JSON.stringify(id)}`);
  return found;
}

function decrypt(key: KeyObject, aad: Buffer, data: Uint8Array | null | undefined): Buffer {
  const bytes = Buffer.from(data ?? []);
  const end = bytes.length - TAG_LENGTH;
  if (end < IV_LENGTH) throw new SealBroken('the payload is too short to be encrypted');
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_LENGTH), { authTagLength: TAG_LENGTH });
  decipher.setAAD(aad);
  decipher.setAuthTag(bytes.subarray(end));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_LENGTH, end)), decipher.final()]);
  } catch (cause) {
    throw new SealBroken('the payload was changed after it was encrypted', { cause });
  }
}

const additionalData = (keyId: string, name: string, value: string): Buffer =>
  Buffer.from(JSON.stringify([ENCRYPTED, keyId, name, value]));
