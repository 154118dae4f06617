import type { CollectionPlan } from './collections';
import { chronicleOf, chunksOf, counted, date, digest, list, object, sentRequest, text, whole } from './schema';

const claim = object({ heldBy: text, messageId: text, claimedAt: date });

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
