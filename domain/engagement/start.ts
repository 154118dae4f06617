import { dayOf } from '../days';
import { refusal } from '../refusals';
import { engagementType, inForce } from '../rulebook/rulebook';
import { accepted, refused } from '../decision';
import { refuseForeign } from '../tenancy';
import type { Decision, Facts } from './decision';
import type { MessageOf } from './message';

/** Starting needs only a known partner and a catalogue row in force; eligibility is checked at reservation. */
export function decideStart(
  { payload, at, actor }: MessageOf<'startEngagement'>,
  { rulebook, partner }: Facts,
): Decision {
  const { partnerId, engagementType: typeCode, serviceLevelDays, customer, utcOffset } = payload;
  const foreign = refuseForeign(actor, partnerId);
  if (foreign) return refused(foreign);
  if (!partner)
    return refused(refusal('partner-unknown', `there is no partner ${partnerId}`, { partnerId: 'a known partner' }));
  const row = engagementType(rulebook, typeCode);
  if (!row) {
    const codes = rulebook.engagementTypes.map(({ code }) => code).join(', ');
    return refused(
      refusal('engagement-type-unknown', `edition ${rulebook.id} has no ${typeCode}`, {
        engagementType: `one of ${codes}`,
      }),
    );
  }
  if (!inForce(row, dayOf(at, utcOffset)))
    return refused(
      refusal(
        'engagement-type-retired',
        `${row.name} is offered from ${row.validFrom ?? 'the beginning'} until ${row.validThrough ?? 'further notice'}`,
        { engagementType: 'a type in force' },
      ),
    );
  if (serviceLevelDays !== undefined && !rulebook.serviceLevels.days.includes(serviceLevelDays))
    return refused(
      refusal('service-level-unknown', `there is no level of ${serviceLevelDays} days`, {
        serviceLevelDays: `one of ${rulebook.serviceLevels.days.join(', ')}`,
      }),
    );
  return accepted({
    type: 'EngagementStarted',
    data: {
      partnerId,
      engagementType: typeCode,
      ...(serviceLevelDays !== undefined && { serviceLevelDays }),
      customer,
      rulebook: payload.rulebook,
      utcOffset,
    },
  });
}
