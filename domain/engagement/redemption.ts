import { addDays, dayOf } from '../days';
import type { Requirement } from '../partner/requirements';
import { refusal, type Refusal } from '../refusals';
import { lastDayToRedeem } from '../rulebook/rulebook';
import { preparePaymentRequest } from '../settlement/paymentRequest';
import { accepted, refused } from '../decision';
import type { Decision, Facts } from './decision';
import type { MessageOf } from './message';
import { withAwaiting } from './stages';
import { lapsedTask, unmetNow, unmetText } from './standing';
import type { Engagement } from './state';

/**
 * Step 7: the voucher is redeemed, for good. Starts the payment window (source: BASE, step 7; PC-DPS@2021-04). The
 * payment request is prepared in the same breath, so that no redemption is without its intent to be paid.
 */
export function decideRedemption(
  state: Engagement,
  { payload, at }: MessageOf<'redeemVoucher'>,
  facts: Facts,
): Decision {
  const today = dayOf(at, state.utcOffset);
  const redeemedOn = payload.redeemedOn ?? today;
  const no = refuseHeld(state) ?? refuseRedeemedOn(state, redeemedOn, facts, today);
  if (no) return refused(no);
  if (!facts.partner) return refused(refusal('partner-unknown', `there is no partner ${state.partnerId}`));
  const [unmet, ...others] = unmetNow(state, facts, today);
  if (unmet) return lapsed(state, [unmet, ...others], at);
  const redemption = { redeemedOn, paymentRequestDueOn: addDays(redeemedOn, facts.rulebook.paymentWindow.days) };
  const redeemed = { ...state, stage: 'redeemed' as const, redemption };
  return accepted({ type: 'VoucherRedeemed', data: { redemption } }, ...preparePaymentRequest(redeemed, facts, at));
}

/** A person's decision is awaited first (E6, E7). */
function refuseHeld(state: Engagement): Refusal | undefined {
  const holding = state.openTasks.find(({ kind }) => kind === 'engagementStartedEarly' || kind === 'eligibilityLapsed');
  if (!holding) return undefined;
  return { ...refusal('held-by-task', `task ${holding.taskId} (${holding.title}) is open`), ...withAwaiting(state) };
}

function refuseRedeemedOn(
  { voucher, reservation, completionReport }: Engagement,
  redeemedOn: string,
  { rulebook }: Facts,
  today: string,
): Refusal | undefined {
  const earliest = [reservation?.reservedOn, completionReport?.deliveredToCustomerOn].reduce<string>(
    (day, other) => (other !== undefined && other > day ? other : day),
    '',
  );
  if (redeemedOn < earliest || redeemedOn > today)
    return refusal(
      'dates-out-of-order',
      `a voucher is redeemed after delivery and recorded no earlier than it happens`,
      { redeemedOn: `from ${earliest} until ${today}` },
    );
  const lastDay = lastDayToRedeem(rulebook, voucher?.expiresOn ?? redeemedOn);
  if (redeemedOn > lastDay)
    return refusal('redeemed-after-last-day', `the last day was ${lastDay}`, { redeemedOn: `at most ${lastDay}` });
  return undefined;
}

/** The one refusal that also opens a task: somebody has to restore eligibility or decide to go on. */
function lapsed(state: Engagement, [first, ...others]: [Requirement, ...Requirement[]], at: string): Decision {
  const unmet = [first, ...others];
  return {
    kind: 'refused',
    refusal: refusal(first.code, unmetText(unmet)),
    besides: [lapsedTask(state, unmet, at)],
  };
}
