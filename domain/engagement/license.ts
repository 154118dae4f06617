import type { Rulebook } from '../../contracts/rulebook';
import { lastDayToRedeem } from '../rulebook/rulebook';
import { accepted } from '../decision';
import type { Decision, Facts } from './decision';
import type { MessageOf } from './message';
import type { Engagement, PlanningDays } from './state';

/**
 * The customer's licence enrollment ends. That shortens nothing: a voucher keeps its days (source: PS-MOD2, PC-VVR; E12).
 * It decides what becomes of them if the voucher runs out.
 */
export function decideLicenseEnd(
  state: Engagement,
  { payload: { endsOn } }: MessageOf<'recordLicenseEnd'>,
  { rulebook }: Facts,
): Decision {
  const { voucher, redemption } = state;
  if (!voucher || redemption) return accepted({ type: 'LicenseEndRecorded', data: { endsOn } });
  const planningDays = planningDaysAfter(lastDayToRedeem(rulebook, voucher.expiresOn), endsOn, rulebook);
  return accepted({ type: 'LicenseEndRecorded', data: { endsOn, planningDays } });
}

/**
 * What becomes of the days of a voucher that runs out on `expiredOn`: back to the customer's pool where the licence
 * enrollment still runs on that day and there still is a pool, else lost (source: PS-MOD2, PC-DPS@2021-04; E11). An
 * enrollment whose end nobody recorded runs.
 */
export function planningDaysAfter(
  expiredOn: string,
  licenseEndsOn: string | undefined,
  { returnOfDays: { through } }: Rulebook,
): PlanningDays {
  const hasEnded = licenseEndsOn !== undefined && licenseEndsOn < expiredOn;
  const poolIsGone = through !== undefined && through < expiredOn;
  return hasEnded || poolIsGone ? 'lost' : 'returned';
}
