import type { EngagementInput, EngagementView } from '../../contracts/engagement';
import type { Envelope } from '../../contracts/messages';
import { ENGAGEMENT_WORKFLOW, engagementWorkflowId, type EngagementMessageName } from '../../contracts/names';
import { evolveAll } from '../../domain/engagement/evolve';
import { isClosed } from '../../domain/engagement/state';
import { viewOf } from '../../domain/engagement/view';
import type { Engagements } from '../../records/engagements';
import type { Addressee, Messenger, Outcome, SendOptions } from '../messenger/messenger';
import { recordedInput, startOptions } from './start';

export type EngagementsClient = ReturnType<typeof createEngagementsClient>;

interface Dependencies {
  messenger: Messenger;
  records: { engagements: Pick<Engagements, 'all'> };
  /** Customers are not named where Temporal lists workflows. */
  isDiscreet?: boolean;
}

/** Talks to the workflows of engagements. */
export function createEngagementsClient({ messenger, records, isDiscreet = false }: Dependencies) {
  const addressee = (engagementId: string): Addressee => ({
    workflowType: ENGAGEMENT_WORKFLOW,
    workflowId: engagementWorkflowId(engagementId),
    async revive() {
      const documents = await records.engagements.all(engagementId);
      const state = evolveAll(documents);
      if (!state) return { kind: 'unknown' };
      if (isClosed(state)) return { kind: 'closed' };
      return startOptions(recordedInput(documents), viewOf(state), isDiscreet);
    },
  });

  return {
    /** Has the engagement's workflow running; one that runs already is a success. */
    start: (input: EngagementInput, view: EngagementView) =>
      messenger.start(ENGAGEMENT_WORKFLOW, startOptions(input, view, isDiscreet)),

    /** How the engagement's workflow stands. */
    stateOf: (engagementId: string) => messenger.stateOf(engagementWorkflowId(engagementId)),

    /** Says something to an engagement. @throws when the workflow is missing and MongoDB does not answer */
    send: (
      engagementId: string,
      name: EngagementMessageName,
      envelope: Envelope,
      options: SendOptions,
    ): Promise<Outcome> => messenger.send(addressee(engagementId), name, envelope, options),
  };
}
