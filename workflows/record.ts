import { isCancellation, log, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities, Handled } from '../activities';
import type { Started } from '../domain/engagement/decide';
import type { Letter } from '../domain/engagement/message';

/** Three quick attempts inside the workflow task: the usual way costs one marker in history and no further task. */
const quick = proxyLocalActivities<Activities>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '2s',
  retry: { initialInterval: '100ms', maximumAttempts: 3 },
});

/** While MongoDB is away, waiting must not hold a workflow-task slot that healthy engagements need. */
const patient = proxyActivities<Activities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
});

/** Has the message decided and recorded, once, whatever happens: the record decides, this only asks. */
export async function record(state: Started, letter: Letter, at: string): Promise<Handled> {
  const summary = letter.name;
  const args: [Started, Letter, string] = [state, letter, at];
  try {
    return await quick.handleMessage.executeWithOptions({ summary }, args);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the record is not reachable, asking patiently', { message: letter.name, error });
    return await patient.handleMessage.executeWithOptions({ summary }, args);
  }
}
