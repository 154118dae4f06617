import type { StageChange } from '../../contracts/webhooks';
import type { RecordedMessage } from './events';
import { take } from './evolve';
import type { Engagement } from './state';

/** The stages an engagement came to by these documents, of which the first follows `before`. */
export function stageChangesIn(before: Engagement | undefined, documents: readonly RecordedMessage[]): StageChange[] {
  let state = before;
  return documents.flatMap((document) => {
    const previousStage = state?.stage;
    state = take(state, document);
    if (!state || state.stage === previousStage) return [];
    const { engagementId, partnerId, stage, version, updatedAt: at } = state;
    return [{ engagementId, partnerId, stage, ...(previousStage && { previousStage }), version, at }];
  });
}
