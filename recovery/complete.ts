import type { Client } from '@temporalio/client';
import { createInvoiceDocuments } from '../activities/invoices/invoiceDocuments';
import type { InvoicedRequest } from '../domain/settlement/request';
import type { Records } from '../records/connect';
import { inChunks } from '../records/inChunks';
import { Contradiction } from '../records/recovery/complete';
import type { Recovery } from '../records/recovery/open';
import { recordedBy, runsSince, type Run } from './histories';
import { requireKeys } from './keys';

/** What was done, and what a person has to look at. */
export interface Completed {
  runs: number;
  /** Messages put on record again. */
  messages: number;
  /** Views and task rows made anew. */
  rows: number;
  /** Ledger rows that were missing or knew too little. */
  invoices: number;
  /** Invoice documents made anew. */
  documents: number;
  /** Invoice numbers of nobody, below the highest of their year: they were given and lost before anything was sent. */
  unusedNumbers: string[];
  /** What keeps the database closed: runs that did not answer, records that do not fit. */
  problems: string[];
}

interface Sources {
  client: Client;
  recovery: Recovery;
  records: Pick<Records, 'paymentRequests' | 'partners' | 'invoiceDocuments'>;
}

/** So many replays at a time; each takes a fraction of a second. */
const AT_ONCE = 10;

/** Nothing was restored that would have to be completed. */
export class NothingRestored extends Error {
  override readonly name = 'NothingRestored';
}

/**
 * Completes a restored record with what workflows know of it, then makes anew whatever follows from it: views, tasks, claims,
 * the ledger, invoices. Opens the database to everybody when nothing speaks against it, or when that is `accepted`. May be
 * repeated. To be run while no worker and no API does anything, with workflows answering.
 * @throws NothingRestored
 * @throws KeysMissing when nothing was done
 */
export async function complete(sources: Sources, { accepted }: { accepted: boolean }): Promise<Completed> {
  const { recovery } = sources;
  const dumpedAt = await recovery.restoredFrom();
  if (dumpedAt === undefined) throw new NothingRestored('nothing was restored that is not complete');
  for await (const some of inChunks(runsSince(sources.client, dumpedAt), AT_ONCE))
    await Promise.all(some.map((run) => requireKeys(sources.client, run)));
  const problems: string[] = [];
  let [runs, messages] = [0, 0];
  for await (const some of inChunks(runsSince(sources.client, dumpedAt), AT_ONCE)) {
    const added = await Promise.all(bySubject(some).map((ofOne) => takeOver(sources, ofOne, problems)));
    runs += some.length;
    messages += added.reduce((sum, count) => sum + count, 0);
  }
  const { changed: rows, gaps } = await recovery.rebuildRestored();
  problems.push(...gaps.map(({ id, version }) => `${id}: what was recorded on version ${version} is lost`));
  const { changed: invoices, undocumented, contradictions, unusedNumbers } = await recovery.reconcile(dumpedAt);
  problems.push(...contradictions);
  const documents = await makeDocuments(sources, undocumented, problems);
  if (problems.length === 0 || accepted) await recovery.markComplete();
  return { runs, messages, rows, invoices, documents, unusedNumbers, problems };
}

function bySubject(runs: readonly Run[]): Run[][] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) groups.set(run.workflowId, [...(groups.get(run.workflowId) ?? []), run]);
  return [...groups.values()];
}

/** One run after another: of one subject they tell the same, in part. Answers how many messages were missing. */
async function takeOver(sources: Sources, runs: readonly Run[], problems: string[]): Promise<number> {
  let added = 0;
  for (const run of runs) added += await takeOverRun(sources, run, problems);
  return added;
}

async function takeOverRun({ client, recovery }: Sources, run: Run, problems: string[]): Promise<number> {
  let documents;
  try {
    documents = await recordedBy(client, run);
  } catch (error) {
    problems.push(`${run.workflowId} ${run.runId} does not tell what it knows: ${(error as Error).message}`);
    return 0;
  }
  try {
    return await recovery.addToRecord(run.name, run.id, documents);
  } catch (error) {
    if (!(error instanceof Contradiction)) throw error;
    problems.push(error.message);
    return 0;
  }
}

/** The same data give the same bytes: these are the invoices that were sent, unless the partner has changed its name since. */
async function makeDocuments(
  { records }: Sources,
  undocumented: readonly InvoicedRequest[],
  problems: string[],
): Promise<number> {
  const invoices = createInvoiceDocuments({ records });
  let made = 0;
  for (const request of undocumented)
    try {
      await invoices.documentFor(request);
      made += 1;
    } catch (error) {
      problems.push(`the invoice ${request.reference} cannot be made: ${(error as Error).message}`);
    }
  return made;
}
