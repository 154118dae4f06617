import type { Envelope } from '../../contracts/messages';
import { PARTNER_WORKFLOW, partnerWorkflowId, type PartnerMessageName } from '../../contracts/names';
import { partnerStart } from '../../contracts/starts';
import type { Partners } from '../../records/partners';
import type { Addressee, Messenger, Outcome, SendOptions } from '../messenger/messenger';

export type PartnersClient = ReturnType<typeof createPartnersClient>;

interface Dependencies {
  messenger: Messenger;
  records: { partners: Pick<Partners, 'view'> };
}

/** Talks to the workflows of partners. */
export function createPartnersClient({ messenger, records }: Dependencies) {
  const addressee = (partnerId: string, name: PartnerMessageName): Addressee => ({
    workflowType: PARTNER_WORKFLOW,
    workflowId: partnerWorkflowId(partnerId),
    ...(name === 'updateMembership' && { begins: partnerStart(partnerId) }),
    revive: async () => ((await records.partners.view(partnerId)) ? partnerStart(partnerId) : { kind: 'unknown' }),
  });

  return {
    /** Says something to a partner; `updateMembership` begins one. @throws when the workflow is missing and MongoDB does not answer */
    send: (partnerId: string, name: PartnerMessageName, envelope: Envelope, options: SendOptions): Promise<Outcome> =>
      messenger.send(addressee(partnerId, name), name, envelope, options),
  };
}
