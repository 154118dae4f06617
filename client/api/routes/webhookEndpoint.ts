import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Webhook } from '../../../contracts/webhooks';
import type { Records } from '../../../records/connect';
import type { RecordedWebhook } from '../../../records/webhooks';
import { visible } from '../access/access';
import { messageIdOf } from '../headers';

export const tags = ['webhooks'];
export const ofPartner = z.object({ partnerId: z.string() });
export const one = ofPartner.extend({ endpointId: z.string() });
export const url = '/v1/partners/:partnerId/webhooks';

export type NewEndpoint = Omit<RecordedWebhook, 'slot'>;

export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The same key of another tenant names another request. */
export const nameOf = ({ principal, headers }: FastifyRequest): string => `${principal.tenant} ${messageIdOf(headers)}`;

/** What may be shown of an endpoint. */
export const known = ({
  slot: _slot,
  secrets: _secrets,
  rotations: _rotations,
  messageId: _messageId,
  fingerprint: _fingerprint,
  ...webhook
}: NewEndpoint & { slot?: number }): Webhook => webhook;

/** Finds what a request is about, as far as its sender may see it. */
export function createFind({ partners, webhooks }: Pick<Records, 'partners' | 'webhooks'>) {
  /** @throws ApiProblem 404 or 403 */
  const partnerOf = async (request: FastifyRequest, partnerId: string) =>
    visible(request, await partners.view(partnerId), `partner ${partnerId}`);

  /** @throws ApiProblem 404 or 403 */
  async function endpointOf(
    request: FastifyRequest,
    { partnerId, endpointId }: z.infer<typeof one>,
  ): Promise<RecordedWebhook> {
    await partnerOf(request, partnerId);
    return visible(request, await webhooks.find(partnerId, endpointId), `webhook ${endpointId}`);
  }

  return { partnerOf, endpointOf };
}
