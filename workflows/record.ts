import { isCancellation, log, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';

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

type Desk = 'handleMessage' | 'handlePartnerMessage' | 'handleBatchMessage';

/** Has the message decided and recorded, once, whatever happens: the record decides, this only asks. */
export async function record<Name extends Desk>(
  desk: Name,
  ...args: Parameters<Activities[Name]>
): Promise<Awaited<ReturnType<Activities[Name]>>> {
  const [, { name: summary }] = args;
  const ask = (activities: typeof quick | typeof patient) =>
    (activities[desk] as Ask).executeWithOptions({ summary }, args) as ReturnType<Activities[Name]>;
  try {
    return await ask(quick);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the record is not reachable, asking patiently', { message: summary, error });
    return await ask(patient);
  }
}

interface Ask {
  executeWithOptions(options: { summary: string }, args: unknown[]): Promise<unknown>;
}
