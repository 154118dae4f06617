import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connectTemporal } from '../../client/engagements/temporal';
import { readTemporalConfig } from '../../config/temporal';
import type { Envelope } from '../../contracts/messages';
import { engagementWorkflowId } from '../../contracts/names';
import { fingerprintOf } from '../../records/fingerprint';
import type { Load } from './load';

/** The same message by two ways, in milliseconds. */
export interface TwoWays {
  apiMs: number[];
  updateMs: number[];
}

const PEOPLE_AT_ONCE = 10;

/** Writes notes on one engagement, in turn through the API and straight to its workflow, where an Update answers. */
export async function besideBareUpdate(settings: NodeJS.ProcessEnv, load: Load, pairs: number): Promise<TwoWays> {
  const engagementId = await load.begin('two-ways');
  const client = connectTemporal(readTemporalConfig(settings));
  const handle = client.workflow.getHandle(engagementWorkflowId(engagementId));
  const update = async (text: string): Promise<void> => {
    const messageId = randomUUID();
    const sentAt = new Date().toISOString();
    const envelope: Envelope = { messageId, sentAt, actor: { subject: 'bench', role: 'operator' }, payload: { text } };
    const updateId = `${messageId}:${fingerprintOf('addNote', envelope.payload)}`;
    await handle.executeUpdate('addNote', { args: [envelope], updateId });
  };
  try {
    const took: TwoWays = { apiMs: [], updateMs: [] };
    for (let pair = 0; pair < pairs; pair += 1) {
      took.apiMs.push(await timed(() => load.note(engagementId, `through the API ${pair}`)));
      took.updateMs.push(await timed(() => update(`straight ${pair}`)));
    }
    return took;
  } finally {
    await client.connection.close();
  }
}

/** Sends so many messages a second, whatever became of those before, and answers with the milliseconds to each verdict. */
export async function steadily(load: Load, perSecond: number, seconds: number): Promise<number[]> {
  const engagements = await Promise.all(
    Array.from({ length: PEOPLE_AT_ONCE }, (_, person) => load.begin(`steady-${person}`)),
  );
  const sent: Promise<number>[] = [];
  const startedAt = performance.now();
  for (let message = 0; message < perSecond * seconds; message += 1) {
    const dueAt = startedAt + (message * 1_000) / perSecond;
    await pause(Math.max(0, dueAt - performance.now()));
    const answered = timed(() => load.note(engagements[message % PEOPLE_AT_ONCE]!, `note ${message}`));
    // Told in the end, with the stack stopped, and not before.
    answered.catch(() => undefined);
    sent.push(answered);
  }
  return Promise.all(sent);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
