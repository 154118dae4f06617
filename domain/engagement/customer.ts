import type { Payloads } from '../../contracts/messages';
import { refusal } from '../refusals';
import { claimId } from '../claims';
import { claimsOf } from './claims';
import { accepted, refused } from '../decision';
import type { Decision, Facts } from './decision';
import type { MessageOf } from './message';
import { secondFifteenDays } from './reservation';
import { withAwaiting } from './stages';
import { withCustomer, type Engagement } from './state';

/**
 * What is known of the customer changes: its name, its licensing ID, its project manager. The 15-day rule follows the
 * customer it is now (source: PS-PROC; E10); documents already made keep what they say.
 */
export function decideCustomerUpdate(
  state: Engagement,
  { payload }: MessageOf<'updateCustomer'>,
  { heldElsewhere }: Facts,
): Decision {
  if (payload.projectManager && !state.voucher)
    return refused({
      ...refusal('wrong-stage', 'the project manager belongs to the voucher, and there is none yet', {
        projectManager: 'comes with assignVoucher',
      }),
      ...withAwaiting(state),
    });
  const updated = withCustomer(state, payload);
  if (!saysNews(state, payload)) return { kind: 'repeated' };
  if (claimsOf(updated).some((claim) => claim.kind === 'fifteenDay' && heldElsewhere[claimId(claim)] !== undefined))
    return refused({
      ...refusal('second-fifteen-day-engagement', secondFifteenDays(updated)),
      ...withAwaiting(state),
    });
  return accepted({ type: 'CustomerUpdated', data: payload });
}

function saysNews(
  { customer, voucher }: Engagement,
  { name, licensingId, projectManager }: Payloads['updateCustomer'],
) {
  const manager = voucher?.projectManager;
  return (
    (name !== undefined && name !== customer.name) ||
    (licensingId !== undefined && licensingId !== customer.licensingId) ||
    (projectManager !== undefined && (projectManager.name !== manager?.name || projectManager.email !== manager.email))
  );
}
