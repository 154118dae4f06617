import type { Db } from 'mongodb';
import { batchWorkflowId, engagementWorkflowId, RECONCILIATION_TASK } from '../contracts/names';
import { forgetBatchMessage } from '../domain/batch/forget';
import { claimId } from '../domain/claims';
import { fifteenDayClaim } from '../domain/engagement/claims';
import type { RecordedMessage } from '../domain/engagement/events';
import { evolveAll, take } from '../domain/engagement/evolve';
import { forgetMessage } from '../domain/engagement/forget';
import { isClosed, type Engagement } from '../domain/engagement/state';
import { viewOf } from '../domain/engagement/view';
import { FORGOTTEN } from '../domain/forget';
import { removeAbandonedUploads } from './abandonedUploads';
import type { Answers } from './answers';
import type { Batches } from './batches';
import type { ClaimRow } from './claims';
import { engagementsNaming } from './customerIds';
import type { Deliverables } from './deliverables';
import type { DifferenceTasks } from './differenceTasks';
import { lookupOf, type EngagementRow } from './engagementRows';
import type { Engagements } from './engagements';
import { unlessDuplicate } from './errors';
import { standInFor } from './fingerprint';
import type { NoticeRow } from './notices';
import { FORGOTTEN_ROW } from './projection';
import type { TaskRow } from './tasks';

/** Whose data are to be forgotten: a customer's, by an id it has or had, or those of one engagement. */
export type Forgettable = { customerId: string } | { engagementId: string };

/** Engagements that were forgotten; or those for whose sake nothing was: still open, or their workflows still running. */
export type Erased = { forgotten: string[] } | { open: string[] } | { running: string[] };

interface Sources {
  engagements: Pick<Engagements, 'all' | 'rewrite' | 'forgetOutcomes'>;
  batches: Pick<Batches, 'all' | 'rewrite' | 'forgetOutcomes' | 'withMember'>;
  deliverables: Pick<Deliverables, 'forget'>;
  answers: Pick<Answers, 'forget'>;
  differenceTasks: Pick<DifferenceTasks, 'forgetNotes'>;
}

export type Erasure = ReturnType<typeof createErasure>;

/**
 * Takes what is personal about a customer out of every collection. What the ledger is made of stays: payment requests,
 * invoices, amounts, days, versions, who did what.
 */
export function createErasure(db: Db, { engagements, batches, deliverables, answers, differenceTasks }: Sources) {
  const views = db.collection<EngagementRow>('engagements');
  const tasks = db.collection<TaskRow>('tasks');
  const notices = db.collection<NoticeRow>('notices');
  const claims = db.collection<ClaimRow>('claims');

  /** What is to be forgotten, each engagement with its record. */
  async function recordsOf(named: Forgettable): Promise<[engagementId: string, record: RecordedMessage[]][]> {
    const ids = 'customerId' in named ? await engagementsNaming(db, named.customerId) : [named.engagementId];
    const records = await Promise.all(ids.map(async (id) => [id, await engagements.all(id)] as const));
    return records.filter(([, record]) => record.length > 0).map(([id, record]) => [id, record]);
  }

  /**
   * The mark comes first: whatever a workflow shows from then on is forgotten too. The record is last, and in it the first
   * documents: as long as they name the customer, the engagement is found again, and all of this repeated.
   */
  async function forget(engagementId: string, record: readonly RecordedMessage[]): Promise<void> {
    await views.updateOne({ _id: engagementId }, { $set: FORGOTTEN_ROW });
    await deliverables.forget(engagementId);
    await answers.forget([`engagement:${engagementId}`]);
    const workflowId = engagementWorkflowId(engagementId);
    // What has not gone out does not go out any more.
    await notices.updateMany({ ...noticesOf(workflowId), status: { $in: UNDER_WAY } }, { $set: { status: 'failed' } });
    await forgetNotices(workflowId);
    await tasks.updateMany({ engagementId, _id: { $not: RECONCILIATION_TASK } }, { $set: { instructions: FORGOTTEN } });
    await differenceTasks.forgetNotes({ what: 'engagement', id: engagementId });
    for (const batchId of await batches.withMember(engagementId)) await forgetTexts(batchId);
    await claims.deleteMany({ _id: { $in: customerClaimsOf(record) }, heldBy: engagementId });
    await engagements.forgetOutcomes(engagementId);
    const view = viewOf(evolveAll(record.map(forgotten))!);
    const notNewer = { _id: engagementId, version: { $lte: view.version } };
    const row = { ...view, lookup: { ...lookupOf(view), forgotten: true as const } };
    await unlessDuplicate(views.replaceOne(notNewer, row, { upsert: true }));
    await forgetMessages([...record].reverse());
  }

  /** Puts messages on record as if they had not told of their customer, and answers with them. */
  async function forgetMessages(messages: readonly RecordedMessage[]): Promise<RecordedMessage[]> {
    const left = messages.map(forgotten);
    await engagements.rewrite(left);
    return left;
  }

  /** What was written about a batch may be about any of its customers; the tasks of one that is not over are still needed. */
  async function forgetTexts(batchId: string): Promise<void> {
    await answers.forget([`batch:${batchId}`]);
    await forgetNotices(batchWorkflowId(batchId));
    const resolved = { batchId, status: 'resolved' as const, _id: { $not: RECONCILIATION_TASK } };
    await tasks.updateMany(resolved, { $set: { instructions: FORGOTTEN } });
    await differenceTasks.forgetNotes({ what: 'batch', id: batchId });
    await batches.forgetOutcomes(batchId);
    const record = await batches.all(batchId);
    await batches.rewrite(record.map((said) => forgetBatchMessage(said, standInFor(said.messageId))));
  }

  /** Forgets notices that went out, or never will. */
  async function forgetNotices(workflowId: string): Promise<void> {
    const left = { to: FORGOTTEN, subject: FORGOTTEN, text: FORGOTTEN };
    await notices.updateMany(
      { ...noticesOf(workflowId), status: { $nin: UNDER_WAY } },
      { $set: left, $unset: { why: '' } },
    );
  }

  return {
    /**
     * Forgets a customer, named by a customer id or licensing id that it has or had, or one engagement, unless something of
     * it is still open; `isRunning` tells whether an engagement's workflow is. May be repeated, and is to be when it failed:
     * it goes on where it was.
     */
    async forget(named: Forgettable, isRunning: (engagementId: string) => Promise<boolean>): Promise<Erased> {
      const records = await recordsOf(named);
      const open = records.filter(([, record]) => !isOver(record)).map(([engagementId]) => engagementId);
      if (open.length > 0) return { open };
      const running: string[] = [];
      for (const [engagementId] of records) if (await isRunning(engagementId)) running.push(engagementId);
      if (running.length > 0) return { running };
      for (const [engagementId, record] of records) await forget(engagementId, record);
      if (records.length > 0) await removeAbandonedUploads(db);
      return { forgotten: records.map(([engagementId]) => engagementId) };
    },

    forgetMessages,
  };
}

const UNDER_WAY: NoticeRow['status'][] = ['sending', 'deferred'];

/** Ids of notices go on with a colon, which the semicolon follows. */
const noticesOf = (workflowId: string) => ({ _id: { $gte: `${workflowId}:`, $lt: `${workflowId};` } });

const forgotten = (document: RecordedMessage): RecordedMessage =>
  forgetMessage(document, standInFor(document.messageId));

function isOver(record: readonly RecordedMessage[]): boolean {
  const state = evolveAll([...record]);
  return state !== undefined && isClosed(state);
}

/** The claims by which a customer is held to one engagement of 15 days, whatever it was called at the time. */
function customerClaimsOf(record: readonly RecordedMessage[]): string[] {
  const held = new Set<string>();
  let state: Engagement | undefined;
  for (const document of record) {
    state = take(state, document);
    if (state) held.add(claimId(fifteenDayClaim(state)));
  }
  return [...held];
}
