import type { Envelope } from '../../contracts/messages';
import {
  PARTNER_WORKFLOW,
  partnerWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TASK_TIMEOUT,
  type PartnerMessageName,
} from '../../contracts/names';
import type { Partners } from '../../records/partners';
import type { Addressee, Messenger, Outcome, SendOptions, StartOptions } from '../messenger/messenger';

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
    ...(name === 'updateMembership' && { begins: startOptions(partnerId) }),
    revive: async () => ((await records.partners.view(partnerId)) ? startOptions(partnerId) : { kind: 'unknown' }),
  });

  return {
    /** Says something to a partner; `updateMembership` begins one. @throws when the workflow is missing and MongoDB does not answer */
    send: (partnerId: string, name: PartnerMessageName, envelope: Envelope, options: SendOptions): Promise<Outcome> =>
      messenger.send(addressee(partnerId, name), name, envelope, options),
  };
}

const startOptions = (partnerId: string): StartOptions => ({
  workflowId: partnerWorkflowId(partnerId),
  taskQueue: TASK_QUEUE,
  workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
  args: [{ partnerId }],
  staticSummary: `partner ${partnerId}`,
});
