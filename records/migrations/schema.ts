import type { Document } from 'mongodb';
import type { CollectionPlan } from './collections';

export const text = { bsonType: 'string', minLength: 1 };
export const date = { bsonType: 'date' };
export const whole = { bsonType: ['int', 'long'], minimum: 0 };
export const counted = { bsonType: ['int', 'long'], minimum: 1 };
export const list = { bsonType: 'array' };

/** An object with these fields and maybe others. */
export const object = (required: Document, optional: Document = {}) => ({
  bsonType: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

const money = object({ minor: { bsonType: 'long', minimum: 0 }, currency: text });

export const digest = { bsonType: 'string', pattern: '^[0-9a-f]{64}$' };

export const chunksOf = (bucket: string): CollectionPlan => ({
  name: `${bucket}.chunks`,
  schema: object({ files_id: { bsonType: 'objectId' }, n: whole, data: { bsonType: 'binData' } }),
  indexes: [{ key: { files_id: 1, n: 1 }, unique: true }],
});

const actor = object({ subject: text, role: text });

/**
 * The record of one kind of subject: `events` holds what was said and what came of it, `outcomes` what left no event. Every
 * event may say `more` than those of others.
 */
export const chronicleOf = (
  subject: 'engagementId' | 'partnerId' | 'batchId',
  { events, outcomes }: { events: string; outcomes: string },
  more: Document = {},
): CollectionPlan[] => {
  const event = object({
    [subject]: text,
    version: counted,
    type: text,
    at: text,
    messageId: text,
    actor,
    ...more,
    data: { bsonType: 'object' },
  });
  const message = { name: 'message', key: { [subject]: 1, messageId: 1 }, unique: true } as const;
  return [
    {
      name: events,
      schema: object({
        [subject]: text,
        fromVersion: whole,
        messageId: text,
        fingerprint: text,
        message: text,
        events: { bsonType: 'array', minItems: 1, items: event },
      }),
      indexes: [{ name: 'version', key: { [subject]: 1, fromVersion: 1 }, unique: true }, message],
    },
    {
      name: outcomes,
      schema: object({ [subject]: text, messageId: text, fingerprint: text, at: text }, { sameAs: text }),
      indexes: [message],
    },
  ];
};

/** What SAVB is sent. */
export const sentRequest = object({
  reference: text,
  amount: money,
  vouchers: list,
  invoice: object({ number: text, date: text }),
});
