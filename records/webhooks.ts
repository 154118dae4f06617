import type { Db } from 'mongodb';
import type { Webhook, WebhookDelivery, WebhookMessage } from '../contracts/webhooks';
import { unlessDuplicate } from './errors';
import { idBefore, InvalidCursor, pageOf, type Page, type PageRequest } from './pages';

/** One of an endpoint's secrets: the newest signs, an older one too until it ends. */
interface WebhookSecret {
  /** `whsec_…`, as it is: a signature cannot be made from less. */
  secret: string;
  /** The request that asked for it. */
  messageId: string;
  /** Instant from which it does not sign any more. */
  until?: string;
}

/** A request that got an endpoint a new secret. */
export interface WebhookRotation {
  messageId: string;
  /** Of its content: the same request with another names nothing new. */
  fingerprint: string;
}

/** An endpoint with what signs its messages, newest first. */
export interface RecordedWebhook extends Webhook {
  /** Which of the partner's it is, from 1 to `MOST_WEBHOOKS`. */
  slot: number;
  secrets: WebhookSecret[];
  /** Of the latest `MOST_ROTATIONS`, oldest first; a secret may have ended long before its request is repeated. */
  rotations?: WebhookRotation[];
  messageId: string;
  fingerprint: string;
}

/** Endpoints of one partner, disabled ones included. */
export const MOST_WEBHOOKS = 5;

/** Rotations of one endpoint that are known when they are repeated: what grows with every request has to end somewhere. */
const MOST_ROTATIONS = 1_000;

type EndpointRow = RecordedWebhook & { _id: string };
type DeliveryRow = WebhookDelivery & { _id: string };

const asRecorded = { projection: { _id: 0 } };
const asTarget = { projection: { _id: 0, rotations: 0 } };
const asWebhook = { projection: { _id: 0, slot: 0, secrets: 0, rotations: 0, messageId: 0, fingerprint: 0 } };
const asDelivery = { projection: { _id: 0 } };

/** Deliveries of one endpoint lie together, in the order of what they tell. */
const deliveryId = ({ endpointId, webhookId, event }: WebhookMessage): string =>
  `${endpointId}:${event.timestamp}:${webhookId}`;

/** The ids of an endpoint's deliveries; of a page that goes on after a cursor, those that come then. @throws InvalidCursor */
function idsOf(endpointId: string, after?: string): { $gte: string; $lt: string } {
  const first = `${endpointId}:`;
  const before = after === undefined ? `${endpointId};` : idBefore(after);
  // A cursor comes from outside: it may not name a place among another endpoint's.
  if (after !== undefined && !before.startsWith(first)) throw new InvalidCursor(`not a cursor of this list: ${after}`);
  return { $gte: first, $lt: before };
}

export type Webhooks = ReturnType<typeof createWebhooks>;

/** Partners' endpoints, and what each was sent. */
export function createWebhooks(db: Db) {
  const endpoints = db.collection<EndpointRow>('webhooks');
  const deliveries = db.collection<DeliveryRow>('webhookDeliveries');

  const find = async (partnerId: string, endpointId: string): Promise<RecordedWebhook | undefined> =>
    (await endpoints.findOne<RecordedWebhook>({ _id: endpointId, partnerId }, asRecorded)) ?? undefined;

  const createdBy = async (partnerId: string, messageId: string): Promise<RecordedWebhook | undefined> =>
    (await endpoints.findOne<RecordedWebhook>({ partnerId, messageId }, asRecorded)) ?? undefined;

  return {
    /** Records a new endpoint, unless the partner has as many as it may; or answers the one that its message was given before. */
    async create(webhook: Omit<RecordedWebhook, 'slot'>): Promise<'created' | 'tooMany' | RecordedWebhook> {
      const { endpointId, partnerId, messageId } = webhook;
      for (let slot = 1; slot <= MOST_WEBHOOKS; slot += 1) {
        if (await unlessDuplicate(endpoints.insertOne({ ...webhook, slot, _id: endpointId }))) return 'created';
        const before = await createdBy(partnerId, messageId);
        if (before) return before;
      }
      return 'tooMany';
    },

    find,

    /** What signs at the instant `at`, and where to; undefined when there is no such endpoint. */
    async target(endpointId: string, at: string): Promise<(Webhook & { secrets: string[] }) | undefined> {
      const found = await endpoints.findOne<Omit<RecordedWebhook, 'rotations'>>({ _id: endpointId }, asTarget);
      if (!found) return undefined;
      const secrets = found.secrets.filter(({ until }) => until === undefined || until > at);
      return { ...found, secrets: secrets.map(({ secret }) => secret) };
    },

    /** A partner's endpoints, oldest first, disabled ones included. */
    list: (partnerId: string): Promise<Webhook[]> =>
      endpoints.find<Webhook>({ partnerId }, asWebhook).sort({ createdAt: 1, _id: 1 }).hint('partner').toArray(),

    /** Replaces an endpoint's secrets, and keeps who asked for it. False when somebody else did in between. */
    async rotate(
      { endpointId, secrets: [newest] }: RecordedWebhook,
      { secrets, ...rotation }: WebhookRotation & { secrets: WebhookSecret[] },
    ): Promise<boolean> {
      const unchanged = { _id: endpointId, 'secrets.0.secret': newest?.secret };
      const rotations = { $each: [rotation], $slice: -MOST_ROTATIONS };
      const { matchedCount } = await endpoints.updateOne(unchanged, { $set: { secrets }, $push: { rotations } });
      return matchedCount === 1;
    },

    /** Nothing is sent there any more, from the instant `at`. */
    disable: async (endpointId: string, why: string, at: string): Promise<void> =>
      void (await endpoints.updateOne(
        { _id: endpointId, status: 'enabled' },
        { $set: { status: 'disabled', disabledAt: at, why } },
      )),

    /** Forgets an endpoint and what it was sent. */
    async remove(endpointId: string): Promise<void> {
      await endpoints.deleteOne({ _id: endpointId });
      await deliveries.deleteMany({ _id: idsOf(endpointId) });
    },

    /** Keeps what is to be sent, unless it is kept already. */
    async expect(messages: readonly WebhookMessage[], at: string): Promise<void> {
      const rows = messages.map((message) => ({
        ...message,
        _id: deliveryId(message),
        status: 'pending' as const,
        attempts: 0,
        createdAt: at,
      }));
      await unlessDuplicate(deliveries.insertMany(rows, { ordered: false }));
    },

    delivery: async (message: WebhookMessage): Promise<WebhookDelivery | undefined> =>
      (await deliveries.findOne<WebhookDelivery>({ _id: deliveryId(message) }, asDelivery)) ?? undefined,

    /** Keeps how an attempt ended, which `pending` lets another follow. What has ended stays so, whoever else tried. */
    attempted: async (
      message: WebhookMessage,
      status: WebhookDelivery['status'],
      lastAttempt: NonNullable<WebhookDelivery['lastAttempt']>,
    ): Promise<void> =>
      void (await deliveries.updateOne(
        { _id: deliveryId(message), status: 'pending' },
        { $set: { status, lastAttempt }, $inc: { attempts: 1 } },
      )),

    /** What an endpoint was sent, the latest first. @throws InvalidCursor */
    async deliveries(endpointId: string, { limit, after }: PageRequest): Promise<Page<WebhookDelivery>> {
      const found = await deliveries
        .find({ _id: idsOf(endpointId, after) })
        .sort({ _id: -1 })
        .limit(limit + 1)
        .toArray();
      const { items, next } = pageOf(found, limit, ({ _id }) => _id);
      return { items: items.map(({ _id, ...delivery }) => delivery), ...(next !== undefined && { next }) };
    },
  };
}
