import type { z } from 'zod';
import type { EngagementView } from '../../../contracts/engagement';
import type { PartnerView } from '../../../contracts/partner';
import type { catalogueSchema } from '../../../contracts/rulebook';
import { dayOf } from '../../../domain/days';
import type { RoutedMessage } from '../../wording/messages';
import type { RoutedPartnerMessage } from '../../wording/partnerMessages';
import type { Clock } from '../pages/deadline';
import type { Choices } from './fields';

export type Catalogue = z.infer<typeof catalogueSchema>;

/** What the catalogue and the partner's record have to choose from. */
export const choicesOf = (
  { offerings, engagementTypes, serviceLevels, competencies }: Catalogue,
  partner?: PartnerView,
): Choices => ({
  offering: named(offerings),
  offerings: named(offerings),
  engagementType: named(engagementTypes),
  competency: named(competencies),
  serviceLevelDays: serviceLevels.map((days) => ({ value: String(days), text: String(days) })),
  ...(partner && {
    locationId: partner.locations.map(({ locationId, name, country }) => ({
      value: locationId,
      text: `${name} (${country})`,
    })),
    consultantIds: partner.consultants.map(({ consultantId, name }) => ({ value: consultantId, text: name })),
  }),
});

const named = (rows: readonly { code: string; name: string }[]) =>
  rows.map(({ code, name }) => ({ value: code, text: name }));

/** What a form about an engagement holds before anybody has filled it in; days are meant in `utcOffset`. */
export function suggested(
  name: RoutedMessage,
  view: EngagementView,
  { engagementTypes }: Catalogue,
  { now, utcOffset }: Clock,
): Record<string, unknown> {
  const { voucher, reservation, engagementType } = view;
  const today = dayOf(now, utcOffset);
  const row = engagementTypes.find(({ code }) => code === engagementType);
  switch (name) {
    case 'assignVoucher':
      return { offering: row?.offering, serviceLevelDays: view.serviceLevelDays, assignedOn: today };
    case 'replaceVoucher':
      return { ...voucher };
    case 'reserveVoucher':
      return { voucherId: voucher?.voucherId, voucherAdministratorEmail: voucher?.voucherAdministratorEmail };
    case 'reschedule':
      return { ...reservation };
    case 'submitCompletionReport':
      return {
        startedOn: reservation?.scheduledStart,
        completedOn: reservation?.scheduledEnd,
        daysDelivered: voucher?.serviceLevelDays,
        consultantIds: reservation?.consultantIds,
        ...(view.completionReport && { ...view.completionReport, corrects: true }),
      };
    case 'redeemVoucher':
      return { redeemedOn: today };
    case 'recordPaymentStatus':
      return { at: now };
    default:
      return {};
  }
}

/** What a form about a partner holds before anybody has filled it in; days are meant in `utcOffset`. */
export function suggestedOfPartner(
  name: RoutedPartnerMessage,
  partner: PartnerView | undefined,
  { now, utcOffset }: Clock,
): Record<string, unknown> {
  const today = dayOf(now, utcOffset);
  switch (name) {
    case 'updateMembership':
      return { ...partner };
    case 'updateBusinessProfile':
      return { ...partner?.businessProfile };
    case 'signAgreement':
      return { signedOn: today, policiesReviewedOn: today };
    case 'renewEnrollment':
      return {
        requirementsReviewedOn: today,
        policiesReviewedOn: today,
        offerings: partner?.enrollments.map(({ offering }) => offering),
      };
    default:
      return {};
  }
}
