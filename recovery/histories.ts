import type { Client } from '@temporalio/client';
import {
  BATCH_WORKFLOW,
  batchWorkflowId,
  ENGAGEMENT_WORKFLOW,
  engagementWorkflowId,
  PARTNER_WORKFLOW,
  partnerWorkflowId,
} from '../contracts/names';
import type { AnyDocument, Kind } from '../records/recovery/kinds';

/** A run of a workflow that knows a part of somebody's record, or all of it. */
export interface Run {
  name: Kind['name'];
  id: string;
  workflowId: string;
  runId: string;
}

const PREFIXES: Record<string, { name: Kind['name']; prefix: string }> = {
  [ENGAGEMENT_WORKFLOW]: { name: 'engagement', prefix: engagementWorkflowId('') },
  [BATCH_WORKFLOW]: { name: 'batch', prefix: batchWorkflowId('') },
  [PARTNER_WORKFLOW]: { name: 'partner', prefix: partnerWorkflowId('') },
};

const TYPES = Object.keys(PREFIXES).map((type) => `WorkflowType = '${type}'`);

/** A replay of a long history takes its time, and so does a workflow that is in the middle of something. */
const LONGEST_QUERY_MS = 60_000;

/** Clocks differ, and what ended just before a dump may be on record a little later. */
const MARGIN_MS = 60 * 60_000;

/** Every run in Temporal's retention that has not ended well before `since`, an instant. Throws when Temporal does not answer. */
export async function* runsSince({ workflow }: Client, since: string): AsyncGenerator<Run> {
  const from = new Date(Date.parse(since) - MARGIN_MS).toISOString();
  const query = `(${TYPES.join(' OR ')}) AND (ExecutionStatus = 'Running' OR CloseTime >= '${from}')`;
  for await (const { type, workflowId, runId } of workflow.list({ query })) {
    const kind = PREFIXES[type];
    if (kind && workflowId.startsWith(kind.prefix))
      yield { name: kind.name, id: workflowId.slice(kind.prefix.length), workflowId, runId };
  }
}

/** What a run took up of its record, in order. Throws when it does not answer. */
export async function recordedBy(client: Client, { workflowId, runId }: Run): Promise<AnyDocument[]> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const ask = (version: number) =>
    client.withDeadline(Date.now() + LONGEST_QUERY_MS, () =>
      handle.query<AnyDocument[], [number]>('recorded', version),
    );
  const documents: AnyDocument[] = [];
  for (let page = await ask(0); page.length > 0;) {
    documents.push(...page);
    const { fromVersion, events } = page.at(-1)!;
    page = await ask(fromVersion + events.length);
  }
  return documents;
}
