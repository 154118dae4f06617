import type { Envelope } from '../contracts/messages';
import {
  BATCH_STAGES,
  batchWorkflowId,
  engagementWorkflowId,
  isFinalStage,
  partnerWorkflowId,
  STAGES,
} from '../contracts/names';
import type { WorkflowCheck } from '../contracts/reconciliation';
import { evolveAll as evolveBatch } from '../domain/batch/evolve';
import { isClosed as isBatchClosed, isFinal as isBatchFinal } from '../domain/batch/state';
import { evolveAll } from '../domain/engagement/evolve';
import { isClosed } from '../domain/engagement/state';
import type { Outcome } from '../records/chronicle';
import { fingerprintOf } from '../records/fingerprint';
import { inChunks } from '../records/inChunks';
import type { Page } from '../records/pages';
import type { Dependencies } from './dependencies';
import { alive } from './savb/alive';

/** A history event takes 2 MB: of thousands of findings the first are told. */
export const MOST_LISTED = 200;

const PAGE = 100;
const WORKFLOWS_AT_ONCE = 10;

/** A partner has no stages: it is one for as long as it has a record. */
const REGISTERED = 'registered';

/** What was recorded from `since` until `until`; what changed later is still being handled. */
interface Window {
  since: string;
  until: string;
}

/** Something with a record and a workflow, by its view. */
interface Shown {
  id: string;
  partnerId: string;
  stage: string;
  updatedAt: string;
}

/** What has to be known of a kind of subject to look after its workflows. */
interface Kind {
  workflowIdOf(id: string): string;
  /** Those whose views say that they are not over. */
  shownOpen(): AsyncGenerator<Shown>;
  /** By the record. */
  isOver(id: string): Promise<boolean>;
  chronicle: {
    recordedBetween(since: string, until: string): AsyncGenerator<{ id: string; version: number }>;
    recordOutcome(id: string, outcome: Outcome): Promise<void>;
  };
  tell: (id: string, note: Envelope) => Promise<unknown>;
}

/** The activity that looks after the workflows of engagements, batches and partners; it may run again at any point. */
export function createWorkflowCheck({ records, mail, batchMail, partnerMail, workflows }: Dependencies) {
  const kinds: Kind[] = [
    {
      workflowIdOf: engagementWorkflowId,
      async *shownOpen() {
        for (const stage of STAGES) {
          const filter = { stage, ...(isFinalStage(stage) && { openTasks: true }) };
          const list = (after?: string) => records.engagements.list({ ...filter, limit: PAGE, after });
          for await (const view of everyOne(list)) yield { ...view, id: view.engagementId };
        }
      },
      async isOver(id) {
        const state = evolveAll(await records.engagements.all(id));
        return !state || isClosed(state);
      },
      chronicle: records.engagements,
      tell: (id, note) => mail(id, 'addNote', note),
    },
    {
      workflowIdOf: batchWorkflowId,
      async *shownOpen() {
        for (const stage of BATCH_STAGES.filter((each) => !isBatchFinal({ stage: each }))) {
          const list = (after?: string) => records.batches.list({ stage, limit: PAGE, after });
          for await (const view of everyOne(list)) yield { ...view, id: view.batchId };
        }
      },
      async isOver(id) {
        const state = evolveBatch(await records.batches.all(id));
        return !state || isBatchClosed(state);
      },
      chronicle: records.batches,
      tell: (id, note) => batchMail(id, 'addNote', note),
    },
    {
      workflowIdOf: partnerWorkflowId,
      async *shownOpen() {
        const list = (after?: string) => records.partners.list({ limit: PAGE, after });
        for await (const view of everyOne(list)) yield { ...view, id: view.partnerId, stage: REGISTERED };
      },
      isOver: async (id) => (await records.partners.all(id)).length === 0,
      chronicle: records.partners,
      tell: (id, note) => partnerMail(id, 'addNote', note),
    },
  ];

  return {
    /**
     * Tells which workflows do not run although what they stand for is not over, and wakes those whose record went on
     * without them. Throws when MongoDB or Temporal does not answer.
     */
    checkWorkflows: (window: Window): Promise<WorkflowCheck> =>
      alive(async () => {
        const terminated: WorkflowCheck['terminated'] = [];
        const woken: WorkflowCheck['woken'] = [];
        for (const kind of kinds) {
          terminated.push(...(await findTerminated(kind, window)));
          woken.push(...(await wakeWhoeverIsBehind(kind, window)));
        }
        return {
          terminated: terminated.slice(0, MOST_LISTED),
          woken: woken.slice(0, MOST_LISTED),
          counts: { terminated: terminated.length, woken: woken.length },
        };
      }),
  };

  async function findTerminated(kind: Kind, { until }: Window): Promise<WorkflowCheck['terminated']> {
    return eachOf(kind.shownOpen(), async ({ id, partnerId, stage, updatedAt }) => {
      const workflowId = kind.workflowIdOf(id);
      const workflow = await workflows.statusOf(workflowId);
      if (ALIVE.includes(workflow) || updatedAt >= until || (await kind.isOver(id))) return [];
      return [{ workflowId, partnerId, stage, workflow }];
    });
  }

  /**
   * A record is ahead of its workflow when everything died after the insert: nobody knows then that there is something to
   * take up. A workflow tells its version only when it is asked, which costs; so only those are asked that had something
   * recorded lately.
   */
  async function wakeWhoeverIsBehind(kind: Kind, { since, until }: Window): Promise<WorkflowCheck['woken']> {
    const recorded = new Map<string, number>();
    for await (const { id, version } of kind.chronicle.recordedBetween(since, until))
      recorded.set(id, Math.max(version, recorded.get(id) ?? 0));
    return eachOf(recorded, async ([id, version]) => {
      const workflowId = kind.workflowIdOf(id);
      if (!ALIVE.includes(await workflows.statusOf(workflowId))) return [];
      const workflowVersion = await workflows.versionOf(workflowId);
      if (workflowVersion === undefined || workflowVersion >= version) return [];
      await wake(kind, id, version);
      return [{ workflowId, version, workflowVersion }];
    });
  }

  /**
   * Any message makes a workflow take up its record first. This one has its answer before it is said, so that it is
   * recorded nowhere and takes no effect.
   */
  async function wake({ chronicle, tell }: Kind, id: string, version: number): Promise<void> {
    const messageId = `reconciliation:${version}`;
    const payload = { text: `Woken by reconciliation: the record is at version ${version}` };
    const at = new Date().toISOString();
    await chronicle.recordOutcome(id, { messageId, fingerprint: fingerprintOf('addNote', payload), at });
    await tell(id, { messageId, sentAt: at, actor: { subject: 'reconciliation', role: 'support' }, payload });
  }
}

/** A paused workflow goes on when somebody lets it. */
const ALIVE: readonly string[] = ['RUNNING', 'PAUSED', 'CONTINUED_AS_NEW'];

/** All items of a list, page by page. */
async function* everyOne<Item>(list: (after?: string) => Promise<Page<Item>>): AsyncGenerator<Item> {
  for (let after: string | undefined; ;) {
    const { items, next } = await list(after);
    yield* items;
    if (next === undefined) return;
    after = next;
  }
}

/** What came of each, a few at a time. */
async function eachOf<Item, Found>(
  items: AsyncIterable<Item> | Iterable<Item>,
  look: (item: Item) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for await (const chunk of inChunks(items, WORKFLOWS_AT_ONCE))
    found.push(...(await Promise.all(chunk.map(look))).flat());
  return found;
}
