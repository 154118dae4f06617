import type { PartnerEvent, PartnerEventData } from '../../domain/partner/events';
import { cellsOf, TOLD_OF_ALL, type EventCells, type Told } from './events';

const member = ({ name, mpnId, membershipRenewsOn }: PartnerEventData['MembershipUpdated']): string =>
  `${name}, MPN ${mpnId}, membership until ${membershipRenewsOn}`;

const enrolled = ({ offerings, enrolledUntil }: { offerings: string[]; enrolledUntil: string }): string =>
  `${offerings.join(', ')} until ${enrolledUntil}`;

const TOLD: Told<PartnerEventData> = {
  ...TOLD_OF_ALL,
  PartnerRegistered: member,
  MembershipUpdated: member,
  ComplianceTrainingRecorded: ({ completedOn, evidence }) => `completed on ${completedOn}: ${evidence}`,
  CompetencyRecorded: ({ competency, tier, expiresOn }) => `${tier} ${competency} until ${expiresOn}`,
  ConsultantRecorded: ({ consultantId, assessments }) =>
    `${consultantId}: ${assessments.map(({ code }) => code).join(', ') || 'no assessments'}`,
  LocationAdded: ({ locationId, country, name }) => `${locationId} (${country}), ${name}`,
  BusinessProfileUpdated: ({ headline }) => headline,
  AgreementSigned: ({ agreementVersion, signedBy, signedOn }) =>
    `version ${agreementVersion} by ${signedBy} on ${signedOn}`,
  OfferingsEnrolled: enrolled,
  EnrollmentRenewed: enrolled,
  EnrollmentLapsed: ({ offerings, enrolledUntil }) => `${offerings.join(', ')} after ${enrolledUntil}`,
  OfferingWithdrawn: ({ offering, enrolledUntil, reason }) => `${offering} after ${enrolledUntil}: ${reason}`,
  CompetencyExpired: ({ competency, tier, expiresOn }) => `${tier} ${competency} after ${expiresOn}`,
  SavbRegistered: ({ offering, locationId }) => `${offering} at ${locationId}`,
  BankAccountMapped: ({ locationId, bankAccountReference }) => `${bankAccountReference} for ${locationId}`,
  DeadlineReminded: ({ text }) => text,
};

/** The cells of a fact of a partner. */
export const partnerEventCells = (event: PartnerEvent): EventCells => cellsOf(event, TOLD);
