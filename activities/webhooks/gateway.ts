import type { WebhookEvent } from '../../contracts/webhooks';

/** What is sent where: the body is signed with each of the secrets, the newest first. */
export interface Outgoing {
  url: string;
  secrets: readonly string[];
  webhookId: string;
  event: WebhookEvent;
}

/** How an attempt ended: taken; the receiver wants no more, ever; or not taken, for whatever reason. */
export type Attempt =
  | { kind: 'delivered'; responseStatus: number }
  | { kind: 'gone'; responseStatus: number }
  | { kind: 'refused'; responseStatus?: number; why: string };

/** Sends one webhook, once. Whatever the other side or the network does is an outcome and never thrown. */
export interface WebhookGateway {
  send(outgoing: Outgoing): Promise<Attempt>;
}
