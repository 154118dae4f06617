import { accepted, refused } from '../decision';
import { refusal, type Refusal } from '../refusals';
import { isRefused } from '../settlement/request';
import type { BatchDecision, BatchFacts } from './decision';
import type { NewBatchEvent } from './events';
import type { BatchMessageOf } from './message';
import { preparedRequest } from './request';
import { withAwaiting } from './stages';
import type { Batch } from './state';

/**
 * Some leave while the batch collects, or after a definite no; who remains is then asked for again, under the next sequence
 * number. What SAVB may still have is not changed: a voucher would be asked for twice.
 */
export function decideSplit(
  state: Batch,
  { payload: { engagementIds, reason }, at }: BatchMessageOf<'splitBatch'>,
  facts: BatchFacts,
): BatchDecision {
  const no = refuseSealed(state) ?? refuseStrangers(state, engagementIds);
  if (no) return refused({ ...no, ...withAwaiting(state) });
  const members = state.members.filter(({ engagementId }) => !engagementIds.includes(engagementId));
  const split = leaving(state, (engagementId) => engagementIds.includes(engagementId), reason);
  if (state.stage === 'collecting' || members.length === 0) return accepted(split);
  return accepted(split, preparedRequest({ ...state, members }, facts, at));
}

/** Everybody for whom it is so leaves the batch. */
export function leaving(state: Batch, leaves: (engagementId: string) => boolean, reason: string): NewBatchEvent {
  const left = state.members
    .filter(({ engagementId }) => leaves(engagementId))
    .map(({ engagementId, reference, voucherId }) => ({ engagementId, reference, voucherId }));
  return { type: 'BatchSplit', data: { left, reason } };
}

function refuseSealed({ stage, paymentRequest }: Batch): Refusal | undefined {
  if (stage === 'collecting' || (paymentRequest && isRefused(paymentRequest.status))) return undefined;
  return refusal('batch-sealed', `the request is ${paymentRequest?.status}`);
}

function refuseStrangers({ batchId, members }: Batch, engagementIds: readonly string[]): Refusal | undefined {
  const strangers = engagementIds.filter((id) => !members.some(({ engagementId }) => engagementId === id));
  if (strangers.length === 0) return undefined;
  return refusal('not-in-batch', `${strangers.join(', ')}: not in ${batchId}`, {
    engagementIds: `members of ${batchId}`,
  });
}
