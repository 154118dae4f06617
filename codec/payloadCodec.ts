import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { createKeyRing, type KeyRing, type PayloadKey } from './keyRing';
import { bytesOf, isSealed, isTyped, KeyMissing, seal, SealBroken, unseal } from './seal';

/** How a process treats payloads. */
export interface PayloadProtection {
  /** The first one encrypts; every one of them decrypts. */
  keys: readonly [PayloadKey, ...PayloadKey[]];
  /** False: nothing is encrypted, and what is can be read all the same. */
  encrypts: boolean;
  /** True: what reaches a workflow was encrypted, or only the reason why it is refused is left of it. */
  refusesClear?: boolean;
}

/** Metadata of a payload that a person typed; whoever takes it looks for this. */
const TYPED_BY_HAND = 'hand';

/**
 * The codec of clients: encrypts for the workflow that the payload belongs to and reads only what was encrypted for it, or
 * was never encrypted. @throws SealBroken when it decodes
 */
export function createClientCodec({ keys, encrypts }: PayloadProtection): PayloadCodec {
  const ring = createKeyRing(keys);
  return {
    encode: async (payloads, context) =>
      encrypts ? payloads.map((payload) => sealFor(payload, ring, context)) : payloads,
    decode: async (payloads, context) => payloads.map((payload) => unsealFor(payload, ring, context)),
  };
}

/**
 * The codec of workers. What reaches a workflow may have been typed, or copied from elsewhere, or be broken: of what is not
 * for this workflow only the reason is left, so that it is refused where an error would fail the workflow's tasks for ever.
 * A key that is unknown or wrong is an error all the same: tasks wait until somebody provides it, and nothing is lost.
 */
export function createWorkerCodec(protection: PayloadProtection): PayloadCodec {
  const { keys, refusesClear } = protection;
  const ring = createKeyRing(keys);
  const decoded = (payload: Payload, context: SerializationContext | undefined): Payload => {
    if (context?.type !== 'workflow') return unsealFor(payload, ring, context);
    if (refusesClear && !isSealed(payload)) return instead('this was not encrypted');
    return unsealForWorkflow(payload, ring, context);
  };
  return {
    ...createClientCodec(protection),
    decode: async (payloads, context) => payloads.map((payload) => decoded(payload, context)),
  };
}

/** An error here would end the worker when it has to tell of a failed task: of those the SDK gives no context. */
const sealFor = (payload: Payload, ring: KeyRing, context: SerializationContext | undefined): Payload =>
  seal(payload, ring, { workflowId: workflowOf(context) });

const workflowOf = (context: SerializationContext | undefined): string => context?.workflowId ?? '';

function unsealFor(payload: Payload, ring: KeyRing, context: SerializationContext | undefined): Payload {
  if (!isSealed(payload)) return payload;
  const { payload: inside, binding } = unseal(payload, ring);
  if (binding === 'hand') throw new SealBroken('what was typed by hand is read from Signals alone');
  if (binding.workflowId !== workflowOf(context)) throw new SealBroken(misplaced(binding.workflowId));
  return inside;
}

function unsealForWorkflow(payload: Payload, ring: KeyRing, { workflowId }: { workflowId: string }): Payload {
  if (!isSealed(payload)) return payload;
  try {
    const { payload: inside, binding } = unseal(payload, ring);
    if (binding === 'hand') return { ...inside, metadata: { ...inside.metadata, [TYPED_BY_HAND]: bytesOf('true') } };
    return binding.workflowId === workflowId ? inside : instead(misplaced(binding.workflowId));
  } catch (error) {
    if (isTyped(payload) && isBroken(error)) return instead(error.message);
    throw error;
  }
}

/** Whoever has the key comes to the same conclusion, now and whenever the workflow is replayed. */
const isBroken = (error: unknown): error is SealBroken => error instanceof SealBroken && !(error instanceof KeyMissing);

const misplaced = (workflowId: string): string => `this was encrypted for ${workflowId || 'no workflow'}`;

const instead = (reason: string): Payload => ({
  metadata: { encoding: bytesOf('json/plain') },
  data: bytesOf(JSON.stringify(reason)),
});
