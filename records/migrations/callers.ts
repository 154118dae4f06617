import type { CollectionPlan } from './collections';
import { date, digest, list, object, text, whole } from './schema';

/** The keys of partners' machines. */
export const API_KEY_COLLECTIONS: CollectionPlan[] = [
  {
    name: 'apiKeys',
    schema: object({
      _id: text,
      keyId: text,
      sha256: digest,
      partnerId: text,
      roles: list,
      createdBy: text,
      expiresAt: text,
      messageId: text,
      fingerprint: text,
    }),
    indexes: [
      { name: 'sha256', key: { sha256: 1 }, unique: true },
      { name: 'message', key: { messageId: 1 }, unique: true },
      { name: 'partner', key: { partnerId: 1, _id: 1 } },
    ],
  },
];

/** The answers of the API, and keys that wait for one, until they expire; the database takes them away a little later. */
export const ANSWER_COLLECTIONS: CollectionPlan[] = [
  {
    name: 'idempotency',
    schema: object(
      {
        _id: text,
        fingerprint: digest,
        at: date,
      },
      { status: whole, headers: { bsonType: 'object' }, body: { bsonType: 'string' }, about: text, holders: list },
    ),
    indexes: [
      { name: 'expiry', key: { at: 1 }, expireAfterSeconds: 30 * 24 * 60 * 60 },
      { name: 'about', key: { about: 1 } },
    ],
  },
];

/** What was asked of the API: `_id` counts, so that no entry can be taken out without a gap. */
export const AUDIT_COLLECTIONS: CollectionPlan[] = [
  {
    name: 'audit',
    schema: object({
      _id: { bsonType: 'long', minimum: 1 },
      at: text,
      tenant: text,
      method: text,
      route: text,
      about: list,
      status: whole,
      requestId: text,
      address: text,
      previous: digest,
      hash: digest,
    }),
    indexes: [
      { name: 'about', key: { about: 1, _id: 1 } },
      { name: 'subject', key: { subject: 1, _id: 1 } },
      { name: 'tenant', key: { tenant: 1, _id: 1 } },
      { name: 'code', key: { code: 1, _id: 1 } },
    ],
  },
];

/** Partners' endpoints and what each was sent. */
export const WEBHOOK_COLLECTIONS: CollectionPlan[] = [
  {
    name: 'webhooks',
    schema: object({
      _id: text,
      endpointId: text,
      partnerId: text,
      slot: whole,
      url: text,
      status: { enum: ['enabled', 'disabled'] },
      createdAt: text,
      createdBy: text,
      secrets: { bsonType: 'array', minItems: 1, items: object({ secret: text, messageId: text }, { until: text }) },
      messageId: text,
      fingerprint: text,
    }),
    indexes: [
      { name: 'partner', key: { partnerId: 1, createdAt: 1 } },
      { name: 'message', key: { partnerId: 1, messageId: 1 }, unique: true },
      { name: 'slot', key: { partnerId: 1, slot: 1 }, unique: true },
    ],
  },
  {
    name: 'webhookDeliveries',
    schema: object(
      {
        _id: text,
        webhookId: text,
        endpointId: text,
        event: object({ type: text, timestamp: text, data: { bsonType: 'object' } }),
        status: { enum: ['pending', 'delivered', 'failed'] },
        attempts: whole,
        createdAt: text,
      },
      { lastAttempt: object({ at: text }) },
    ),
    indexes: [],
  },
];

/** Sessions that people ended. They are taken away an hour after they are over: clocks differ. */
export const SESSION_COLLECTIONS: CollectionPlan[] = [
  {
    name: 'endedSessions',
    schema: object({ _id: text, until: date }),
    indexes: [{ name: 'expiry', key: { until: 1 }, expireAfterSeconds: 60 * 60 }],
  },
];
