import type { Document, IndexDescription } from 'mongodb';

/** A collection as a migration creates it. `schema` (`$jsonSchema`) holds what every writer, of any release, must keep to. */
export interface CollectionPlan {
  name: string;
  schema: Document;
  indexes: IndexDescription[];
}

const text = { bsonType: 'string', minLength: 1 };
const date = { bsonType: 'date' };
const whole = { bsonType: ['int', 'long'], minimum: 0 };
const counted = { bsonType: ['int', 'long'], minimum: 1 };
const list = { bsonType: 'array' };

/** An object with these fields and maybe others. */
const object = (required: Document, optional: Document = {}) => ({
  bsonType: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

const actor = object({ subject: text, role: text });

const claim = object({ heldBy: text, messageId: text, claimedAt: date });

const money = object({ minor: { bsonType: 'long', minimum: 0 }, currency: text });

const digest = { bsonType: 'string', pattern: '^[0-9a-f]{64}$' };

const chunksOf = (bucket: string): CollectionPlan => ({
  name: `${bucket}.chunks`,
  schema: object({ files_id: { bsonType: 'objectId' }, n: whole, data: { bsonType: 'binData' } }),
  indexes: [{ key: { files_id: 1, n: 1 }, unique: true }],
});

/**
 * The record of one kind of subject: `events` holds what was said and what came of it, `outcomes` what left no event. Every
 * event may say `more` than those of others.
 */
const chronicleOf = (
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
const sentRequest = object({
  reference: text,
  amount: money,
  vouchers: list,
  invoice: object({ number: text, date: text }),
});

/**
 * The collections of the first release. A later one is a new migration: what is released here does not change any more, so
 * the words that grow with releases (event types, stages, kinds of task) are left to the contracts.
 */
export const FIRST_COLLECTIONS: CollectionPlan[] = [
  ...chronicleOf('engagementId', { events: 'engagementEvents', outcomes: 'messageOutcomes' }),
  {
    name: 'engagements',
    schema: object({
      _id: text,
      engagementId: text,
      partnerId: text,
      engagementType: text,
      stage: text,
      version: counted,
      tasks: list,
      lookup: object({ customer: list, openTasks: { bsonType: 'bool' } }),
    }),
    indexes: [
      { name: 'partner', key: { partnerId: 1, _id: 1 } },
      { name: 'stage', key: { stage: 1, _id: 1 } },
      { name: 'voucher', key: { 'voucher.voucherId': 1, _id: 1 } },
      { name: 'customer', key: { 'lookup.customer': 1, _id: 1 } },
      { name: 'openTasks', key: { 'lookup.openTasks': 1, _id: 1 } },
      { name: 'due', key: { 'nextDeadline.at': 1, _id: 1 } },
    ],
  },
  {
    name: 'tasks',
    schema: object({
      _id: text,
      taskId: text,
      kind: text,
      status: { enum: ['open', 'resolved'] },
      partnerId: text,
      version: counted,
    }),
    indexes: [
      { name: 'partner', key: { partnerId: 1, status: 1, _id: 1 } },
      { name: 'kind', key: { kind: 1, status: 1, _id: 1 } },
      { name: 'status', key: { status: 1, _id: 1 } },
      { name: 'engagement', key: { engagementId: 1, status: 1 } },
    ],
  },
  { name: 'vouchers', schema: claim, indexes: [] },
  { name: 'claims', schema: claim, indexes: [] },
  {
    name: 'partners',
    schema: object({ _id: text, partnerId: text, name: text, mpnId: text, membershipRenewsOn: text }),
    indexes: [],
  },
  {
    name: 'paymentRequests',
    schema: object(
      {
        _id: text,
        engagementId: text,
        partnerId: text,
        year: counted,
        number: counted,
        attempt: whole,
        attempts: list,
        unknowns: whole,
      },
      {
        request: sentRequest,
      },
    ),
    indexes: [{ name: 'number', key: { partnerId: 1, year: 1, number: 1 }, unique: true }],
  },
  {
    name: 'deliverables.files',
    schema: object({
      filename: text,
      metadata: object({
        engagementId: text,
        name: text,
        sha256: digest,
        uploadedAt: text,
        uploadedBy: text,
      }),
    }),
    indexes: [
      { key: { filename: 1, uploadDate: 1 } },
      { name: 'engagement', key: { 'metadata.engagementId': 1, filename: 1 } },
    ],
  },
  chunksOf('deliverables'),
];

/** Orders the versions of a deliverable. Files of old have no revision, and 0 is no version yet. */
export const DELIVERABLE_REVISIONS: IndexDescription = {
  name: 'revision',
  key: { filename: 1, 'metadata.revision': 1 },
  unique: true,
  partialFilterExpression: { 'metadata.revision': { $gt: 0 } },
};

/** The collections of the notices. */
export const NOTICE_COLLECTIONS: CollectionPlan[] = [
  {
    name: 'notices',
    schema: object({ _id: text, to: text, subject: text, text, status: text, attempts: counted, at: text }),
    indexes: [],
  },
];

/** The collections of partners with a record of their own. */
export const PARTNER_COLLECTIONS: CollectionPlan[] = chronicleOf(
  'partnerId',
  { events: 'partnerEvents', outcomes: 'partnerMessageOutcomes' },
  { rulebook: text },
);

/** The collections of batches. */
export const BATCH_COLLECTIONS: CollectionPlan[] = [
  ...chronicleOf('batchId', { events: 'batchEvents', outcomes: 'batchMessageOutcomes' }),
  {
    name: 'batches',
    schema: object({
      _id: text,
      batchId: text,
      partnerId: text,
      stage: text,
      version: counted,
      members: list,
      tasks: list,
      lookup: object({ group: text, number: whole }),
    }),
    indexes: [
      { name: 'partner', key: { partnerId: 1, _id: 1 } },
      { name: 'stage', key: { stage: 1, _id: 1 } },
      { name: 'group', key: { 'lookup.group': 1, 'lookup.number': -1 } },
    ],
  },
];

const invoiceRow = (more: Document = {}): Document =>
  object(
    { _id: text, partnerId: text, year: counted, number: counted, attempt: whole, attempts: list, unknowns: whole },
    { engagementId: text, batchId: text, request: sentRequest, ...more },
  );

/** An invoice is an engagement's, or a batch's. */
export const INVOICES_OF_BATCHES: Document = invoiceRow();

/** An invoice knows its document. */
export const INVOICES_WITH_DOCUMENT: Document = invoiceRow({ document: object({ sha256: digest, size: counted }) });

/** The invoices that partners send to Microsoft, one for each payment request. */
export const INVOICE_COLLECTIONS: CollectionPlan[] = [
  {
    name: 'invoices.files',
    schema: object({ filename: text, length: counted, metadata: object({ sha256: digest }) }),
    indexes: [{ key: { filename: 1, uploadDate: 1 } }, { name: 'reference', key: { filename: 1 }, unique: true }],
  },
  chunksOf('invoices'),
];

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

/** A task that reconciliation opens may be nobody's: about a payment request that only SAVB has. */
export const TASKS_OF_ANYBODY: Document = object(
  { _id: text, taskId: text, kind: text, status: { enum: ['open', 'resolved'] }, version: counted },
  { partnerId: text, reconciliation: object({ reference: text, said: list }) },
);

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

/** Finds the most urgent engagements of a stage. */
export const DEADLINES_OF_STAGE: IndexDescription = {
  name: 'stageDue',
  key: { stage: 1, 'nextDeadline.at': 1, _id: 1 },
};

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

/** Finds a partner by what its names begin with. */
export const PARTNERS_BY_NAME: IndexDescription = { name: 'name', key: { 'lookup.names': 1, _id: 1 } };

/** Lists the open tasks that are due soonest. */
export const DUE_TASKS: IndexDescription = { name: 'due', key: { status: 1, dueAt: 1, _id: 1 } };
