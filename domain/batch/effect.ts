import { effectOf, type Effect } from '../settlement/effect';
import { isFinal, type Batch } from './state';

/** The one effect that is due, if any: derived from the state, so a restart, a reset or a second start wants the same. */
export function pendingEffect(state: Batch): Effect | undefined {
  const { batchId } = state;
  return isFinal(state) ? undefined : effectOf(state, { batchId });
}
