import type { Rates, Rulebook } from '../../contracts/rulebook';
import type { Money } from '../../contracts/common';
import { addDays, earlierDay } from '../days';

export type EngagementType = Rulebook['engagementTypes'][number];

/** The catalogue row of an engagement type, whatever its dates; undefined when the edition has none. */
export function engagementType(rulebook: Rulebook, code: string): EngagementType | undefined {
  return rulebook.engagementTypes.find((row) => row.code === code);
}

/** True when the row is in force on `day` (source: PC-REQ, rows have effective dates). */
export function inForce(row: EngagementType, day: string): boolean {
  return (row.validFrom ?? day) <= day && day <= (row.validThrough ?? day);
}

/** True when vouchers could be assigned on `day` (source: PC-DPS@2021-04). */
export function assignable({ assignWindow: { firstOn, lastOn } }: Rulebook, day: string): boolean {
  return (firstOn ?? day) <= day && day <= (lastOn ?? day);
}

/** The last day of a voucher assigned on `assignedOn`, where the customer's mail names none (source: PS-PROC, 6.3). */
export function defaultExpiry(rulebook: Rulebook, assignedOn: string): string {
  return addDays(assignedOn, rulebook.voucherValidity.days);
}

/** The last day on which a voucher may be redeemed: its expiry, at most the programme's last redemption day. */
export function lastDayToRedeem(rulebook: Rulebook, expiresOn: string): string {
  return earlierDay(expiresOn, rulebook.lastRedemption.on);
}

/** Microsoft's rate for a delivery in `country`, if the table has one: a missing rate is never guessed. */
export function rateFor(rates: Rates, country: string, offering: string, serviceLevelDays: number): Money | undefined {
  return rates.rates.find(
    (rate) => rate.country === country && rate.offering === offering && rate.serviceLevelDays === serviceLevelDays,
  )?.amount;
}

/** What the programme offers by an edition, for those who choose from it. */
export const catalogueOf = ({ id, offerings, engagementTypes, serviceLevels, competencies }: Rulebook) => ({
  rulebook: id,
  offerings,
  engagementTypes,
  serviceLevels: serviceLevels.days,
  competencies: competencies.map(({ code, name }) => ({ code, name })),
});
