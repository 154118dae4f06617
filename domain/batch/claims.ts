import type { BatchMember } from '../../contracts/batch';
import { batchHolding, claimId, type Claim } from '../claims';
import type { Refusal } from '../refusals';
import { numbersOf } from '../settlement/request';
import type { Batch } from './state';

type BatchClaim = Claim & { kind: 'batchMember' | 'referenceNumber' };

/** What an engagement asks for goes with one batch. `reference` is the engagement's own key of it. */
export const memberClaim = (reference: string): BatchClaim => ({ kind: 'batchMember', key: reference });

/** A voucher is asked for once, whatever became of earlier references. */
const voucherClaim = (voucherId: string): BatchClaim => ({ kind: 'batchMember', key: `voucher/${voucherId}` });

/**
 * Everything the batch holds: vouchers and references of whoever is in it, references of whoever left, who comes back
 * under another one if at all, and the numbers Microsoft gave it.
 */
export function claimsOf({ members, left, paymentRequest }: Batch): BatchClaim[] {
  return [
    ...members.flatMap(({ reference, voucherId }) => [memberClaim(reference), voucherClaim(voucherId)]),
    ...left.map(memberClaim),
    ...numbersOf(paymentRequest).map((key): BatchClaim => ({ kind: 'referenceNumber', key })),
  ];
}

/** The other batch that has the member or its voucher, by the facts of the decision. */
export function batchHaving(
  heldElsewhere: Record<string, string>,
  { reference, voucherId }: Pick<BatchMember, 'reference' | 'voucherId'>,
): string | undefined {
  const [holder] = [memberClaim(reference), voucherClaim(voucherId)].flatMap(
    (claim) => heldElsewhere[claimId(claim)] ?? [],
  );
  return holder === undefined ? undefined : (batchHolding(holder) ?? holder);
}

/** The batch that a refusal `already-in-batch` names. */
export const batchNamedIn = ({ code, errors }: Refusal): string | undefined =>
  code === 'already-in-batch' ? errors?.find(({ pointer }) => pointer === '/batchId')?.message : undefined;
