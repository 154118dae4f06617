import type { Db, IndexDescription } from 'mongodb';
import type { RecordedMessage } from '../domain/engagement/events';

/** Where an event says by which id its customer is known: when the engagement started, and when that changed. */
const FIELDS = {
  customerId: 'events.data.customer.customerId',
  licensingId: 'events.data.customer.licensingId',
  changedLicensingId: 'events.data.licensingId',
};

/** Few events name an id: the others are in none of these. */
export const CUSTOMER_ID_INDEXES: IndexDescription[] = Object.entries(FIELDS).map(([name, field]) => ({
  name,
  key: { [field]: 1 },
  partialFilterExpression: { [field]: { $exists: true } },
}));

/** Finds the batches that an engagement is in or was once. */
export const BATCHES_OF_ENGAGEMENT: IndexDescription = {
  name: 'member',
  key: { 'events.data.member.engagementId': 1 },
  partialFilterExpression: { 'events.data.member.engagementId': { $exists: true } },
};

/** Engagements whose record names this customer id or licensing id, whether it is still the customer's or was once. */
export async function engagementsNaming(db: Db, id: string): Promise<string[]> {
  const documents = db.collection<RecordedMessage>('engagementEvents');
  const found = await Promise.all(
    Object.entries(FIELDS).map(([name, field]) =>
      documents
        .find({ [field]: id })
        .hint(name)
        .map(({ engagementId }) => engagementId)
        .toArray(),
    ),
  );
  return [...new Set(found.flat())].sort();
}
