import type { PartnerEventType } from '../../contracts/names';
import type { PartnerEvent } from './events';

/** What may change whether the partner is eligible. A membership alone does not: it is judged when enrolling. */
const CHANGES_ELIGIBILITY: readonly PartnerEventType[] = [
  'ComplianceTrainingRecorded',
  'CompetencyRecorded',
  'CompetencyExpired',
  'ConsultantRecorded',
  'LocationAdded',
  'OfferingsEnrolled',
  'EnrollmentRenewed',
  'EnrollmentLapsed',
  'OfferingWithdrawn',
];

/** True when running engagements must hear of it, because their eligibility may be another now (E7). */
export const announces = ({ type }: PartnerEvent): boolean => CHANGES_ELIGIBILITY.includes(type);

/** What a payment request may have waited for: a registration for the offering, a bank account of the location (E16, E19). */
export interface Registration {
  /** Absent when only a bank account was mapped, which serves every offering. */
  offering?: string;
  locationId: string;
}

/** What payment requests must hear of. */
export function registrationsIn(event: PartnerEvent): Registration[] {
  switch (event.type) {
    case 'SavbRegistered':
      return [{ offering: event.data.offering, locationId: event.data.locationId }];
    case 'BankAccountMapped':
      return [{ locationId: event.data.locationId }];
    default:
      return [];
  }
}
