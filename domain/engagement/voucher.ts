import type { Voucher } from '../../contracts/engagement';
import type { Payloads } from '../../contracts/messages';
import type { Rulebook } from '../../contracts/rulebook';
import { addDays, dayOf } from '../days';
import { refusal, type Refusal } from '../refusals';
import { assignable, defaultExpiry, engagementType, lastDayToRedeem } from '../rulebook/rulebook';
import { claimId } from '../claims';
import { accepted, refused } from '../decision';
import type { Decision, Facts } from './decision';
import type { NewEvent } from './events';
import { planningDaysAfter } from './license';
import type { MessageOf } from './message';
import { withAwaiting } from './stages';
import type { Engagement } from './state';
import { solvedByVoucher } from './voucherProblem';

/** Step 4: the customer assigned a voucher and forwarded the mail. */
export function decideAssignment(
  state: Engagement,
  { payload, at }: MessageOf<'assignVoucher'>,
  facts: Facts,
): Decision {
  const no = refuseVoucher(state, payload, facts, dayOf(at, state.utcOffset));
  if (no) return refused(no);
  const voucher = voucherOf(payload, facts.rulebook);
  return accepted({ type: 'VoucherAssigned', data: { voucher } }, ...solvedByVoucher(state));
}

/** Before reservation the customer may give another voucher; the old one is released (E2, E9). */
export function decideReplacement(
  state: Engagement,
  { payload, at }: MessageOf<'replaceVoucher'>,
  facts: Facts,
): Decision {
  const no = refuseVoucher(state, payload, facts, dayOf(at, state.utcOffset));
  if (no) return refused(no);
  const { reason, note } = payload;
  return accepted(
    {
      type: 'VoucherReplaced',
      data: {
        voucher: voucherOf(payload, facts.rulebook),
        replacedVoucherId: state.voucher?.voucherId ?? '',
        reason,
        ...(note !== undefined && { note }),
      },
    },
    ...solvedByVoucher(state),
  );
}

function refuseVoucher(
  state: Engagement,
  payload: Payloads['assignVoucher'],
  { rulebook, heldElsewhere }: Facts,
  today: string,
): Refusal | undefined {
  const { voucherId, offering, serviceLevelDays, assignedOn, expiresOn } = payload;
  const expected = engagementType(rulebook, state.engagementType)?.offering;
  if (offering !== expected)
    return refusal(
      'wrong-offering',
      `${state.engagementType} belongs to ${expected ?? 'no offering'}, not to ${offering}`,
      { offering: `must be ${expected ?? 'an offering of the edition'}` },
    );
  if (!rulebook.serviceLevels.days.includes(serviceLevelDays))
    return refusal('service-level-unknown', `there is no level of ${serviceLevelDays} days`, {
      serviceLevelDays: `one of ${rulebook.serviceLevels.days.join(', ')}`,
    });
  if (state.serviceLevelDays !== undefined && serviceLevelDays !== state.serviceLevelDays)
    return refusal(
      'service-level-differs',
      `agreed were ${state.serviceLevelDays} days, the voucher is for ${serviceLevelDays}`,
      { serviceLevelDays: `must be ${state.serviceLevelDays}` },
    );
  if (assignedOn > today)
    return refusal('dates-out-of-order', `${assignedOn} is in the future`, { assignedOn: `at most ${today}` });
  if (expiresOn !== undefined && expiresOn < assignedOn)
    return refusal('dates-out-of-order', 'the voucher ends before it begins', { expiresOn: `at least ${assignedOn}` });
  if (!assignable(rulebook, assignedOn)) {
    const { firstOn = 'the beginning', lastOn = 'further notice' } = rulebook.assignWindow;
    return refusal('outside-assign-window', `vouchers were assigned from ${firstOn} until ${lastOn}`, {
      assignedOn: `from ${firstOn} until ${lastOn}`,
    });
  }
  if (heldElsewhere[claimId({ kind: 'voucher', key: voucherId })] !== undefined)
    return {
      ...refusal('voucher-held', `voucher ${voucherId} is held by another engagement`, {
        voucherId: 'a voucher no other engagement holds',
      }),
      ...withAwaiting(state),
    };
  return undefined;
}

function voucherOf(payload: Payloads['assignVoucher'], rulebook: Rulebook): Voucher {
  const { voucherId, voucherAdministratorEmail, projectManager, offering, serviceLevelDays, assignedOn, expiresOn } =
    payload;
  const lastDay = expiresOn ?? defaultExpiry(rulebook, assignedOn);
  return {
    voucherId,
    voucherAdministratorEmail,
    projectManager,
    offering,
    serviceLevelDays,
    assignedOn,
    expiresOn: lastDay,
  };
}

/** The voucher ran out unredeemed, and with it what was delivered on it, on the last day on which it could have been redeemed (E11, E22). */
export function expired({ voucher, completionReport, licenseEndsOn }: Engagement, { rulebook }: Facts): NewEvent[] {
  if (!voucher) return [];
  const expiredOn = lastDayToRedeem(rulebook, voucher.expiresOn);
  const planningDays = planningDaysAfter(expiredOn, licenseEndsOn, rulebook);
  const unpaid = completionReport && { unpaidDays: completionReport.daysDelivered };
  return [{ type: 'VoucherExpired', data: { expiredOn, planningDays, ...unpaid } }];
}

/** Microsoft extended the voucher (source: KURT-2020; E24). Never shortens. */
export function decideExtension(state: Engagement, { payload }: MessageOf<'extendVoucher'>): Decision {
  const previousExpiresOn = state.voucher?.expiresOn ?? '';
  const expiresOn = payload.expiresOn ?? addDays(previousExpiresOn, payload.addDays ?? 0);
  if (expiresOn <= previousExpiresOn)
    return refused(
      refusal('extension-not-later', `the voucher runs until ${previousExpiresOn} already`, {
        expiresOn: `after ${previousExpiresOn}`,
      }),
    );
  return accepted({ type: 'VoucherExtended', data: { expiresOn, previousExpiresOn, reason: payload.reason } });
}
