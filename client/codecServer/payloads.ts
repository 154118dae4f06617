import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import type { KeyRing } from '../../codec/keyRing';
import { isSealed, seal, SealBroken, unseal } from '../../codec/seal';

const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));

const payload = z.object({ metadata: z.record(z.string(), bytes).optional(), data: bytes.optional() });

/** Of one request: more than a page of history has. */
export const MOST_PAYLOADS = 1_000;

/** What the Temporal UI and CLI send, and get back: payloads with their bytes in base64. No payloads may go unsaid. */
export const payloadsSchema = z.object({ payloads: z.array(payload).max(MOST_PAYLOADS).default([]) });

/** Payloads as they go back, and what there is to say about them. */
export interface Opened {
  payloads: Payload[];
  /** Whose they are. */
  workflowIds: string[];
  /** How many nobody here can read; they go back as they came, so that the others can be shown. */
  unreadable: number;
}

/** Decrypts what is encrypted, whichever workflow it belongs to: who asks is shown a history, not a workflow. */
export function openAll(payloads: readonly Payload[], ring: KeyRing): Opened {
  const workflowIds = new Set<string>();
  let unreadable = 0;
  const open = (payload: Payload): Payload => {
    if (!isSealed(payload)) return payload;
    try {
      const { payload: inside, binding } = unseal(payload, ring);
      if (binding !== 'hand' && binding.workflowId !== '') workflowIds.add(binding.workflowId);
      return inside;
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      unreadable += 1;
      return payload;
    }
  };
  return { payloads: payloads.map(open), workflowIds: [...workflowIds], unreadable };
}

/** Encrypts what somebody typed. Nobody says here for which workflow, so only Signals take it. */
export const sealAll = (payloads: readonly Payload[], ring: KeyRing): Payload[] =>
  payloads.map((payload) => seal(payload, ring, 'hand'));

const base64 = (given: Uint8Array): string => Buffer.from(given).toString('base64');

/** As JSON. */
export const encoded = (payloads: readonly Payload[]) => ({
  payloads: payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
    ...(data && { data: base64(data) }),
  })),
});
