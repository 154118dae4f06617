import { createHash } from 'node:crypto';

/**
 * What a message says, in 64 hexadecimal digits: SHA-256 of its name and its canonical payload. Who says it and when is
 * not part of it, so the same content said again has the same fingerprint.
 */
export function fingerprintOf(name: string, payload: unknown): string {
  return createHash('sha256')
    .update(`${name}\n${canonicalJson(payload)}`)
    .digest('hex');
}

/** Stands for the fingerprint of a forgotten message, from which what was said could be guessed. */
export const standInFor = (messageId: string): string => createHash('sha256').update(messageId).digest('hex');

/** JSON in which equal values have equal text: keys sorted, `undefined` dropped as JSON drops it. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sorted(part) : part)) ?? 'null';
}

const isRecord = (part: unknown): part is Record<string, unknown> =>
  typeof part === 'object' && part !== null && !Array.isArray(part);

function sorted(part: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
}
