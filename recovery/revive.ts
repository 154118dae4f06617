import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { recordedInput, startOptions } from '../client/engagements/start';
import type { StartOptions } from '../client/messenger/messenger';
import { BATCH_WORKFLOW, ENGAGEMENT_WORKFLOW, PARTNER_WORKFLOW } from '../contracts/names';
import { batchStart, partnerStart } from '../contracts/starts';
import type { RecordedMessage } from '../domain/engagement/events';
import { evolveAll } from '../domain/engagement/evolve';
import { viewOf } from '../domain/engagement/view';
import { inChunks } from '../records/inChunks';
import type { AnyDocument, Kind } from '../records/recovery/kinds';
import type { Recovery } from '../records/recovery/open';
import type { Rebuilt } from '../records/recovery/rebuild';

/** How many workflows were started anew, and how many run already. */
export interface Revived {
  started: number;
  running: number;
  /** Ids of subjects whose record has a gap, with the version that is missing: theirs are not started. */
  gaps: Rebuilt['gaps'];
}

const AT_ONCE = 10;

/**
 * Starts the workflow of everything that is not over and has none: it takes up its record and goes on where that stands. May
 * be repeated, and while workers run. `isDiscreet`: customers are not named where Temporal lists workflows. Throws when
 * MongoDB or Temporal does not answer.
 */
export async function revive(
  { client, recovery }: { client: Client; recovery: Pick<Recovery, 'open'> },
  { isDiscreet }: { isDiscreet: boolean },
): Promise<Revived> {
  const revived: Revived = { started: 0, running: 0, gaps: [] };
  for (const { name, type, startOf } of kindsOf(isDiscreet))
    for await (const open of inChunks(recovery.open(name), AT_ONCE)) {
      const whole = open.filter(({ gap }) => gap === undefined);
      revived.gaps.push(...open.flatMap(({ id, gap }) => (gap === undefined ? [] : [{ id, version: gap }])));
      const started = await Promise.all(whole.map(({ id, documents }) => start(client, type, startOf(id, documents))));
      for (const isNew of started) revived[isNew ? 'started' : 'running'] += 1;
    }
  return revived;
}

interface Startable {
  name: Kind['name'];
  type: string;
  startOf: (id: string, documents: AnyDocument[]) => StartOptions;
}

/** A batch has outcomes to tell its engagements, and a partner its news: whoever is to hear them is started first. */
const kindsOf = (isDiscreet: boolean): Startable[] => [
  {
    name: 'engagement',
    type: ENGAGEMENT_WORKFLOW,
    startOf(_id, documents) {
      const record = documents as unknown as RecordedMessage[];
      return startOptions(recordedInput(record), viewOf(evolveAll(record)!), isDiscreet);
    },
  },
  { name: 'batch', type: BATCH_WORKFLOW, startOf: batchStart },
  { name: 'partner', type: PARTNER_WORKFLOW, startOf: partnerStart },
];

/** Has a workflow running; answers whether it had to be started. */
async function start({ workflow }: Client, type: string, options: StartOptions): Promise<boolean> {
  try {
    await workflow.start(type, options);
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
