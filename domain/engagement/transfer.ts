import { dayOf } from '../days';
import { refusal, type Refusal } from '../refusals';
import { missingFor, preparePaymentRequest } from '../settlement/paymentRequest';
import { awaitsSubmission, isRefused } from '../settlement/request';
import { accepted, refused } from '../decision';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import type { MessageOf } from './message';
import { withAwaiting } from './stages';
import { lapsedTask, restored, unmetNow } from './standing';
import { openTask, withPartner, type Engagement } from './state';

/**
 * The engagement goes to another partner: accounts were merged, or the work was handed over. Voucher, stage and history
 * stay as they are (source: PC-MERGE; E23). Where the new partner lacks something, a person is told at once and not at
 * redemption.
 */
export function decideTransfer(
  state: Engagement,
  { payload: { toPartnerId, reason }, at }: MessageOf<'transferEngagement'>,
  facts: Facts,
): Decision {
  const { rulebook, newPartner } = facts;
  if (toPartnerId === state.partnerId) return { kind: 'repeated' };
  if (!newPartner)
    return refused(
      refusal('partner-unknown', `there is no partner ${toPartnerId}`, { toPartnerId: 'a known partner' }),
    );
  const no = refuseInvoiceUnderWay(state);
  if (no) return refused({ ...no, ...withAwaiting(state) });
  const moved = withPartner(state, toPartnerId);
  const transferred: NewEvent = {
    type: 'EngagementTransferred',
    data: { partnerId: toPartnerId, previousPartnerId: state.partnerId, reason },
  };
  if (state.redemption) return accepted(transferred, ...registered(moved, { ...facts, partner: newPartner }, at));
  const unmet = unmetNow(moved, { rulebook, partner: newPartner }, dayOf(at, state.utcOffset));
  if (unmet.length === 0) return accepted(transferred, ...restored(moved));
  return accepted(transferred, ...(openTask(state, 'eligibilityLapsed') ? [] : [lapsedTask(moved, unmet, at)]));
}

/** Where the new partner is registered with SAVB, what waited for a registration goes on, as if it had come now (E16). */
function registered(moved: Engagement, facts: Facts, at: string): NewEvent[] {
  const task = openTask(moved, 'savbRegistrationMissing');
  if (!task || missingFor(moved, facts).some(({ kind }) => kind === task.kind)) return [];
  return [
    { type: 'TaskResolved', data: { taskId: task.taskId, kind: task.kind, resolution: 'registered' } },
    ...preparePaymentRequest(moved, facts, at),
  ];
}

/**
 * An invoice bears the next number of its partner’s year. One that is made out but not certainly with Microsoft would go
 * out in another partner’s name; once it is answered for, it is history, and a corrected one gets a number of the new
 * partner’s.
 */
function refuseInvoiceUnderWay({ paymentRequest, partnerId }: Engagement): Refusal | undefined {
  if (!paymentRequest || !awaitsSubmission(paymentRequest) || isRefused(paymentRequest.status)) return undefined;
  const { invoice } = paymentRequest;
  return refusal(
    'invoice-under-way',
    `${paymentRequest.reference} of ${partnerId} is being submitted${invoice ? ` as invoice ${invoice.number}` : ''}`,
  );
}
