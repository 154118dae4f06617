import type { BatchGroup } from '../../contracts/batch';
import { accepted, refused } from '../decision';
import { refusal, type Refusal } from '../refusals';
import { batchHaving } from './claims';
import { sentOn } from './deadlines';
import type { BatchDecision, BatchFacts, BatchPolicy } from './decision';
import type { NewBatchEvent } from './events';
import type { BatchMessageOf } from './message';
import { withAwaiting } from './stages';
import type { Batch } from './state';

type Adding = BatchMessageOf<'addToBatch'>['payload'];

/** Whether a redeemed voucher comes into the batch; the first one opens it. Who is in, or was, is not added again. */
export function decideAddition(
  state: Batch | undefined,
  { payload }: BatchMessageOf<'addToBatch'>,
  { heldElsewhere }: BatchFacts,
  today: string,
): BatchDecision {
  const { group, member, utcOffset } = payload;
  if (state && wasAdded(state, member.reference)) return { kind: 'repeated' };
  const no =
    refuseTwice(state, payload, batchHaving(heldElsewhere, member)) ??
    refuseSealed(state) ??
    refuseGroup(state, payload);
  if (no) return refused(no);
  const isLate = member.paymentRequestDueOn < today;
  const added: NewBatchEvent = {
    type: 'VoucherAdded',
    data: { member, ...(isLate && { afterWindow: true as const }) },
  };
  const opened: NewBatchEvent = { type: 'BatchOpened', data: { ...group, utcOffset } };
  return state ? accepted(added) : accepted<NewBatchEvent>(opened, added);
}

/** True when the batch has all the vouchers it may have, or its day has come. */
export const isFull = (state: Batch, policy: BatchPolicy, today: string): boolean =>
  state.members.length >= policy.size || sentOn(state, policy) <= today;

const wasAdded = ({ members, left }: Batch, reference: string): boolean =>
  left.includes(reference) || members.some((member) => member.reference === reference);

function refuseSealed(state: Batch | undefined): Refusal | undefined {
  if (!state || state.stage === 'collecting') return undefined;
  const no = refusal('batch-sealed', `${state.batchId} is ${state.stage} and takes no more vouchers`);
  return { ...no, ...withAwaiting(state) };
}

/** No voucher is asked for twice: whoever is with another batch, or with this one under another reference, stays there. */
function refuseTwice(state: Batch | undefined, { member }: Adding, elsewhere: string | undefined): Refusal | undefined {
  const { engagementId, voucherId, reference } = member;
  if (elsewhere !== undefined)
    return refusal('already-in-batch', `${voucherId} or ${reference} is in batch ${elsewhere}`, { batchId: elsewhere });
  const own = state?.members.find((other) => other.engagementId === engagementId || other.voucherId === voucherId);
  if (!state || !own) return undefined;
  const detail = `${own.voucherId} of ${own.engagementId} is in batch ${state.batchId} as ${own.reference}`;
  return refusal('already-in-batch', detail, { batchId: state.batchId });
}

const GROUP = ['partnerId', 'offering', 'country', 'locationId', 'currency'] as const satisfies (keyof BatchGroup)[];

/** What is asked for together has these in common, and a sum (source: SAVB-TRN, 9.3). */
function refuseGroup(state: Batch | undefined, { batchId, group, member: { amount } }: Adding): Refusal | undefined {
  const ours: BatchGroup = state ?? group;
  const other = GROUP.filter((field) => group[field] !== ours[field]);
  if (other.length > 0) {
    const fields = other.map((field): [string, string] => [`group/${field}`, `${ours[field]}, as in ${batchId}`]);
    return refusal('batch-group-differs', `another ${other.join(', ')} than ${batchId}`, Object.fromEntries(fields));
  }
  if (amount.currency !== ours.currency)
    return refusal('batch-group-differs', `${amount.currency} cannot be added to ${ours.currency}`, {
      'member/amount/currency': ours.currency,
    });
  const total = (state?.members ?? []).reduce((sum, member) => sum + member.amount.minor, amount.minor);
  if (Number.isSafeInteger(total)) return undefined;
  return refusal('batch-group-differs', `with ${amount.minor} more the total is larger than money can be`, {
    'member/amount/minor': 'less',
  });
}
